"""The files of a personal archive."""

import json

import pytest

from tests.support.reading import read, read_file

NEW = 1146307485200000000  # 2019-07-03


def test_personal_archive_has_its_replies_to_itself(real_data):
    frame, row = read_file(real_data / "personal_archive/tweets.js")
    replies = frame["reply_to_id"].drop_nulls()
    assert (row["format"], row["lines"], row["rejected"]) == ("personal_archive", 1986, 0)
    assert (frame.height, replies.len()) == (1986, 485)
    assert replies.is_in(frame["tweet_id"].implode()).sum() == 65
    assert frame["author_id"].null_count() == 1986
    assert frame["created_at"].null_count() == 0
    assert frame["is_truncated"].sum() > 100  # retweets cut at 140 characters


@pytest.mark.parametrize("start", ["window.YTD.tweets.part0 = ", "window.YTD.tweet.part12=", ""])
@pytest.mark.parametrize("wrap", [lambda each: {"tweet": each}, lambda each: each])
def test_personal_archive_reads_numbers_in_strings(start, wrap):
    one = {"id": str(NEW), "id_str": str(NEW), "full_text": "a &lt;b", "favorite_count": "5"}
    two = {"id": "20", "full_text": "b", "created_at": "Tue Mar 21 20:50:14 +0000 2006"}
    two["in_reply_to_status_id"] = str(2**53 + 1)
    gone = {"id": "30", "full_text": "c", "deleted_at": "Tue Mar 21 20:50:14 +0000 2006"}
    data = start + json.dumps([wrap(one), wrap(two), wrap(gone)], indent=2)
    frame, row = read(data.encode())
    assert frame.select("tweet_id", "text", "likes", "reply_to_id").rows() == [
        (20, "b", None, 2**53 + 1),
        (NEW, "a <b", 5, None),
    ]
    assert (row["tweets"], row["deletions"], row["deleted"]) == (2, 1, [30])


def test_other_files_of_a_personal_archive_are_left_out_and_reported():
    data = b'window.YTD.like.part0 = [ { "like" : { "tweetId" : "1", "fullText" : "x" } } ]'
    _, row = read(data)
    assert (row["format"], row["lines"], str(row["status"])) == (None, 0, "skipped")
    assert "`like` of an X export" in row["damage"]
