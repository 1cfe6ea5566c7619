"""Check that stored pages lose deleted tweets and are never read twice."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.support.api_server import status
from tests.support.hydration import (  # noqa: F401 (fixtures)
    FIRST,
    connect_fixture,
    full_fixture,
    ids,
    run,
    server_fixture,
    waits_fixture,
    workspace_fixture,
    workspace_of,
)
from tests.support.tweets_by_hand import tweet
from workbench import pipeline
from workbench.exceptions import WorkspaceError
from workbench.hydration import page_store
from workbench.hydration.page_store import Pages
from workbench.pipeline import hydrate
from workbench.recipe import Recipe
from workbench.schemas import Deletions


def stored(workspace):
    return b"".join(path.read_bytes() for path in Pages(workspace).paths())


@pytest.fixture
def secret(full):
    """The server with a tweet that will be deleted, and a retweet that repeats it."""
    full.tweets[FIRST + 249] = status(FIRST + 249, "secret words")
    reference = [{"type": "retweeted", "id": str(FIRST + 249)}]
    full.tweets[FIRST + 1] = status(FIRST + 1, "RT @a: secret words", referenced_tweets=reference)
    return full


def test_a_run_after_a_deletion_requests_nothing_again(workspace, secret, connect):
    run(workspace, connect())
    assert stored(workspace).count(b"secret words") == 3
    before = workspace.read("ledger")
    pipeline.delete(workspace, [FIRST + 249])
    assert b"secret" not in stored(workspace)
    assert page_store.known(Pages(workspace).paths()) == {
        FIRST + n for n in range(250) if n not in {1, 249}
    }
    secret.asked.clear()
    assert run(workspace, connect())["requests"] == 0
    after = workspace.read("ledger")
    assert_frame_equal(after.drop("content_hash"), before.drop("content_hash"))
    assert (after["content_hash"] != before["content_hash"]).sum() == 2


def test_a_page_without_its_deleted_tweets_still_counts_as_read(workspace, secret, connect):
    run(workspace, connect())
    pipeline.delete(workspace, [FIRST + 249])
    ledger, rows = workspace.read("ledger"), workspace.read("tweets")
    again = pipeline.ingest(workspace, Recipe(), paths=[str(Pages(workspace).folder)])
    assert (again.counts["members_read"], again.counts["members_known"]) == (0, 3)
    assert b"secret" not in stored(workspace)
    assert again.counts["changed"] == 0
    assert_frame_equal(workspace.read("ledger"), ledger, check_row_order=False)
    assert_frame_equal(workspace.read("tweets"), rows)


def test_two_pages_without_any_tweets_left_still_differ(tmp_path, full, connect, monkeypatch):
    monkeypatch.setattr(hydrate, "IDS_A_REQUEST", 1)
    workspace = workspace_of(tmp_path / "w", tweet(FIRST + 8, FIRST), tweet(FIRST + 9, FIRST + 1))
    run(workspace, connect())
    pipeline.delete(workspace, [FIRST, FIRST + 1])
    assert b"a text" not in stored(workspace)
    counts = pipeline.delete(workspace, [FIRST + 8]).counts
    assert (counts["members"], counts["lines"]) == (2, 2)


def test_a_deletion_reaches_pages_that_wait_for_ingest(workspace, secret, connect, monkeypatch):
    def stop(*args, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("workbench.pipeline.run.ingest", stop)
        with pytest.raises(KeyboardInterrupt):
            run(workspace, connect())
    pipeline.delete(workspace, [FIRST + 249])
    assert b"secret" not in stored(workspace)
    run(workspace, connect())
    assert len(secret.ids) == len(set(secret.ids)) == 250
    assert len(ids(workspace)) == 498
    assert workspace.last_run("ingest").counts["changed"] == 0
    assert run(workspace, connect())["requests"] == 0


def test_a_run_keeps_no_deleted_tweet_that_comes_along_with_others(workspace, full, connect):
    deletions = pl.DataFrame({"tweet_id": [FIRST - 7], "had_row": [False]})
    workspace.write("deletions", Deletions.validate(deletions))
    full.tweets[FIRST] = status(FIRST, "kept words", reply_to_id=FIRST - 7)
    full.tweets[FIRST - 7] = status(FIRST - 7, "secret words")
    run(workspace, connect())
    assert (b"secret" in stored(workspace), b"kept words" in stored(workspace)) == (False, True)
    assert len(ids(workspace)) == 500


def test_the_error_names_a_damaged_page(workspace, full, connect):
    run(workspace, connect())
    Pages(workspace).paths()[0].write_text("{")
    with pytest.raises(WorkspaceError, match=r"The fetched page .*pages-000001\.jsonl is damaged"):
        pipeline.delete(workspace, [FIRST])
