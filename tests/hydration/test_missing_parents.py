"""Check which parents are missing, in what order, and how many tweets are below each."""

import json
from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.property_tests import examples
from tests.support.tweets_by_hand import make_tweets, tweet
from workbench import ingest
from workbench.hydration import missing_parents
from workbench.storage import Workspace

NOW = datetime(2026, 1, 1, tzinfo=UTC)


#: A tweet of 2019-07-03 06:35:32.785 UTC.
SNOWFLAKE = 1146306463022538752


def ids(frame):
    return frame["tweet_id"].to_list()


def test_from_tweets_describes_a_missing_parent():
    reply = {"reply_to_author_id": 77, "lang": "en"}
    one, two, three = (SNOWFLAKE + step for step in (1, 2, 3))
    when = datetime(2019, 7, 4, tzinfo=UTC)
    tweets = make_tweets(
        tweet(one, SNOWFLAKE, **reply, created_at=when),
        tweet(two, SNOWFLAKE, lang="ja", created_at=when + timedelta(hours=1)),
        tweet(three, one, lang="fr"),
        tweet(three + 1, SNOWFLAKE, **reply, created_at=None),
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


def test_from_tweets_puts_the_most_tweets_below_first_then_the_youngest():
    tweets = make_tweets(
        tweet(101, 50),
        tweet(102, 60),
        tweet(103, 102),
        tweet(104, 70),
        tweet(105, 70),
        tweet(106, 80),
    )
    assert ids(missing_parents.from_tweets(tweets)) == [70, 60, 80, 50]


def test_from_tweets_leaves_out_present_and_impossible_parents():
    tweets = make_tweets(tweet(1), tweet(2, 1), tweet(3, 3), tweet(4, 9), tweet(5, 0))
    assert missing_parents.from_tweets(tweets).is_empty()


def test_from_tweets_counts_tweets_below_a_missing_opener():
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


def test_from_tweets_has_no_language_if_no_reply_has_one():
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


def test_from_tweets_leaves_out_the_gone():
    tweets = make_tweets(tweet(11, 1, 2), tweet(12, 3))
    gone = pl.DataFrame({"tweet_id": [1, 2]})
    assert ids(missing_parents.from_tweets(tweets, gone=gone)) == [3]
    assert missing_parents.from_tweets(
        tweets, gone=pl.DataFrame({"tweet_id": [1, 2, 3]})
    ).is_empty()


def test_from_tweets_of_no_tweets_is_empty():
    assert missing_parents.from_tweets(make_tweets(tweet(1)).clear()).is_empty()


TREES = st.lists(
    st.tuples(st.integers(1, 40), st.integers(0, 40)), unique_by=lambda pair: pair[0], max_size=25
)


@settings(max_examples=examples(60))
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
    actual = {row["tweet_id"]: (row["replies"], row["hanging"]) for row in frame.to_dicts()}
    assert actual == expected
    assert frame["hanging"].is_sorted(descending=True)


def test_pages_read_as_dumps_report_the_gone(tmp_path):
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


def test_gone_names_the_last_version_of_an_edited_tweet(tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    workspace.write("gone", pl.DataFrame({"tweet_id": [5, 8], "reason": ["not-found"] * 2}))
    workspace.write("edits", pl.DataFrame({"tweet_id": [5, 7], "current_id": [7, 7]}))
    assert missing_parents.gone(workspace).rows() == [(7, "not-found"), (8, "not-found")]
