"""Each row is in the files of one bucket, with the types it had."""

import polars as pl
import pytest

from tests.support import cluster
from workbench.cluster import cuts, scratch
from workbench.cluster.bucket import HIGHEST, LOWEST
from workbench.cluster.engine import Engine
from workbench.schemas import Deletions, Edits, RawTweets
from workbench.storage import Workspace

pytestmark = cluster.needs_daft


@pytest.fixture
def files(tmp_path) -> cuts.Files:
    """Two files of tweets, the second without a column that a version later added; deletions."""
    ids = pl.int_range(1, 301, eager=True)
    raw = RawTweets.sample(300, overrides={"tweet_id": ids, "line": [2**32 - 1] * 300})
    raw[:200].write_parquet(tmp_path / "new.parquet")
    raw[200:].drop("is_sensitive").write_parquet(tmp_path / "old.parquet")
    deletions = pl.DataFrame({"tweet_id": [5, 250], "had_row": [True, False]})
    Deletions.validate(deletions).write_parquet(tmp_path / "deletions.parquet")
    return {
        "tweets": [tmp_path / "old.parquet", tmp_path / "new.parquet"],
        "deletions": [tmp_path / "deletions.parquet"],
    }


@pytest.fixture
def steps(tmp_path):
    engine = Engine(workers=1)
    engine.start()
    with scratch.opened(Workspace(tmp_path), engine, stage="ingest") as steps:
        yield steps


def test_rows_are_in_the_bucket_of_their_current_id(files, steps, monkeypatch):
    monkeypatch.setattr(cuts, "ROWS_A_BUCKET", 100)
    versions = Edits.validate(pl.DataFrame({"tweet_id": [3, 290], "current_id": [290, 290]}))

    buckets = cuts.into_buckets(files, versions=versions, steps=steps)

    assert len(buckets) == 3
    assert (buckets[0].low, buckets[-1].high) == (LOWEST, HIGHEST)
    assert [each.low for each in buckets[1:]] == [each.high + 1 for each in buckets[:-1]]
    raws = [each.raw().collect() for each in buckets]
    assert sorted(pl.concat(raws)["tweet_id"]) == list(range(1, 301))
    for each, raw in zip(buckets, raws, strict=True):
        moved = {3} if each is buckets[-1] else set()
        assert set(raw.filter(~pl.col("tweet_id").is_between(each.low, each.high))["tweet_id"]) == (
            moved
        )
        assert raw.schema == RawTweets.create_empty().schema
    assert raws[-1]["is_sensitive"].null_count() >= 50
    assert sum(each.notices().collect().height for each in buckets) == 2


def test_rows_of_some_tweets_are_found(files, steps):
    ids = pl.Series([5, 7, 250, 999])

    assert sorted(cuts.rows_of(files, "tweets", ids=ids, steps=steps)["tweet_id"]) == [5, 7, 250]
    assert sorted(cuts.rows_of(files, "deletions", ids=ids, steps=steps).rows()) == [
        (5, True),
        (250, False),
    ]


def test_few_rows_are_one_bucket(files, steps):
    (bucket,) = cuts.into_buckets(files, versions=Edits.create_empty(), steps=steps)

    assert bucket.raw().collect().height == 300
