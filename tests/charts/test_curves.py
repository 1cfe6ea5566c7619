"""Curves of a threshold show precision, recall and yield as shares."""

import polars as pl

from workbench import charts

SHARES = pl.DataFrame(
    {
        "threshold": [0.0, 0.5],
        "labelled": [40, 20],
        "precision": [0.5, None],
        "low": [0.4, None],
        "high": [0.6, None],
        "recall": [1.0, 0.4],
        "passing": [200, 50],
    }
)


def test_by_threshold_draws_known_shares_and_the_present_threshold():
    spec = charts.curves.by_threshold(SHARES, threads=200, current=0.25).to_dict()
    rows = [row for data in spec["datasets"].values() for row in data]
    shares = [row["share"] for row in rows if "kind" in row]
    assert shares == [0.5, 1.0, 0.4, 1.0, 0.25]
    assert [row["place"] for row in rows if "place" in row] == [0.5]
    assert [(row["low"], row["high"]) for row in rows if "low" in row] == [(0.4, 0.6)]
