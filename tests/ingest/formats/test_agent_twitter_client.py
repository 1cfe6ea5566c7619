"""agent-twitter-client: authors, parents, and the tweets inside a tweet."""

import polars as pl

from tests.support.reading import lines, read

NEW = 1955857894790095084


def tweet(number: int, **more: object) -> dict:
    return {
        "id": str(NEW + number),
        "permanentUrl": f"https://twitter.com/ann/status/{NEW + number}",
        "text": f"text {number}",
        "userId": "8",
        "username": "ann",
        "name": "Ann",
        "conversationId": str(NEW),
        "hashtags": ["Basil"],
        "likes": 2,
        "retweets": 3,
        "replies": 4,
        "photos": [],
        "videos": [],
        "thread": [],
        "isRetweet": False,
        "timeParsed": "2025-08-14T05:03:54.000Z",
        "timestamp": 1755147834,
        **more,
    }


def test_tweets_have_author_parent_and_counts():
    reply = tweet(1, userId="9", username="bob", inReplyToStatusId=str(NEW), photos=[{"id": "1"}])
    frame, row = read(lines(tweet(0), reply))
    assert (row["format"], row["tweets"], row["rejected"]) == ("agent_twitter_client", 2, 0)
    columns = ["tweet_id", "author_id", "author_name", "reply_to_id", "has_media"]
    assert frame.select(columns).rows() == [
        (NEW, 8, "ann", None, False),
        (NEW + 1, 9, "bob", NEW, True),
    ]
    counts = ["likes", "retweets", "replies", "conversation_id"]
    assert frame.select(counts).rows() == [(2, 3, 4, NEW)] * 2
    assert frame["hashtags"].to_list() == [["basil"]] * 2


def test_old_tweets_have_the_written_time():
    written = tweet(0, timeParsed=None, timestamp=1142974214) | {"id": "20"}
    frame, _ = read(lines(written))
    assert str(frame["created_at"][0]) == "2006-03-21 20:50:14+00:00"


def test_a_retweet_gives_its_original():
    retweet = tweet(5, isRetweet=True, text="RT @ann: te…", retweetedStatus=tweet(0))
    frame, row = read(lines(retweet, tweet(6, isRetweet=True)))
    assert (row["tweets"], row["carriers"], row["embedded"]) == (0, 2, 1)
    assert frame["tweet_id"].to_list() == [NEW]


def test_parents_quotes_and_threads_are_embedded_and_linked():
    outer = tweet(3, inReplyToStatus=tweet(1), quotedStatus=tweet(0), thread=[tweet(4)])
    frame, row = read(lines(outer))
    assert (row["tweets"], row["embedded"]) == (1, 3)
    [own] = frame.filter(pl.col("tweet_id") == NEW + 3).to_dicts()
    assert (own["reply_to_id"], own["reply_to_author_id"], own["quoted_id"]) == (NEW + 1, 8, NEW)


def test_odd_records_are_rejects():
    nameless = tweet(2, id="x", permanentUrl="https://x.com/ann")
    _, row = read(lines(tweet(0), tweet(1, text=None), nameless))
    assert (row["tweets"], row["rejected"]) == (1, 2)
