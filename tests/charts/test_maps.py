"""Maps draw points with the colour of a value."""

import polars as pl
import pytest

from workbench import charts

POINTS = pl.DataFrame({"x": [0.0, 1.0, 2.0], "y": [0.0, 1.0, 4.0], "text": ["a", "b", "c"]})


def drawn(values, **options):
    points = POINTS.with_columns(value=pl.Series(values))
    spec = charts.maps.scatter(points, colour="Value", **options).to_dict()
    return spec, [row for data in spec["datasets"].values() for row in data]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([True, False, None], ["kept", "removed", "removed"]),
        ([0.5, None, 1.0], [0.5, None, 1.0]),
        (["en", None, "ja"], ["en", "other", "ja"]),
    ],
)
def test_scatter_draws_every_point(values, shown):
    assert [row["value"] for row in drawn(values)[1]] == shown


def test_scatter_gives_rare_names_no_colour_of_their_own():
    names = [f"n{place}" for place in range(9) for _ in range(9 - place)]
    points = pl.DataFrame({"x": range(45), "y": range(45), "value": names, "text": ""})
    spec = charts.maps.scatter(points, colour="Name").to_dict()
    (data,) = spec["datasets"].values()
    assert {row["value"] for row in data} == {*(f"n{place}" for place in range(6)), "other"}


def test_scatter_starts_with_a_rectangle():
    sides = {"x": [0.0, 1.0], "y": [0.0, 2.0]}
    params = drawn([1.0, 2.0, 3.0], sides=sides)[0]["params"]
    assert [param["value"] for param in params if param["name"] == charts.maps.BRUSH] == [sides]
