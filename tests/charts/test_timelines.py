"""Timelines of coverage."""

from datetime import date

import polars as pl
import pytest

from tests.support.tweets_by_hand import make_tweets, tweet
from workbench import charts
from workbench.display import css
from workbench.threads import coverage

SHARES = pl.DataFrame(
    {
        "replies": [10, 0],
        "with_parent": [6, 0],
        "with_root": [5, 0],
        "parents_by_embedding": [2, 0],
        "roots_by_embedding": [1, 0],
        "roots_by_conversation": [3, 0],
        "parent_share": [0.6, None],
        "root_share": [0.5, None],
    }
)


@pytest.mark.parametrize("by", ["day", "source"])
def test_coverage_draws_each_share_of_each_day_or_source_with_replies(by):
    keys = [date(2019, 7, 3), date(2019, 7, 4)] if by == "day" else ["twint", "snscrape"]
    chart = charts.timelines.coverage(SHARES.select(pl.Series(by, keys), pl.all()))
    (rows,) = chart.to_dict()["datasets"].values()
    shares = {(row["present"], row["means"]): round(row["share"], 9) for row in rows}
    assert shares == {
        ("parent", "everything"): 0.6,
        ("parent", "without embedded tweets"): 0.4,
        ("root", "everything"): 0.5,
        ("root", "without embedded tweets"): 0.4,
        ("root", "without conversation ids"): 0.2,
    }


def test_coverage_by_source_leaves_out_sources_without_replies():
    tweets = make_tweets(tweet(1), tweet(2, 1), tweet(3, 9), tweet(4, source="lone"))
    drawn = charts.timelines.coverage(coverage.by_source(tweets)).to_dict()
    (rows,) = drawn["datasets"].values()
    assert {(row["source"], row["present"], row["share"]) for row in rows} == {
        ("test", "parent", 0.5),
        ("test", "root", 0.5),
    }


def test_coverage_by_day_names_the_year_and_shows_its_shapes_on_dark():
    tweets = make_tweets(tweet(1), tweet(2, 1), tweet(3, 9))
    drawn = charts.timelines.coverage(coverage.by_day(tweets)).to_dict()
    lines, points = (layer["encoding"] for layer in drawn["layer"])
    assert "%Y" in points["x"]["axis"]["format"]
    assert points["shape"]["legend"]["symbolFillColor"] == css.REMOVED
    assert lines["strokeDash"]["legend"]["symbolStrokeColor"] == css.REMOVED


def test_heat_strip_has_a_cell_for_each_share_and_leaves_gaps_empty():
    rows = pl.concat([SHARES.head(1), SHARES.tail(1), SHARES.head(1)])
    months = pl.Series("month", ["2019-06", "2019-07", "2019-09"])
    spec = charts.timelines.heat_strip(rows.select(months, pl.all())).to_dict()
    (cells,) = spec["datasets"].values()
    assert {(cell["period"], cell["row"], cell["share"]) for cell in cells} == {
        (month, row, share)
        for month in ("2019-06", "2019-09")
        for row, share in [("with their parent", 0.6), ("with their opening tweet", 0.5)]
    }
    x = spec["layer"][0]["encoding"]["x"]
    assert x["scale"]["domain"] == ["2019-06", "2019-07", "2019-08", "2019-09"]


def test_heat_strip_of_days_without_replies_is_a_chart():
    days = pl.Series("day", [date(2019, 7, 3), date(2019, 7, 4)])
    charts.timelines.heat_strip(SHARES.select(days, pl.all()).tail(1)).to_dict()
