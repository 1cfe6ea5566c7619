"""The order of time holds for edited tweets, and results name their last versions."""

import polars as pl
import pytest

from tests.support.tweets_by_hand import make_tweets, tweet
from workbench import threads
from workbench.hydration import missing_parents
from workbench.threads import coverage, versions

#: Tweet 9 was edited: it was 5 and 7 before. Tweet 29 is missing; it was 20 before.
EDITS = pl.DataFrame({"tweet_id": [5, 7, 9, 20, 29], "current_id": [9, 9, 9, 29, 29]})

TWEETS = make_tweets(
    tweet(9, author_id=1), tweet(6, 9, 9), tweet(8, 6, 9), tweet(12, None, 9), tweet(25, 29)
)


def test_reply_between_two_versions_hangs_below_the_last():
    forest = threads.from_tweets(TWEETS, edits=EDITS)
    assert forest.turns.select("thread_id", "tweet_id", "parent_id", "position").rows() == [
        (9, 9, None, 0),
        (9, 6, 9, 1),
        (9, 8, 6, 2),
        (9, 12, 9, 3),
    ]
    assert forest.threads.select("thread_id", "root_id", "turns").rows() == [(9, 9, 4)]
    assert forest.counts["cut_older"] == 0


def test_missing_edited_parent_is_listed_by_its_last_version():
    parents = missing_parents.from_tweets(TWEETS, edits=EDITS)
    assert parents["tweet_id"].to_list() == [29]


@pytest.mark.parametrize("version", [20, 29])
def test_edited_parent_is_gone_whichever_version_the_api_named(version):
    gone = pl.DataFrame({"tweet_id": [version]})
    assert missing_parents.from_tweets(TWEETS, edits=EDITS, gone=gone).is_empty()


def test_coverage_counts_parents_that_were_edited():
    row = coverage.by_source(TWEETS, edits=EDITS).row(0, named=True)
    assert (row["replies"], row["with_parent"], row["with_root"]) == (4, 2, 3)


def test_with_first_ids_replaces_ids_in_lists():
    frame = pl.DataFrame({"missing_ids": [[29, 25], []], "other": [9, 9]})
    first = versions.with_first_ids(frame, EDITS)
    assert first.rows() == [([20, 25], 9), ([], 9)]
    assert versions.with_current_ids(first, EDITS).rows() == [([25, 29], 9), ([], 9)]


def test_without_edits_nothing_changes():
    assert versions.with_first_ids(TWEETS, None) is TWEETS
    assert versions.with_current_ids(TWEETS, EDITS.clear()) is TWEETS
