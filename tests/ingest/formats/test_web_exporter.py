"""twitter-web-exporter: JSON, CSV, retweets, and records with all metadata."""

import csv
import io

import pytest

from tests.ingest.formats.test_x_graphql import result
from tests.support.reading import lines, read

NEW = 1955857894790095084


def record(number: int, **more: object) -> dict:
    return {
        "id": str(NEW + number),
        "created_at": "2025-08-14 07:03:54 +02:00",
        "full_text": f"text {number} #Basil",
        "media": [],
        "screen_name": "ann",
        "name": "Ann",
        "user_id": "8",
        "in_reply_to": None,
        "retweeted_status": None,
        "quoted_status": None,
        "favorite_count": 2,
        "retweet_count": 3,
        "reply_count": 4,
        "quote_count": 5,
        **more,
    }


COLUMNS = ["tweet_id", "author_id", "author_name", "reply_to_id", "quoted_id", "likes", "hashtags"]


def test_tweets_have_author_parent_and_counts():
    media = [{"type": "photo", "url": "u"}]
    quoting = record(2, quoted_status=str(NEW), media=media)
    frame, row = read(lines(record(0), record(1, in_reply_to=str(NEW)), quoting))
    assert (row["format"], row["tweets"], row["rejected"]) == ("web_exporter", 3, 0)
    assert frame.select(COLUMNS).rows() == [
        (NEW, 8, "ann", None, None, 2, ["basil"]),
        (NEW + 1, 8, "ann", NEW, None, 2, ["basil"]),
        (NEW + 2, 8, "ann", None, NEW, 2, ["basil"]),
    ]
    assert frame.select("retweets", "replies", "quotes").rows() == [(3, 4, 5)] * 3
    assert frame["has_media"].to_list() == [False, False, True]
    assert frame["created_at"].dt.year().to_list() == [2025] * 3


def test_old_tweets_have_the_written_time():
    frame, _ = read(lines(record(0) | {"id": "20", "created_at": "2006-03-21 22:50:14 +02:00"}))
    assert str(frame["created_at"][0]) == "2006-03-21 20:50:14+00:00"


def test_csv_has_the_same_tweets():
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=record(0))
    writer.writeheader()
    for row in (record(0), record(1, in_reply_to=str(NEW)), record(2, retweeted_status="9")):
        writer.writerow(row | {"media": "[]"})
    frame, row = read(buffer.getvalue().encode())
    assert (row["format"], row["tweets"], row["carriers"]) == ("web_exporter", 2, 1)
    assert frame.select(COLUMNS).rows() == [
        (NEW, 8, "ann", None, None, 2, ["basil"]),
        (NEW + 1, 8, "ann", NEW, None, 2, ["basil"]),
    ]
    assert frame["has_media"].to_list() == [False, False]


def test_retweets_without_their_original_are_carriers():
    _, row = read(lines(record(0), record(1, full_text="RT @bob: a", retweeted_status="9")))
    assert (row["tweets"], row["carriers"]) == (1, 1)


def test_metadata_give_the_original_of_a_retweet():
    original = result(7, "the whole text", user="bob")
    raw = result(1, "RT @bob: the wh…", retweeted_status_result={"result": original})
    frame, row = read(lines(record(1, retweeted_status=str(NEW + 7), metadata=raw)))
    assert (row["tweets"], row["carriers"], row["embedded"]) == (0, 1, 1)
    assert frame.select("text", "author_name", "source").rows() == [
        ("the whole text", "bob", "web_exporter")
    ]


@pytest.mark.parametrize("odd", [{"id": "x"}, {"full_text": None}, {"full_text": 5}, {"id": {}}])
def test_odd_records_are_rejects(odd):
    _, row = read(lines(record(0), record(1, **odd)))
    assert (row["tweets"], row["rejected"]) == (1, 1)
