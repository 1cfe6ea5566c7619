"""The ids of an export."""

import polars as pl

from workbench.export import tweet_ids


def test_read_finds_the_ids_and_nulls_for_other_lines(tmp_path):
    (tmp_path / "ids.txt").write_bytes(b"5\n 7 \nhello, world\n\xff\n" + b"9" * 30 + b"\n")
    ids = tweet_ids.read(tmp_path).collect()["tweet_id"].to_list()
    assert ids == [5, 7, None, None, None]


def test_read_of_a_missing_file_has_no_rows(tmp_path):
    assert tweet_ids.read(tmp_path).collect().shape == (0, 1)


def test_find_deleted_returns_sorted_ids():
    ids = pl.LazyFrame({"tweet_id": [9, None, 3, 5]})
    deleted = pl.LazyFrame({"tweet_id": [5, 9, 100, None]})
    assert tweet_ids.find_deleted(ids, deleted=deleted) == [5, 9]
