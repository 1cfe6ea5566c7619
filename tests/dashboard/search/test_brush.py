"""The rectangle on the map survives a new chart."""

import polars as pl

from workbench.dashboard.search.brush import Atlas, Brush

SIDES = {"x": [0.0, 1.0], "y": [2.0, 3.0]}
AXES = Atlas("axes", pl.DataFrame())


def test_rectangle_stays_on_maps_of_the_same_method():
    brush = Brush()
    assert brush.on(AXES) == {}
    brush.drag({"brush": SIDES}, AXES)
    assert brush.on(AXES) == brush.on(Atlas("axes", pl.DataFrame({"x": [1.0]}))) == SIDES
    assert brush.on(Atlas("neighbours", pl.DataFrame())) == {}


def test_cleared_rectangle_stays_cleared():
    brush = Brush()
    brush.drag({"brush": SIDES}, AXES)
    brush.drag({}, AXES)
    assert brush.on(AXES) == {}
