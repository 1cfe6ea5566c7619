"""Positions on axes of bins."""

import pytest

from workbench.charts import theme


@pytest.mark.parametrize(
    ("value", "place"), [(-1, 0), (0, 0), (5, 0.5), (10, 1), (55, 1.5), (200, 2)]
)
def test_place_is_in_bins_from_the_left(value, place):
    assert theme.place([0, 10, 100], value) == place


def test_ticks_label_about_eight_bins():
    axis = theme.ticks([str(start) for start in range(100)]).to_dict()
    assert 8 <= len(axis["values"]) <= 9
    assert theme.ticks([]).to_dict()["labelExpr"] == "''"
