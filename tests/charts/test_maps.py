"""Colours of the points of a map."""

import polars as pl
import pytest

from workbench.charts import maps
from workbench.display.css import REMOVED


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([True, False, None], ["kept", "removed"]),
        ([0.5, None, 1.0], ["0", "0.5", "1", "unknown"]),
        ([0.0, 2.0, -1.0, float("nan")], ["0", "0.5", "1", "unknown"]),
        (["en", None, "ja"], ["en", "ja", "other"]),
        (["<b>\u202ex</b>"], ["<b>⟨U+202E⟩x</b>"]),
        ([], ["0", "0.5", "1"]),
    ],
)
def test_every_point_has_a_colour(values, labels):
    painted = maps.paint(pl.Series(values, dtype=None if values else pl.Float32))
    assert len(painted.slots) == len(values)
    assert all(slot < len(painted.palette) for slot in painted.slots)
    assert [label for label, _ in painted.legend] == labels
    assert all(len(colour) == 7 for colour in painted.palette)


def test_unknown_numbers_are_grey():
    painted = maps.paint(pl.Series([0.1, None]))
    assert painted.palette[painted.slots[1]] == REMOVED


def test_rare_names_have_no_colour_of_their_own():
    names = pl.Series([f"n{place}" for place in range(9) for _ in range(9 - place)])
    painted = maps.paint(names)
    assert [label for label, _ in painted.legend] == [*(f"n{place}" for place in range(6)), "other"]
    assert painted.slots[-1] == 6
