"""Fetch missing tweets from a server that behaves like the API."""

from datetime import UTC, datetime

import polars as pl
import pytest

from tests.support.api_server import TOKEN, status
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
from workbench import threads
from workbench.exceptions import WorkspaceError
from workbench.hydration import missing_parents
from workbench.hydration.page_store import Pages
from workbench.pipeline import hydrate
from workbench.recipe import Recipe
from workbench.schemas import Deletions, Verdicts


def test_run_fetches_a_hundred_ids_per_request_the_most_valuable_first(workspace, full, connect):
    steps = []
    counts = run(workspace, connect(), on_progress=lambda *step: steps.append(step))
    assert [len(batch) for batch in full.looked_up] == [100, 100, 50]
    assert full.ids == [FIRST + n for n in reversed(range(250))]
    assert steps == [(0, 250), (100, 250), (200, 250), (250, 250)]
    assert (counts["requests"], counts["found"], counts["left"]) == (3, 250, 0)
    assert ids(workspace) >= {FIRST + n for n in range(250)}
    assert missing_parents.from_tweets(workspace.scan("tweets")).is_empty()


def test_run_requests_all_fields_that_the_ingest_reads(workspace, full, connect):
    full.tweets[FIRST] = status(
        FIRST,
        "short…",
        note_tweet={"text": "the whole of a long text"},
        reply_to_id=FIRST - 7,
        possibly_sensitive=True,
    )
    full.tweets[FIRST - 7] = status(FIRST - 7, "comes along")
    run(workspace, connect())
    _, query, headers = full.asked[0]
    fields = set(query["tweet.fields"][0].split(","))
    assert fields >= {"created_at", "conversation_id", "referenced_tweets", "note_tweet", "lang"}
    assert set(query["expansions"][0].split(",")) >= {"author_id", "referenced_tweets.id"}
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    row = workspace.scan("tweets").filter(pl.col("tweet_id") == FIRST).collect().to_dicts()[0]
    assert row["text"] == "the whole of a long text"
    assert (row["reply_to_id"], row["is_sensitive"]) == (FIRST - 7, True)
    assert (row["likes"], row["source"]) == (2, "api_v2")
    assert FIRST - 7 in ids(workspace)


def test_run_stops_at_its_budget_and_continues_from_there(workspace, full, connect):
    counts = run(workspace, connect(max_requests=1))
    assert (counts["requests"], counts["asked"], counts["left"]) == (1, 100, 150)
    counts = run(workspace, connect(max_requests=5))
    assert (counts["requests"], counts["asked"], counts["left"]) == (2, 150, 0)
    asked = full.ids
    assert len(asked) == len(set(asked)) == 250


def test_run_never_requests_a_gone_tweet_twice(workspace, full, connect):
    for number in range(3):
        del full.tweets[FIRST + number]
    full.problems = {FIRST + 1: "not-authorized-for-resource", FIRST + 2: "operational-disconnect"}
    del full.tweets[FIRST + 3]
    full.silent = {FIRST + 3}
    counts = run(workspace, connect())
    assert (counts["found"], counts["gone"]) == (246, 2)
    assert workspace.read("gone").rows() == [(FIRST, "not-found"), (FIRST + 1, "protected")]
    full.asked.clear()
    run(workspace, connect())
    assert full.looked_up == [[FIRST + 3, FIRST + 2]]


def test_run_stores_that_the_parent_of_a_parent_is_gone(workspace, full, connect):
    full.tweets[FIRST] = status(FIRST, reply_to_id=FIRST - 7)
    run(workspace, connect())
    assert workspace.read("gone").rows() == [(FIRST - 7, "not-found")]
    full.asked.clear()
    assert run(workspace, connect())["requests"] == 0


def test_run_counts_a_retweet_as_gone(workspace, full, connect):
    reference = [{"type": "retweeted", "id": str(FIRST - 9)}]
    full.tweets[FIRST] = status(FIRST, referenced_tweets=reference)
    full.tweets[FIRST - 9] = status(FIRST - 9)
    run(workspace, connect())
    assert workspace.read("gone").rows() == [(FIRST, "retweet")]
    assert FIRST - 9 in ids(workspace)


def test_run_requests_no_tweet_that_a_deletion_notice_names(workspace, full, connect):
    deletions = pl.DataFrame({"tweet_id": [FIRST + 5], "had_row": [False]})
    workspace.write("deletions", Deletions.validate(deletions))
    run(workspace, connect())
    assert FIRST + 5 not in full.ids


def test_run_fetches_only_the_chosen_language(workspace, full, connect):
    assert run(workspace, connect(), lang="ja")["asked"] == 125


@pytest.mark.parametrize("moment", ["while asking", "before ingesting"])
def test_a_stopped_run_leaves_complete_pages(workspace, full, connect, monkeypatch, moment):
    def stop(*args, **options):
        raise KeyboardInterrupt

    def stop_at_200(done, total):
        if done == 200:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if moment == "before ingesting":
            patched.setattr("workbench.pipeline.run.ingest", stop)
        options = {"on_progress": stop_at_200} if moment == "while asking" else {}
        with pytest.raises(KeyboardInterrupt):
            run(workspace, connect(), **options)
    assert len(ids(workspace)) == 250
    stored = len(full.asked)
    assert all(path.read_bytes().endswith(b"}\n") for path in Pages(workspace).unsettled())
    run(workspace, connect())
    asked = full.ids
    assert len(asked) == len(set(asked)) == 250
    assert len(full.asked) == max(stored, 3)
    assert len(ids(workspace)) == 500


def test_run_numbers_new_pages_after_old_ones(workspace, full, connect):
    run(workspace, connect(max_requests=2))
    for path in Pages(workspace).paths():
        path.unlink()
    run(workspace, connect())
    assert [path.name for path in Pages(workspace).paths()] == ["pages-000003.jsonl"]
    assert len(ids(workspace)) == 500


def test_run_reads_pages_whatever_format_the_recipe_names(workspace, full, connect):
    recipe = Recipe.from_toml('[ingest]\nformat = "twint"')
    assert hydrate.run(workspace, recipe, api=connect()).counts["found"] == 250
    assert len(ids(workspace)) == 500


def stored(workspace):
    return b"".join(path.read_bytes() for path in Pages(workspace).paths())


def selected(workspace, kept):
    """Build the threads, and keep those."""
    forest = threads.from_tweets(workspace.scan("tweets"))
    workspace.write("turns", forest.turns)
    workspace.write("threads", forest.threads)
    verdicts = forest.threads.select(
        "thread_id", kept=pl.col("thread_id").is_in(kept), removed_by=pl.lit(None, pl.String)
    )
    workspace.write("verdicts", Verdicts.validate(verdicts))
    return workspace


@pytest.fixture
def kept(tmp_path, server):
    """Two kept threads with known openers, one kept fragment, one thread that is not kept."""
    rows = []
    for number in range(4):
        at = FIRST + 100 * number
        rows += [tweet(at, at - 1 if number == 2 else None), tweet(at + 1, at)]
    server.tweets = {FIRST + n: status(FIRST + n, conversation_id=FIRST) for n in range(1, 6)}
    server.tweets[FIRST + 150] = status(FIRST + 150, conversation_id=FIRST + 100)
    workspace = workspace_of(tmp_path / "w", *rows)
    return selected(workspace, [FIRST, FIRST + 100, FIRST + 200])


def searches(server):
    return [
        (path.rpartition("/")[2], int(query["query"][0].split(":")[1]) - FIRST)
        for path, query, _ in server.asked
        if "search" in path
    ]


def test_run_searches_the_conversations_of_kept_threads_to_their_end(kept, server, connect):
    counts = run(kept, connect(), conversations=True)
    assert searches(server) == [("all", 100), ("all", 0), ("all", 0), ("all", 0)]
    assert server.asked[0][1]["start_time"] == ["2019-07-03T06:35:32Z"]
    assert ids(kept) >= {FIRST + n for n in (1, 2, 3, 4, 5, 150)}
    assert (counts["conversations"], counts["conversations_left"]) == (2, 0)
    server.asked.clear()
    run(kept, connect(), conversations=True)
    assert searches(server) == []


def test_run_continues_in_the_middle_of_a_conversation(kept, server, connect):
    counts = run(kept, connect(max_requests=2), conversations=True)
    assert (counts["conversations"], counts["conversations_left"]) == (1, 1)
    server.asked.clear()
    run(kept, connect(), conversations=True)
    tokens = [query.get("next_token") for path, query, _ in server.asked if "search" in path]
    assert tokens == [["next2"], ["next4"]]


def test_run_continues_without_a_search_that_the_account_may_not_use(kept, server, connect):
    server.searches = ()
    at = datetime(2019, 7, 4, tzinfo=UTC).timestamp()
    counts = run(kept, connect(clock=lambda: at), conversations=True)
    assert searches(server) == [("all", 100), ("recent", 100)]
    assert len(counts["notes"]) == 2
    assert "Not in your access level" in counts["notes"][0]
    assert (counts["conversations_left"], counts["asked"]) == (2, 1)


def test_run_searches_the_last_week_for_conversations_of_the_last_week(kept, server, connect):
    server.searches = ("recent",)
    run(kept, connect(), conversations=True)
    assert searches(server) == [("all", 100)]
    server.asked.clear()
    at = datetime(2019, 7, 4, tzinfo=UTC).timestamp()
    counts = run(kept, connect(clock=lambda: at), conversations=True)
    assert searches(server)[:2] == [("all", 100), ("recent", 100)]
    assert "start_time" not in server.asked[1][1]
    assert counts["conversations"] == 2


def test_run_needs_a_selection_to_search_conversations(workspace, full, connect):
    with pytest.raises(WorkspaceError, match="verdicts"):
        run(workspace, connect(), conversations=True)
    assert full.asked == []
