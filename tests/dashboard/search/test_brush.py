"""The rectangle on the map survives a new chart."""

from types import SimpleNamespace

import polars as pl

from workbench.dashboard.search.brush import Atlas, Brush

SIDES = {"x": [0.0, 1.0], "y": [2.0, 3.0]}


def test_rectangle_is_drawn_again_on_a_map_of_the_same_method():
    brush = Brush()
    axes = Atlas("axes", pl.DataFrame())
    assert brush.on(axes) == {}
    brush.of(SimpleNamespace(selections={"brush": SIDES}))
    assert brush.on(axes) == SIDES
    assert brush.on(Atlas("neighbours", pl.DataFrame())) == {}


def test_cleared_rectangle_stays_cleared():
    brush = Brush()
    chart = SimpleNamespace(selections={"brush": SIDES})
    assert brush.of(chart) == SIDES
    chart.selections = {}
    assert brush.of(chart) == {}
