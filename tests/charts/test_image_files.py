"""Charts as self-contained files."""

import polars as pl
import pytest

from workbench import charts
from workbench.exceptions import StageError


@pytest.fixture(scope="module")
def chart():
    steps = pl.DataFrame({"title": ["All"], "removed": [0], "left": [5]})
    return charts.funnel(steps)


@pytest.mark.parametrize("kind", charts.image_files.KINDS)
def test_save_writes_a_file_of_each_format(chart, tmp_path, kind):
    charts.image_files.save(chart, tmp_path / f"funnel.{kind}")
    assert (tmp_path / f"funnel.{kind}").stat().st_size > 0


def test_save_names_the_formats_and_the_folder(chart, tmp_path):
    with pytest.raises(StageError, match="cannot be written to 'funnel"):
        charts.image_files.save(chart, tmp_path / "funnel.gif")
    with pytest.raises(StageError, match="cannot be written"):
        charts.image_files.save(chart, tmp_path / "missing" / "funnel.svg")


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_image_is_a_picture(chart, kind, start):
    assert charts.image_files.image(chart, kind).startswith(start)
