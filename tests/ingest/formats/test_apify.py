"""twitterapi.io and Apify: authors, parents, retweets and quotes under either name."""

import pytest

from tests.support.reading import lines, read

NEW = 1955857894790095084
ANN = {"type": "user", "userName": "ann", "id": "8", "name": "Ann"}
BOB = {"type": "user", "userName": "bob", "id": "9", "name": "Bob"}


def tweet(number: int, *, author: dict = ANN, **more: object) -> dict:
    return {
        "type": "tweet",
        "id": str(NEW + number),
        "text": f"text {number}",
        "createdAt": "Thu Aug 14 05:03:54 +0000 2025",
        "lang": "en",
        "conversationId": str(NEW),
        "likeCount": 2,
        "retweetCount": 3,
        "replyCount": 4,
        "quoteCount": 5,
        "inReplyToId": None,
        "inReplyToUserId": None,
        "entities": {"hashtags": [{"text": "Basil", "indices": [0, 6]}]},
        "extendedEntities": {},
        "quoted_tweet": None,
        "retweeted_tweet": None,
        "author": author,
        **more,
    }


OPENER = tweet(0)
REPLY = tweet(1, author=BOB, inReplyToId=str(NEW), inReplyToUserId="8")


@pytest.mark.parametrize(
    "data",
    [
        lines(OPENER, REPLY),
        lines({"tweets": [OPENER, REPLY], "has_next_page": False, "next_cursor": ""}),
        lines({"status": "success", "data": {"pin_tweet": None, "tweets": [OPENER, REPLY]}}),
    ],
    ids=["lines", "page", "page with data"],
)
def test_tweets_have_author_parent_and_counts(data):
    frame, row = read(data)
    assert (row["format"], row["tweets"], row["rejected"]) == ("apify", 2, 0)
    columns = ["tweet_id", "author_id", "author_name", "reply_to_id", "reply_to_author_id"]
    assert frame.select(columns).rows() == [
        (NEW, 8, "ann", None, None),
        (NEW + 1, 9, "bob", NEW, 8),
    ]
    counts = ["likes", "retweets", "replies", "quotes", "conversation_id", "lang"]
    assert frame.select(counts).rows() == [(2, 3, 4, 5, NEW, "en")] * 2
    assert frame["hashtags"].to_list() == [["basil"]] * 2


@pytest.mark.parametrize("key", ["retweeted_tweet", "retweet"])
def test_a_retweet_gives_its_original(key):
    retweet = tweet(5, author=BOB, text="RT @ann: te…", **{key: OPENER})
    frame, row = read(lines(retweet))
    assert (row["tweets"], row["carriers"], row["embedded"]) == (0, 1, 1)
    assert frame.select("tweet_id", "author_name").rows() == [(NEW, "ann")]


def test_a_retweet_without_its_original_is_a_carrier():
    _, row = read(lines(OPENER, tweet(5, isRetweet=True)))
    assert (row["tweets"], row["carriers"]) == (1, 1)


@pytest.mark.parametrize("key", ["quoted_tweet", "quote"])
def test_a_quoted_tweet_is_embedded(key):
    frame, row = read(lines(tweet(5, author=BOB, **{key: OPENER})))
    assert (row["tweets"], row["embedded"]) == (1, 1)
    assert frame["quoted_id"].to_list() == [None, NEW]


def test_the_whole_text_wins_and_media_count():
    frame, _ = read(lines(tweet(0, text="cut…", fullText="the whole text", media=["u"])))
    assert frame.select("text", "has_media").rows() == [("the whole text", True)]


def test_old_tweets_have_the_written_time():
    frame, _ = read(lines(tweet(0) | {"id": "20", "createdAt": "Tue Mar 21 20:50:14 +0000 2006"}))
    assert str(frame["created_at"][0]) == "2006-03-21 20:50:14+00:00"


def test_items_without_tweets_are_rejects():
    _, row = read(lines(OPENER, {"noResults": True}, tweet(1, author={}), tweet(2, text=None)))
    assert (row["tweets"], row["rejected"]) == (1, 3)
