"""FxEmbed: responses of both versions of its API, threads, quotes and errors."""

import pytest

from tests.support.reading import lines, read

NEW = 1955857894790095084


def tweet(number: int, *, author: str = "ann", **more: object) -> dict:
    return {
        "id": str(NEW + number),
        "url": f"https://x.com/{author}/status/{NEW + number}",
        "text": f"text {number} #Basil",
        "author": {"id": "8", "name": author.title(), "screen_name": author},
        "created_at": "Thu Aug 14 05:03:54 +0000 2025",
        "created_timestamp": 1755147834,
        "replies": 4,
        "retweets": 3,
        "likes": 2,
        "lang": "en",
        "possibly_sensitive": False,
        "replying_to": None,
        "replying_to_status": None,
        **more,
    }


def response(content: dict, *, key: str = "tweet", **more: object) -> dict:
    return {"code": 200, "message": "OK", key: content, **more}


OPENER = tweet(0)
PARENTS = [
    {"replying_to": "ann", "replying_to_status": str(NEW)},
    {"replying_to": {"screen_name": "ann", "status": str(NEW)}},
    {"replying_to": {"screen_name": "ann", "post": str(NEW)}},
]


@pytest.mark.parametrize("parent", PARENTS)
@pytest.mark.parametrize("key", ["tweet", "status", None])
def test_tweets_have_author_parent_and_counts(key, parent):
    both = [OPENER, tweet(1, author="bob", **parent)]
    written = both if key is None else [response(each, key=key) for each in both]
    frame, row = read(lines(*written))
    assert (row["format"], row["tweets"], row["rejected"]) == ("fxembed", 2, 0)
    assert frame.select("tweet_id", "author_id", "author_name", "reply_to_id").rows() == [
        (NEW, 8, "ann", None),
        (NEW + 1, 8, "bob", NEW),
    ]
    assert frame.select("likes", "retweets", "replies", "lang").rows() == [(2, 3, 4, "en")] * 2
    assert frame["hashtags"].to_list() == [["basil"]] * 2


def test_version_2_counts_reposts():
    frame, _ = read(lines(response({**OPENER, "retweets": None, "reposts": 7}, key="status")))
    assert frame["retweets"].to_list() == [7]


def test_quotes_and_threads_are_embedded():
    outer = response(tweet(2, quote=OPENER), key="status", thread=[tweet(1), tweet(2)])
    frame, row = read(lines(outer))
    assert (row["tweets"], row["embedded"]) == (1, 2)
    assert frame["tweet_id"].to_list() == [NEW, NEW + 1, NEW + 2]
    assert frame["quoted_id"].to_list() == [None, None, NEW]


def test_media_are_noted():
    media = {"all": [{"type": "photo", "url": "u"}]}
    frame, _ = read(lines(response(tweet(0, media=media)), response(tweet(1, media=None))))
    assert frame["has_media"].to_list() == [True, False]


def test_old_tweets_have_the_written_time():
    frame, _ = read(lines(response(tweet(0, created_timestamp=1142974214) | {"id": "20"})))
    assert str(frame["created_at"][0]) == "2006-03-21 20:50:14+00:00"


def test_errors_are_notices_and_odd_records_rejects():
    gone = {"code": 404, "message": "NOT_FOUND", "tweet": None}
    odd = response(tweet(1, text=None))
    _, row = read(
        lines(response(OPENER), gone, odd, response(tweet(2, author="b") | {"id": "x", "url": "y"}))
    )
    assert row["notice_kinds"] == [{"kind": "fxembed:not-found", "count": 1}]
    assert (row["tweets"], row["rejected"]) == (1, 2)
