"""The reasons why tweets are missing."""

import polars as pl
import pytest

from workbench.hydration import missing_tweets
from workbench.schemas import Deletions, Gone
from workbench.storage import Workspace


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "ws")


def test_reasons_come_from_deletions_and_refusals(workspace):
    assert missing_tweets.reasons(workspace, []) == {}
    assert missing_tweets.reasons(workspace, [1, 2]) == {}
    rows = {"tweet_id": [1, 2, 3], "reason": ["protected", "not-found", "not-found"]}
    workspace.write("gone", Gone.validate(pl.DataFrame(rows)))
    deleted = pl.DataFrame({"tweet_id": [3], "had_row": [True]})
    workspace.write("deletions", Deletions.validate(deleted))
    assert missing_tweets.reasons(workspace, [1, 2, 3, 4]) == {
        1: "its author is protected",
        2: "deleted, or its author is gone",
        3: "deleted",
    }
