"""The tables of a row per tweet do not depend on the ranges of ids that are merged at once."""

import polars as pl

from workbench.ingest import merged_rows
from workbench.ingest.tweet_table import Known
from workbench.schemas import Authors, Edits

NOTICES = pl.LazyFrame({"tweet_id": [5, 2, 2, 9], "had_row": [False, False, True, False]})
IDS = pl.DataFrame({"tweet_id": [1, 3, 5, 7], "seen": [1, 1, 1, 1]})


def test_a_deleted_tweet_had_a_row_in_any_dump_or_run():
    deletions = merged_rows.merged_deletions(NOTICES, ids=IDS)

    assert deletions.rows() == [(2, True), (5, True), (9, False)]


def test_rows_of_edited_tweets_replace_those_of_notices():
    of_edited = pl.DataFrame({"tweet_id": [4, 9], "had_row": [True, True]})

    deletions = merged_rows.merged_deletions(NOTICES, ids=IDS, of_edited=of_edited)

    assert deletions.rows() == [(2, True), (4, True), (5, True), (9, True)]


def known(deleted: list[int]) -> Known:
    """The tweet 7 has the versions 1 and 7, the tweet 5 the versions 3 and 5."""
    versions = {"tweet_id": [1, 3, 5, 7], "current_id": [7, 5, 5, 7]}
    return Known(
        deleted=pl.DataFrame({"tweet_id": deleted}, schema={"tweet_id": pl.Int64}),
        versions=Edits.validate(pl.DataFrame(versions)),
        authors=Authors.create_empty(),
        damaged=pl.Series([], dtype=pl.Int64),
    )


def test_an_edited_tweet_is_kept_and_counted_once():
    kept = merged_rows.kept_of(IDS, known([3, 5]))

    assert kept["tweet_id"].to_list() == [7]
    assert merged_rows.counts(kept, known([3, 5])) == {
        "rows": 2,
        "deleted": 1,
        "tweets": 1,
        "edited": 1,
        "replaced": 1,
        "outdated": 0,
    }


def test_counts_of_ranges_add_up():
    whole = merged_rows.counts(merged_rows.kept_of(IDS, known([3, 5])), known([3, 5]))
    sums = dict.fromkeys(whole, 0)
    # The rows of an older version are in the range of the current one: 3 goes to 5, 1 to 7.
    for ids, deleted in (([], [3]), ([3, 5], [5]), ([1, 7], [])):
        rows = IDS.filter(pl.col("tweet_id").is_in(ids))
        kept = merged_rows.kept_of(rows, known([3, 5]))
        for name, count in merged_rows.counts(kept, known(deleted)).items():
            sums[name] += count
    assert sums == whole
