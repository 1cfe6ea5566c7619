"""Missing parents: which, in what order, and what hangs on each."""

import json
from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.support.tweets_by_hand import make_tweets, tweet
from workbench import charts, ingest, threads
from workbench.cli import app
from workbench.display import css
from workbench.hydration import missing_parents
from workbench.schemas import Deletions, Gone
from workbench.storage import Workspace, atomic
from workbench.threads import coverage

NOW = datetime(2026, 1, 1, tzinfo=UTC)
#: A tweet of 2019-07-03 06:35:32.785 UTC.
SNOWFLAKE = 1146306463022538752


def ids(frame):
    return frame["tweet_id"].to_list()


def test_from_tweets_tells_all_of_a_missing_parent():
    said = {"reply_to_author_id": 77, "lang": "en"}
    one, two, three = (SNOWFLAKE + step for step in (1, 2, 3))
    when = datetime(2019, 7, 4, tzinfo=UTC)
    tweets = make_tweets(
        tweet(one, SNOWFLAKE, **said, created_at=when),
        tweet(two, SNOWFLAKE, lang="ja", created_at=when + timedelta(hours=1)),
        tweet(three, one, lang="fr"),
        tweet(three + 1, SNOWFLAKE, **said, created_at=None),
    )
    assert missing_parents.from_tweets(tweets, now=NOW).to_dicts() == [
        {
            "tweet_id": SNOWFLAKE,
            "replies": 3,
            "hanging": 4,
            "lang": "en",
            "author_id": 77,
            "written_at": datetime(2019, 7, 3, 6, 35, 32, 785000, tzinfo=UTC),
            "age_days": 2373,
            "oldest_at": when,
            "newest_at": when + timedelta(hours=1),
        }
    ]


def test_from_tweets_puts_what_gathers_most_first_then_the_youngest():
    tweets = make_tweets(
        tweet(101, 50),
        tweet(102, 60),
        tweet(103, 102),
        tweet(104, 70),
        tweet(105, 70),
        tweet(106, 80),
    )
    assert ids(missing_parents.from_tweets(tweets)) == [70, 60, 80, 50]


def test_from_tweets_lacks_no_parent_that_is_there_or_cannot_be():
    tweets = make_tweets(tweet(1), tweet(2, 1), tweet(3, 3), tweet(4, 9), tweet(5, 0))
    assert missing_parents.from_tweets(tweets).is_empty()


def test_from_tweets_counts_what_a_conversation_lacks():
    tweets = make_tweets(
        tweet(21, None, 20),
        tweet(22, 21, 20),
        tweet(23, 19, 20),
        # A tweet that answers nothing and names itself opens its own, whatever its replies claim.
        tweet(30, None, 30),
        tweet(31, 30, 18),
    )
    frame = missing_parents.from_tweets(tweets).select("tweet_id", "replies", "hanging")
    assert frame.rows() == [(20, 0, 3), (19, 1, 1)]


def test_from_tweets_knows_no_language_where_no_reply_has_one():
    tweets = make_tweets(
        tweet(5, 1, lang="und"),
        tweet(6, 1, lang="qht"),
        tweet(7, 1, lang="de"),
        tweet(8, 2),
        tweet(9, 1, lang="qht"),
    )
    assert missing_parents.from_tweets(tweets).select("tweet_id", "lang").rows() == [
        (1, "de"),
        (2, None),
    ]


def test_from_tweets_leaves_out_what_is_gone():
    tweets = make_tweets(tweet(11, 1, 2), tweet(12, 3))
    gone = pl.DataFrame({"tweet_id": [1, 2]})
    assert ids(missing_parents.from_tweets(tweets, gone=gone)) == [3]
    assert missing_parents.from_tweets(
        tweets, gone=pl.DataFrame({"tweet_id": [1, 2, 3]})
    ).is_empty()


def test_from_tweets_of_nothing_is_an_empty_list():
    assert missing_parents.from_tweets(make_tweets(tweet(1)).clear()).is_empty()


TREES = st.lists(
    st.tuples(st.integers(1, 40), st.integers(0, 40)), unique_by=lambda pair: pair[0], max_size=25
)


@settings(deadline=None, max_examples=60)
@given(TREES)
def test_from_tweets_agrees_with_climbing_by_hand(pairs):
    tweets = make_tweets(*(tweet(child, parent or None) for child, parent in pairs or [(1, 0)]))
    above = {child: parent for child, parent in pairs if 0 < parent < child}
    expected = {}
    for child, parent in above.items():
        top = child
        while top in above:
            top = above[top]
        if top not in dict(pairs):
            replies, hanging = expected.get(top, (0, 0))
            expected[top] = (replies + (parent == top), hanging + 1)
    frame = missing_parents.from_tweets(tweets)
    found = {row["tweet_id"]: (row["replies"], row["hanging"]) for row in frame.to_dicts()}
    assert found == expected
    assert frame["hanging"].is_sorted(descending=True)


def workspace_of(path, tweets):
    workspace = Workspace.create(path)
    with atomic.replacing(workspace.path("tweets")) as aside:
        aside.mkdir()
        tweets.write_parquet(aside / "part-00000.parquet")
    return workspace


def test_command_writes_the_ids_by_value_and_leaves_out_the_gone(tmp_path):
    tweets = make_tweets(
        tweet(11, 1, lang="en"),
        tweet(12, 2, lang="en"),
        tweet(13, 2, lang="en"),
        tweet(14, 3, lang="ja"),
        tweet(15, 4, lang="en"),
        tweet(16, 5, lang="en"),
    )
    workspace = workspace_of(tmp_path / "w", tweets)
    workspace.write("gone", Gone.validate(pl.DataFrame({"tweet_id": [4], "reason": "not-found"})))
    told = pl.DataFrame({"tweet_id": [5, 99], "had_row": False})
    workspace.write("deletions", Deletions.validate(told))
    path = tmp_path / "ids.txt"
    command = ["missing", "-w", str(workspace.root), "--limit", "1", "--ids", str(path)]
    result = CliRunner().invoke(app, [*command, "--lang", "en"])
    assert result.exit_code == 0, result.output
    assert path.read_text() == "2\n1\n"
    assert "2 missing: 2 parents, which 3 replies name" in " ".join(result.output.split())
    assert "1 deletion-notice, 1 not-found." in result.output
    assert CliRunner().invoke(app, command).exit_code == 0
    assert path.read_text() == "2\n3\n1\n"


def test_command_coverage_shows_the_shares_and_draws_them(tmp_path):
    tweets = make_tweets(tweet(1, is_embedded=True), tweet(2, 1), tweet(3, 9), tweet(4))
    workspace = workspace_of(tmp_path / "w", tweets)
    chart = tmp_path / "chart.json"
    command = ["coverage", "-w", str(workspace.root), "--chart"]
    result = CliRunner().invoke(app, command[:-1])
    assert result.exit_code == 0, result.output
    assert "2020-01-01" in result.output
    assert "50.0%" in result.output
    result = CliRunner().invoke(app, [*command, str(chart)])
    assert result.exit_code == 0, result.output
    assert "50.0%" not in result.output
    drawn = json.loads(chart.read_text())
    assert {row["share"] for row in next(iter(drawn["datasets"].values()))} == {0.0, 0.5}
    result = CliRunner().invoke(app, [*command, str(tmp_path / "chart.doc")])
    assert result.exit_code == 1


def test_command_coverage_of_a_long_time_is_by_month_and_says_so(tmp_path):
    start = datetime(2019, 7, 1, tzinfo=UTC)
    rows = [tweet(n, 1, created_at=start + timedelta(days=n)) for n in range(2, 92)]
    workspace = workspace_of(tmp_path / "w", make_tweets(tweet(1, created_at=start), *rows))
    said, days = (
        CliRunner().invoke(app, ["coverage", "-w", str(workspace.root), *more]).output
        for more in ([], ["--by", "day"])
    )
    assert all(f"2019-{month:02}" in said for month in (7, 8, 9))
    assert "2019-07-03" not in said
    assert "90 days have replies; `workbench coverage --by day` shows each." in said
    assert days.count("2019-") == 90


def test_command_coverage_counts_replies_as_threads_and_missing_do(tmp_path):
    rows = [tweet(10), tweet(11, 10), tweet(12, 9), tweet(13, 9), tweet(14, None, 8)]
    workspace = workspace_of(tmp_path / "w", make_tweets(*rows, tweet(15, None, 10)))
    counts = threads.from_tweets(workspace.scan("tweets")).counts
    assert (counts["replies"], counts["orphans"], counts["missing"]) == (3, 2, 1)
    said, lacks = (
        " ".join(CliRunner().invoke(app, [command, "-w", str(workspace.root)]).output.split())
        for command in ("coverage", "missing")
    )
    assert "5 replies: 3 have the id of their parent" in said
    assert "2 only that of their conversation" in said
    told = "2 missing: 1 parents, which 2 replies name, and 1 opening tweets"
    assert told in lacks


def test_timeline_of_sources_leaves_out_those_without_replies():
    tweets = make_tweets(tweet(1), tweet(2, 1), tweet(3, 9), tweet(4, source="lone"))
    drawn = charts.timelines.coverage(coverage.by_source(tweets)).to_dict()
    (rows,) = drawn["datasets"].values()
    assert {(row["source"], row["found"], row["share"]) for row in rows} == {
        ("test", "parent", 0.5),
        ("test", "root", 0.5),
    }


def test_timeline_of_days_names_the_year_and_shows_its_shapes_on_dark():
    tweets = make_tweets(tweet(1), tweet(2, 1), tweet(3, 9))
    drawn = charts.timelines.coverage(coverage.by_day(tweets)).to_dict()
    lines, points = (layer["encoding"] for layer in drawn["layer"])
    assert "%Y" in points["x"]["axis"]["format"]
    assert points["shape"]["legend"]["symbolFillColor"] == css.REMOVED
    assert lines["strokeDash"]["legend"]["symbolStrokeColor"] == css.REMOVED


def test_pages_read_as_dumps_tell_what_is_gone(tmp_path):
    page = tmp_path / "page.jsonl"
    reply = {
        "id": "2000",
        "text": "so",
        "referenced_tweets": [{"type": "replied_to", "id": "1000"}],
    }
    gone = {"title": "Not Found Error", "resource_type": "tweet", "resource_id": "1000"}
    outage = {"title": "Internal", "resource_type": "tweet", "resource_id": "999"}
    page.write_text(json.dumps({"data": [reply], "errors": [gone, outage]}))
    workspace = Workspace.create(tmp_path / "ws")
    ingest.from_archives([str(page)], workspace=workspace)
    assert missing_parents.gone(workspace).rows() == [(1000, "not-found")]
    again = {"data": [], "errors": [gone | {"resource_id": "999"}, gone]}
    page.write_text(json.dumps(again))
    ingest.from_archives([str(page)], workspace=workspace)
    assert missing_parents.gone(workspace).rows() == [(999, "not-found"), (1000, "not-found")]
