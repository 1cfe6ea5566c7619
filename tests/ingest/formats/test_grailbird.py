"""The Grailbird months of the official archive of 2012 to 2018."""

import json

import polars as pl

from tests.support.reading import lines, read


def status(tweet_id: int, **more: object) -> dict:
    return {
        "id": tweet_id,
        "id_str": str(tweet_id),
        "text": "a",
        "created_at": "2006-03-21 20:50:14 +0000",
        "user": {"id": 7, "screen_name": "ann"},
        **more,
    }


def month(*statuses: dict) -> bytes:
    return f"Grailbird.data.tweets_2006_03 = \n {json.dumps(statuses)}".encode()


def test_months_are_called_what_they_are():
    frame, row = read(month(status(20), status(21, in_reply_to_status_id=20)))
    assert (row["format"], row["tweets"], row["rejected"]) == ("grailbird", 2, 0)
    assert frame["source"].to_list() == ["grailbird"] * 2
    columns = ["author_id", "author_name", "reply_to_id", pl.col("created_at").dt.year()]
    assert frame.select(columns).rows() == [(7, "ann", None, 2006), (7, "ann", 20, 2006)]


def test_retweets_give_their_original():
    original = status(9, user={"id": 8, "screen_name": "bob"}, text="whole")
    frame, row = read(month(status(20, text="RT @bob: wh", retweeted_status=original)))
    assert (row["carriers"], row["embedded"]) == (1, 1)
    assert frame.select("author_name", "text").rows() == [("bob", "whole")]


def test_statuses_of_the_api_are_not_from_the_archive():
    api = status(20) | {"created_at": "Tue Mar 21 20:50:14 +0000 2006"}
    _, row = read(lines(api))
    assert row["format"] == "twitterstream"
