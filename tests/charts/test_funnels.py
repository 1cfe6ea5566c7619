"""Funnels agree with the verdicts."""

import pytest

from tests.support import fakes
from workbench import charts, selection
from workbench.charts import theme
from workbench.recipe import SelectSettings


@pytest.fixture(scope="module")
def scores():
    return fakes.scores(2000)


@pytest.fixture(scope="module")
def verdicts(scores):
    return selection.from_scores(scores, settings=SelectSettings())


def rows(spec):
    """Gather the rows of all data sets of a chart."""
    return [row for rows in spec["datasets"].values() for row in rows]


def test_funnel_ends_with_the_kept_threads(verdicts):
    steps = selection.funnel(verdicts)
    drawn = rows(charts.funnel(steps).to_dict())
    assert drawn[0]["label"] == "All threads: 2,000"
    assert drawn[-1]["left"] == verdicts["kept"].sum()
    assert [row["before"] - row["left"] for row in drawn] == [row["removed"] for row in drawn]


def test_attribution_draws_each_count_of_each_rule(verdicts):
    counts = selection.attribution(verdicts)
    drawn = {
        (row["title"], row["kind"]): row["threads"]
        for row in rows(charts.attribution(counts).to_dict())
    }
    for row in counts.iter_rows(named=True):
        for kind, column in [("at all", "at_all"), ("first", "first"), ("by it alone", "only")]:
            assert drawn.get((row["title"], kind), 0) == row[f"removed_{column}"]


def test_charts_of_no_thread_are_charts(verdicts):
    nothing = verdicts.clear()
    charts.funnel(selection.funnel(nothing)).to_dict()
    charts.attribution(selection.attribution(nothing.select("thread_id", "kept"))).to_dict()


def test_no_name_of_a_rule_is_cut_off(verdicts):
    """Vega cuts labels that are longer than `labelLimit`, 0 means never."""
    for chart in [
        charts.funnel(selection.funnel(verdicts)),
        charts.attribution(selection.attribution(verdicts)),
    ]:
        spec = chart.to_dict()
        axis = spec["layer"][0]["encoding"]["y"]["axis"]
        assert axis["labelLimit"] == 0
        key = spec["layer"][0]["encoding"]["y"]["field"]
        lines = [line for row in rows(spec) for line in row[key].split(theme.FOLD)]
        assert max(map(len, lines)) <= theme.NAME_CHARACTERS


def test_funnel_tells_its_numbers_to_screen_readers(verdicts):
    description = charts.funnel(selection.funnel(verdicts)).to_dict()["description"]
    assert "All threads: 2,000" in description
    assert f": {verdicts['kept'].sum():,}." in description
