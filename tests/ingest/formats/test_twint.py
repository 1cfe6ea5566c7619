"""Rows and lines of twint."""

import csv
import re

from tests.support.reading import read, read_file

NEW = 1146307485200000000  # 2019-07-03


def test_twint_csv_rows_are_all_read(real_data):
    path = real_data / "twint/NicolasMaduro.csv"
    frame, row = read_file(path)
    with path.open(encoding="utf-8-sig") as stream:
        expected = {int(each["id"]): each for each in csv.DictReader(stream)}
    assert (row["format"], row["lines"], row["tweets"]) == ("twint", 200, 200)
    for tweet in frame.iter_rows(named=True):
        row_of_csv = expected[tweet["tweet_id"]]
        assert str(tweet["conversation_id"]) == row_of_csv["conversation_id"]
        assert (tweet["author_name"], str(tweet["author_id"])) == (
            row_of_csv["username"],
            row_of_csv["user_id"],
        )
        assert (str(tweet["likes"]), str(tweet["replies"])) == (
            row_of_csv["likes_count"],
            row_of_csv["replies_count"],
        )
        assert len(tweet["hashtags"]) == len(set(re.findall(r"'([^']+)'", row_of_csv["hashtags"])))
        assert tweet["has_media"] == (row_of_csv["photos"] != "[]" or row_of_csv["video"] == "1")
    assert frame["reply_to_id"].null_count() == 200
    assert frame["created_at"].dt.date().unique().len() <= 2


def test_twint_lines_take_their_time_from_the_id(real_data):
    path = real_data / "twint/christisarv_twint_first_lines.json"
    frame, row = read_file(path)
    assert (row["tweets"], frame["quoted_id"].drop_nulls().len()) == (6, 1)
    # The zone name is wrong or right, the second is told by the id: 19:58:54 -0400.
    last = frame.sort("tweet_id")["created_at"][-1]
    assert str(last).startswith("2021-06-13 23:58:54")


def test_twint_csv_with_odd_cells_is_read():
    header = "id,conversation_id,date,time,timezone,user_id,username,tweet,likes_count,hashtags"
    rows = [
        f"{NEW},{NEW - 1},2019-07-03,08:29:00,CET,7,ann,\"a, b\nc\",3,\"['x', 'y']\"",
        "20,20,2006-03-21,21:50:14,+0100,,,first,,[]",
        "x,1,,,,,,no id,,",
    ]
    frame, row = read("\r\n".join(["\ufeff" + header, *rows]).encode())
    assert (row["format"], row["tweets"], row["rejected"]) == ("twint", 2, 1)
    assert frame.select("tweet_id", "text", "author_name", "likes", "hashtags").rows() == [
        (20, "first", None, None, []),
        (NEW, "a, b\nc", "ann", 3, ["x", "y"]),
    ]
    assert [str(moment)[:16] for moment in frame["created_at"]] == [
        "2006-03-21 20:50",
        "2019-07-03 06:39",  # by the id, whatever the cells say
    ]
