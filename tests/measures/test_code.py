"""Load code and name the line of its errors."""

from importlib import metadata

import polars as pl
import pytest

from tests.support.own_code import CODE, written
from workbench.exceptions import MeasureError
from workbench.measures import code, columns


def test_file_is_run_and_its_measures_are_collected_in_order(tmp_path):
    loaded = code.from_file(written(tmp_path, CODE))
    assert [measure.name for measure in loaded.measures] == ["big", "doubled"]
    assert loaded.sha256 == code.hash_of("mine.py", folder=tmp_path)


def test_file_is_read_again_after_a_change(tmp_path):
    path = written(tmp_path, CODE)
    code.from_file(path)
    written(tmp_path, CODE.replace("big", "huge"))
    assert code.from_file(path).measures[0].name == "huge"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x = 1\nraise KeyError('mood')\n", r"mine.py, line 2, in <module>: KeyError: 'mood'"),
        ("def f(:\n", r"mine.py, line 1: SyntaxError"),
        ("import sys\nsys.exit(3)\n", r"mine.py, line 2, in <module>: SystemExit: 3"),
        ("x = 1\n", "has no measure"),
        ("import no_such_package\n", r"mine.py, line 1, in <module>: ModuleNotFoundError"),
    ],
)
def test_error_of_a_file_names_its_line(tmp_path, text, problem):
    with pytest.raises(MeasureError, match=problem):
        code.from_file(written(tmp_path, text))


def test_error_of_a_function_names_its_line(tmp_path):
    path = written(tmp_path, CODE.replace('threads["turns"] * 2', 'threads["no"]'))
    scores = pl.DataFrame({"thread_id": [1], "root_id": [1], "turns": [2]})
    with pytest.raises(MeasureError, match=r"mine.py, line 10, in doubled: ColumnNotFound"):
        columns.add(scores, pl.DataFrame(), measures=[code.from_file(path)])


def test_missing_code_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(MeasureError, match=r"workbench scores add gone.py"):
        code.load("gone.py", folder=tmp_path)
    with pytest.raises(MeasureError, match="No installed package offers measures called `gone`"):
        code.load("gone", folder=tmp_path)
    assert code.hash_of("gone.py", folder=tmp_path) == ""
    assert code.hash_of("gone", folder=tmp_path) == ""


def test_entry_point_of_an_installed_package_is_loaded_by_its_name(tmp_path, monkeypatch):
    written(tmp_path, CODE, "installed_measures.py")
    folder = tmp_path / "installed_measures-2.1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Name: installed-measures\nVersion: 2.1\n")
    (folder / "entry_points.txt").write_text("[workbench.measures]\npack = installed_measures\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert "pack" in metadata.entry_points(group=code.ENTRY_POINTS).names
    loaded = code.load("pack", folder=tmp_path)
    assert [measure.name for measure in loaded.measures] == ["big", "doubled"]
    before = code.hash_of("pack", folder=tmp_path)
    written(tmp_path, CODE + "\n", "installed_measures.py")
    assert loaded.sha256 == before != code.hash_of("pack", folder=tmp_path)
