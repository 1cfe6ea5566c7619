"""Hydrate: fetching from a local server that behaves like the API, and misbehaves like it."""

import logging
import sys
from datetime import UTC, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from tests.support import api_server
from tests.support.api_server import TOKEN, status
from tests.support.tweets_by_hand import make_tweets, tweet
from workbench import pipeline, threads
from workbench.cli import app
from workbench.exceptions import ApiError, WorkspaceError
from workbench.hydration import client, missing_parents, page_store, transport
from workbench.hydration.client import Api, RefusedError
from workbench.hydration.page_store import Pages
from workbench.hydration.transport import VARIABLES
from workbench.pipeline import hydrate
from workbench.recipe import Recipe
from workbench.schemas import Deletions, Ledger, Rejects, Verdicts
from workbench.storage import Workspace, atomic

#: A tweet of 2019.
FIRST = 1146306463022538752


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with api_server.serving() as state:
        monkeypatch.setattr(transport, "BASE", state.base)
        yield state


@pytest.fixture
def waits():
    return []


@pytest.fixture
def connect(server, waits):
    """Make an api that does not sleep and takes down its waits, `(seconds, reason)`."""

    def make(**options):
        def on_wait(left, reason):
            if left and not open_waits:
                waits.append((left, reason))
            open_waits[:] = [left] if left else []

        open_waits = []
        return Api(TOKEN, on_wait=on_wait, sleep=lambda seconds: None, **options)

    return make


def workspace_of(path, *rows):
    workspace = Workspace.create(path)
    with atomic.replacing(workspace.path("tweets")) as aside:
        aside.mkdir()
        make_tweets(*rows).write_parquet(aside / "part-00000.parquet")
    workspace.write("ledger", Ledger.create_empty())
    workspace.write("rejects", Rejects.create_empty())
    workspace.write("deletions", Deletions.create_empty())
    return workspace


@pytest.fixture
def workspace(tmp_path):
    """250 replies that lack their parents, of which the server holds most."""
    rows = [tweet(FIRST + 1000 + n, FIRST + n, lang="en" if n % 2 else "ja") for n in range(250)]
    return workspace_of(tmp_path / "w", *rows)


@pytest.fixture
def full(server):
    server.tweets = {FIRST + n: status(FIRST + n) for n in range(250)}
    return server


def ids(workspace):
    return set(workspace.read("tweets")["tweet_id"])


def run(workspace, api, **options):
    return hydrate.run(workspace, Recipe(), api=api, **options).counts


def test_run_fetches_a_hundred_a_request_the_most_valuable_first(workspace, full, connect):
    told = []
    counts = run(workspace, connect(), on_progress=lambda *step: told.append(step))
    assert [len(batch) for batch in full.looked_up] == [100, 100, 50]
    assert full.ids == [FIRST + n for n in reversed(range(250))]
    assert told == [(0, 250), (100, 250), (200, 250), (250, 250)]
    assert (counts["requests"], counts["found"], counts["left"]) == (3, 250, 0)
    assert ids(workspace) >= {FIRST + n for n in range(250)}
    assert missing_parents.from_tweets(workspace.scan("tweets")).is_empty()


def test_run_asks_for_what_the_reader_of_pages_reads(workspace, full, connect):
    full.tweets[FIRST] = status(
        FIRST,
        "short…",
        note_tweet={"text": "the whole of a long text"},
        reply_to_id=FIRST - 7,
        possibly_sensitive=True,
    )
    full.tweets[FIRST - 7] = status(FIRST - 7, "told beside")
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


def test_run_stops_at_its_budget_and_goes_on_from_there(workspace, full, connect):
    counts = run(workspace, connect(max_requests=1))
    assert (counts["requests"], counts["asked"], counts["left"]) == (1, 100, 150)
    counts = run(workspace, connect(max_requests=5))
    assert (counts["requests"], counts["asked"], counts["left"]) == (2, 150, 0)
    asked = full.ids
    assert len(asked) == len(set(asked)) == 250


def test_run_counts_tries_against_the_budget_and_does_not_wait_in_vain(
    workspace, full, connect, waits
):
    full.plan = ["busy", "limit"]
    counts = run(workspace, connect(max_requests=2))
    assert (counts["requests"], counts["asked"], counts["left"]) == (2, 0, 250)
    assert len(waits) == 1


def test_run_never_asks_twice_for_what_is_gone(workspace, full, connect):
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


def test_run_remembers_that_what_a_parent_answers_is_gone(workspace, full, connect):
    full.tweets[FIRST] = status(FIRST, reply_to_id=FIRST - 7)
    run(workspace, connect())
    assert workspace.read("gone").rows() == [(FIRST - 7, "not-found")]
    full.asked.clear()
    assert run(workspace, connect())["requests"] == 0


def test_run_takes_a_retweet_for_no_parent(workspace, full, connect):
    reference = [{"type": "retweeted", "id": str(FIRST - 9)}]
    full.tweets[FIRST] = status(FIRST, referenced_tweets=reference)
    full.tweets[FIRST - 9] = status(FIRST - 9)
    run(workspace, connect())
    assert workspace.read("gone").rows() == [(FIRST, "retweet")]
    assert FIRST - 9 in ids(workspace)


def test_run_asks_for_nothing_that_a_deletion_notice_names(workspace, full, connect):
    told = pl.DataFrame({"tweet_id": [FIRST + 5], "had_row": [False]})
    workspace.write("deletions", Deletions.validate(told))
    run(workspace, connect())
    assert FIRST + 5 not in full.ids


def test_run_keeps_to_a_language(workspace, full, connect):
    assert run(workspace, connect(), lang="ja")["asked"] == 125


def test_run_waits_for_the_limit_to_end(workspace, full, connect, waits):
    full.plan = ["", "limit"]
    counts = run(workspace, connect(clock=lambda: full.reset - 30.5))
    assert waits == [(32, "rate limit")]
    assert (counts["requests"], counts["found"]) == (4, 250)


@pytest.mark.parametrize("misbehaviour", ["limit", "limit without reset"])
def test_run_waits_longer_and_longer_where_the_end_of_the_limit_is_not_known(
    workspace, full, connect, waits, misbehaviour
):
    full.plan = [misbehaviour] * 3
    run(workspace, connect(clock=lambda: full.reset + 1000))
    assert [seconds for seconds, _ in waits] == [15, 30, 60]


def test_run_waits_no_longer_than_the_window_of_a_limit(workspace, full, connect, waits):
    full.plan = ["limit"] * 7
    run(workspace, connect(clock=lambda: 0))
    assert [seconds for seconds, _ in waits] == [900] * 7


@pytest.mark.parametrize(
    "misbehaviour",
    [
        "limit with odd reset",
        "busy",
        "busy in json",
        "hang up",
        "cut",
        "half",
        "proxy",
        "empty object",
    ],
)
def test_run_tries_again_after_trouble(workspace, full, connect, waits, misbehaviour):
    full.plan = [misbehaviour] * 3
    counts = run(workspace, connect())
    assert [seconds for seconds, _ in waits] == [1, 2, 4]
    assert (counts["requests"], counts["found"]) == (6, 250)
    assert workspace.read("ledger")["rejected"].sum() == 0


def test_run_gives_up_after_several_tries_and_keeps_what_came(workspace, full, connect, waits):
    full.plan = ["", *["busy"] * client.TRIES]
    with pytest.raises(ApiError, match=f"did not answer in {client.TRIES} tries: status 503"):
        run(workspace, connect())
    assert [seconds for seconds, _ in waits] == [1, 2, 4, 8, 16, 32, 64]
    assert len(ids(workspace)) == 350
    assert run(workspace, connect())["asked"] == 150


def test_run_gives_up_on_a_server_that_is_not_there(workspace, connect, monkeypatch):
    monkeypatch.setattr(transport, "BASE", "http://127.0.0.1:9")
    with pytest.raises(ApiError, match="no connection"):
        run(workspace, connect())


REFUSALS = {
    "cap": r"no more tweets \(429\): Usage cap exceeded: Monthly product cap\.",
    "unpaid": r"no more tweets \(402\): No credits left\.",
    "forbidden": r"refuses the request \(403\): Not your level\.",
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_run_does_not_insist_where_that_is_in_vain(workspace, full, connect, waits, refusal):
    full.plan = ["", refusal]
    with pytest.raises(ApiError, match=REFUSALS[refusal]):
        run(workspace, connect())
    assert (len(full.asked), waits) == (2, [])
    assert len(ids(workspace)) == 350


def test_run_says_that_the_token_is_not_accepted(workspace, server):
    with pytest.raises(ApiError, match=r"\(401\): Unauthorized") as caught:
        run(workspace, Api("another", sleep=lambda seconds: None))
    assert VARIABLES[0] in caught.value.hint
    assert "another" not in str(caught.value)


@pytest.mark.parametrize("moment", ["while asking", "before ingesting"])
def test_run_that_is_stopped_leaves_whole_pages(workspace, full, connect, monkeypatch, moment):
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


def test_run_does_not_mistake_new_pages_for_old_ones(workspace, full, connect):
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


# Deleted tweets


def stored(workspace):
    return b"".join(path.read_bytes() for path in Pages(workspace).paths())


@pytest.fixture
def secret(full):
    """The server with a tweet that will be deleted, and a retweet that repeats it."""
    full.tweets[FIRST + 249] = status(FIRST + 249, "secret words")
    reference = [{"type": "retweeted", "id": str(FIRST + 249)}]
    full.tweets[FIRST + 1] = status(FIRST + 1, "RT @a: secret words", referenced_tweets=reference)
    return full


def test_run_that_follows_a_take_down_asks_for_nothing_again(workspace, secret, connect):
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


def test_page_that_lost_tweets_is_known_by_its_content(workspace, secret, connect):
    run(workspace, connect())
    pipeline.delete(workspace, [FIRST + 249])
    ledger, rows = workspace.read("ledger"), workspace.read("tweets")
    again = pipeline.ingest(workspace, Recipe(), paths=[str(Pages(workspace).folder)])
    assert (again.counts["members_read"], again.counts["members_known"]) == (0, 3)
    assert b"secret" not in stored(workspace)
    assert again.counts["changed"] == 0
    assert_frame_equal(workspace.read("ledger"), ledger, check_row_order=False)
    assert_frame_equal(workspace.read("tweets"), rows)


def test_pages_of_which_nothing_is_left_are_still_two(tmp_path, full, connect, monkeypatch):
    monkeypatch.setattr(hydrate, "IDS_A_REQUEST", 1)
    workspace = workspace_of(tmp_path / "w", tweet(FIRST + 8, FIRST), tweet(FIRST + 9, FIRST + 1))
    run(workspace, connect())
    pipeline.delete(workspace, [FIRST, FIRST + 1])
    assert b"a text" not in stored(workspace)
    counts = pipeline.delete(workspace, [FIRST + 8]).counts
    assert (counts["members"], counts["lines"]) == (2, 2)


def test_take_down_reaches_pages_that_wait(workspace, secret, connect, monkeypatch):
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


def test_run_keeps_no_deleted_tweet_that_comes_beside_others(workspace, full, connect):
    told = pl.DataFrame({"tweet_id": [FIRST - 7], "had_row": [False]})
    workspace.write("deletions", Deletions.validate(told))
    full.tweets[FIRST] = status(FIRST, "kept words", reply_to_id=FIRST - 7)
    full.tweets[FIRST - 7] = status(FIRST - 7, "secret words")
    run(workspace, connect())
    assert (b"secret" in stored(workspace), b"kept words" in stored(workspace)) == (False, True)
    assert len(ids(workspace)) == 500


def test_damaged_page_is_named(workspace, full, connect):
    run(workspace, connect())
    Pages(workspace).paths()[0].write_text("{")
    with pytest.raises(WorkspaceError, match=r"pages-000001\.jsonl that was fetched is damaged"):
        pipeline.delete(workspace, [FIRST])


# Conversations


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


def test_run_goes_on_in_the_middle_of_a_conversation(kept, server, connect):
    counts = run(kept, connect(max_requests=2), conversations=True)
    assert (counts["conversations"], counts["conversations_left"]) == (1, 1)
    server.asked.clear()
    run(kept, connect(), conversations=True)
    tokens = [query.get("next_token") for path, query, _ in server.asked if "search" in path]
    assert tokens == [["next2"], ["next4"]]


def test_run_goes_on_without_a_search_that_the_account_may_not_use(kept, server, connect):
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


# The token


@pytest.mark.parametrize("given", ["", "   ", "two words", "a\x00b", "naïve", "a\nb"])
def test_token_refuses_what_is_none(given):
    with pytest.raises(ApiError) as caught:
        transport.token({VARIABLES[0]: given})
    assert VARIABLES[0] in str(caught.value)
    assert not given.strip() or given not in str(caught.value)


def test_token_is_read_from_the_first_variable_that_is_set():
    assert transport.token({VARIABLES[1]: "b\n"}) == "b"
    assert transport.token({VARIABLES[0]: "a", VARIABLES[1]: "b"}) == "a"


def test_token_goes_to_no_other_server(workspace, full, connect):
    with api_server.serving() as other:
        full.elsewhere = other.base.replace("127.0.0.1", "localhost") + "/2/tweets?ids=1"
        full.plan = ["redirect"]
        with pytest.raises(ApiError, match="401"):
            run(workspace, connect())
        assert [headers.get("Authorization") for _, _, headers in other.asked] == [None]


def test_token_is_sent_over_checked_connections():
    session = transport.client(TOKEN).session
    assert session.verify is True
    assert transport.BASE.startswith("https://")


def test_refusal_shows_neither_the_token_nor_control_characters(workspace, full, connect):
    full.plan = ["echo"]
    with pytest.raises(RefusedError) as caught:
        run(workspace, connect())
    assert "[token]" in str(caught.value)
    assert "\x1b" not in str(caught.value)


def invoke(workspace, *options):
    return CliRunner().invoke(app, ["hydrate", "-w", str(workspace.root), *options])


@pytest.fixture
def command(server, monkeypatch):
    monkeypatch.setenv(VARIABLES[0], TOKEN)
    monkeypatch.setitem(Api.__init__.__kwdefaults__, "sleep", lambda seconds: None)
    return invoke


def test_token_gets_nowhere(workspace, full, command, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    outputs = []
    for plan in [["forbidden"], ["proxy"] * client.TRIES, ["", "busy", "limit", "hang up"]]:
        full.plan = plan
        result = command(workspace)
        outputs.append(result.output)
        error = result.exception
        while error is not None:
            outputs.append(f"{error} {vars(error)}")
            error = error.__cause__ or error.__context__
    written = [path.read_bytes() for path in workspace.root.rglob("*") if path.is_file()]
    assert "Making API request" in caplog.text
    assert len(Pages(workspace).paths()) == 3
    everything = [*outputs, caplog.text, *capfd.readouterr(), *map(repr, written)]
    # Not the texts themselves, which pytest would print at length.
    assert [TOKEN in text for text in everything].count(True) == 0


def test_command_tells_what_came_and_what_is_left(workspace, full, command):
    del full.tweets[FIRST + 249]
    full.plan = ["limit"]
    result = command(workspace, "--max-requests", "2")
    assert result.exit_code == 0, result.output
    assert "waits 0:" in result.output
    assert "2 requests for 100 tweets -> 99 found, 1 gone for good, 0 without" in result.output
    assert "150 ids are left" in result.output


def test_command_names_the_variable_where_there_is_no_token(workspace, command, monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    result = command(workspace)
    assert result.exit_code == 1
    assert f"export {VARIABLES[0]}=" in result.output


def test_command_names_the_extra_where_tweepy_is_missing(workspace, command, monkeypatch):
    monkeypatch.setitem(sys.modules, "tweepy", None)
    result = command(workspace)
    assert result.exit_code == 1
    assert "pip install 'thread-workbench[api]'" in result.output
