"""Every record has one outcome; rejects are counted and sampled."""

import polars as pl

from tests.support.reading import lines, read
from tests.support.statuses import NEW, STATUS
from workbench.ingest.collector import REJECTS_KEPT


def test_rejects_are_kept_up_to_a_number_and_counted_all():
    _, row = read(lines(STATUS) + b"{odd\n" * (REJECTS_KEPT + 50))
    assert (len(row["rejects"]), row["rejected"]) == (REJECTS_KEPT, REJECTS_KEPT + 50)


def test_record_of_another_format_loses_only_its_odd_fields():
    other = {
        "id": str(NEW + 1),
        "text": "a",
        "author_id": "9",
        "public_metrics": {"like_count": "x", "quote_count": 4},
        "entities": [],
    }
    frame, row = read(lines(STATUS, other))
    own = frame.row(by_predicate=pl.col("tweet_id") == NEW + 1, named=True)
    assert (own["source"], own["author_id"], own["quotes"]) == ("api_v2", 9, 4)
    kinds = [odd["kind"] for odd in row["odd_fields"]]
    assert kinds == ["entities", "public_metrics.like_count"]
