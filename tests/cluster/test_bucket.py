"""A bucket is merged as if it were the whole table, and leaves whole files only."""

from dataclasses import replace

import polars as pl
import pytest

from workbench.cluster import bucket, node_files
from workbench.cluster.bucket import Bucket
from workbench.exceptions import StageError
from workbench.ingest.tweet_table import Known
from workbench.schemas import Authors, Deletions, Edits, RawTweets

#: The tweet 7 has the versions 2 and 7, of which the bucket of 5 to 9 gets both.
EDITS = Edits.validate(pl.DataFrame({"tweet_id": [2, 7], "current_id": [7, 7]}))


@pytest.fixture
def upper(tmp_path) -> Bucket:
    """The bucket of the ids 5 to 9: a tweet seen twice, a deleted one, and an edited one."""
    ids = [2, 5, 5, 6, 7]
    raw = RawTweets.sample(len(ids), overrides={"tweet_id": ids, "likes": [1, 2, 9, 3, 0]})
    raw.write_parquet(tmp_path / "raw.parquet")
    notices = Deletions.validate(pl.DataFrame({"tweet_id": [6, 8], "had_row": [False, False]}))
    notices.write_parquet(tmp_path / "notices.parquet")
    files = {
        "tweets": [tmp_path / "raw.parquet"],
        "deletions": [tmp_path / "notices.parquet"],
    }
    return Bucket(1, tmp_path, low=5, high=9, files=files)


def known(of_edited: pl.DataFrame) -> Known:
    return Known(
        deleted=of_edited.filter("had_row"),
        versions=EDITS,
        authors=Authors.create_empty(),
        damaged=pl.Series([], dtype=pl.Int64),
    )


def of_edited(*, is_deleted: bool) -> pl.DataFrame:
    ids = [2, 7] if is_deleted else []
    return Deletions.validate(
        pl.DataFrame(
            {"tweet_id": ids, "had_row": [True] * len(ids)}, schema=Deletions.create_empty().schema
        )
    )


@pytest.mark.parametrize("is_deleted", [False, True])
def test_the_rows_of_a_bucket_are_those_of_its_tweets(upper, tmp_path, is_deleted):
    edited = of_edited(is_deleted=is_deleted)
    bucket.merge_deletions(upper, of_edited=edited)
    table = tmp_path / "table"
    table.mkdir()

    counts = bucket.merge_tweets(upper, known=known(edited), folder=table)

    rows = pl.read_parquet(table / "part-000001-00000.parquet").select("tweet_id", "likes").rows()
    deleted = [row[0] for row in pl.read_parquet(upper.deletions).rows()]
    assert rows == ([(5, 9)] if is_deleted else [(5, 9), (7, 1)])
    assert deleted == ([6, 7, 8] if is_deleted else [6, 8])
    assert (counts["tweets"], counts["deleted"]) == ((1, 2) if is_deleted else (2, 1))
    assert [path.name for path in table.iterdir()] == ["part-000001-00000.parquet"]


def test_a_bucket_that_is_merged_twice_leaves_the_same_files(upper, tmp_path):
    edited = of_edited(is_deleted=False)
    table = tmp_path / "table"
    table.mkdir()
    contents = []
    for _ in range(2):
        bucket.merge_deletions(upper, of_edited=edited)
        bucket.merge_tweets(upper, known=known(edited), folder=table)
        contents.append({path.name: path.read_bytes() for path in table.iterdir()})
    assert contents[0] == contents[1]


def test_a_folder_that_the_node_does_not_have_is_named(upper, tmp_path):
    bucket.merge_deletions(upper, of_edited=of_edited(is_deleted=False))

    with pytest.raises(StageError, match=r"has no .*elsewhere") as error:
        bucket.merge_tweets(
            upper, known=known(of_edited(is_deleted=False)), folder=tmp_path / "elsewhere"
        )

    assert "that all nodes share" in error.value.hint


def test_a_folder_that_the_node_may_not_write_is_named(upper, monkeypatch):
    monkeypatch.setattr(node_files.os, "access", lambda path, mode: False)

    with pytest.raises(StageError, match="may not write"):
        bucket.merge_deletions(upper, of_edited=of_edited(is_deleted=False))


def test_a_bucket_without_files_is_empty(tmp_path):
    bucket.merge_deletions(Bucket(0, tmp_path), of_edited=of_edited(is_deleted=False))

    assert pl.read_parquet(Bucket(0, tmp_path).deletions).is_empty()


@pytest.mark.parametrize("number", [0, 1])
def test_only_the_first_bucket_writes_a_part_without_tweets(upper, tmp_path, number):
    only_deleted = replace(upper, number=number, files={"deletions": upper.files["deletions"]})
    edited = of_edited(is_deleted=False)
    bucket.merge_deletions(only_deleted, of_edited=edited)
    table = tmp_path / "table"
    table.mkdir()

    counts = bucket.merge_tweets(only_deleted, known=known(edited), folder=table)

    assert counts["tweets"] == 0
    assert len(list(table.iterdir())) == (number == 0)
