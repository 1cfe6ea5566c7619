"""The reasons why tweets are missing."""

import polars as pl

from tests.support.reader import delete
from workbench.dashboard.session import missing_tweets
from workbench.schemas import Gone


def test_reasons_come_from_deletions_and_refusals(own):
    assert missing_tweets.reasons(own.workspace, []) == {}
    assert missing_tweets.reasons(own.workspace, [1, 2]) == {}
    rows = {"tweet_id": [1, 2, 3], "reason": ["protected", "not-found", "not-found"]}
    own.workspace.write("gone", Gone.validate(pl.DataFrame(rows)))
    delete(own, 3)
    assert missing_tweets.reasons(own.workspace, [1, 2, 3, 4]) == {
        1: "its author is protected",
        2: "deleted, or its author is gone",
        3: "deleted",
    }
