"""The tweets.csv of the official archive of 2012 to 2018."""

import csv
import io

from tests.support.reading import read

COLUMNS = (
    *("tweet_id", "in_reply_to_status_id", "in_reply_to_user_id", "timestamp", "source", "text"),
    *("retweeted_status_id", "retweeted_status_user_id", "retweeted_status_timestamp"),
    "expanded_urls",
)


def table(*rows: dict) -> bytes:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=COLUMNS, restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


OLD = {"tweet_id": "20", "timestamp": "2006-03-21 20:50:14 +0000", "text": "setting up #a"}
REPLY = {
    "tweet_id": "400000000000000001",
    "in_reply_to_status_id": "20",
    "in_reply_to_user_id": "12",
    "timestamp": "2013-11-11 20:50:14 +0000",
    "text": 'a "quoted"\nsecond line',
}
RETWEET = {"tweet_id": "21", "text": "RT @a: b", "retweeted_status_id": "9"}


def test_rows_have_time_and_parent():
    frame, row = read(table(OLD, REPLY))
    assert (row["format"], row["tweets"], row["rejected"]) == ("archive_csv", 2, 0)
    columns = ["tweet_id", "reply_to_id", "reply_to_author_id", "author_name", "likes"]
    assert frame.select(columns).rows() == [
        (20, None, None, None, None),
        (400000000000000001, 20, 12, None, None),
    ]
    assert str(frame["created_at"][0]) == "2006-03-21 20:50:14+00:00"
    assert frame["text"][1] == 'a "quoted"\nsecond line'
    assert frame["hashtags"][0].to_list() == ["a"]


def test_retweets_are_carriers_and_odd_rows_rejects():
    _, row = read(table(OLD, RETWEET, OLD | {"tweet_id": "x"}))
    assert (row["tweets"], row["carriers"], row["rejected"]) == (1, 1, 1)
