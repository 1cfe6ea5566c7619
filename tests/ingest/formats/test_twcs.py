"""Customer support tweets, whose ids are in no order of time."""

import pytest

from tests.support.reading import read
from workbench.ingest import preview
from workbench.ingest.formats.twcs import Times, Twcs

HEADER = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
ROWS = [
    '8,105834,True,Wed Oct 11 06:55:44 +0000 2017,@Acme my order never came,"6,9",',
    "6,Acme,False,Wed Oct 11 13:25:49 +0000 2017,@105834 Please send us its number,,8",
    "9,Acme,False,Wed Oct 11 13:26:00 +0000 2017,@105834 or call us,11,8.0",
    "11,105834,True,Wed Oct 11 14:00:00 +0000 2017,@Acme I did,,9",
]
NUMBER = 0x3FFFFF


def table(rows: list[str]) -> bytes:
    return (HEADER + "\n".join(rows) + "\n").encode()


@pytest.mark.parametrize("rows", [ROWS, ROWS[::-1]])
def test_replies_come_after_their_parents_in_any_order_of_rows(rows):
    frame, row = read(table(rows))
    assert (row["format"], row["tweets"], row["odd_fields"]) == ("twcs", 4, [])
    assert [number & NUMBER for number in frame["tweet_id"]] == [8, 6, 9, 11]
    parents = [number and number & NUMBER for number in frame["reply_to_id"]]
    assert parents == [None, 8, 8, 9]
    assert frame.filter(frame["reply_to_id"] >= frame["tweet_id"]).is_empty()
    assert set(frame["reply_to_id"].drop_nulls()) <= set(frame["tweet_id"])
    assert str(frame["created_at"][0])[:19] == "2017-10-11 06:55:44"


def test_authors_are_numbers_or_names():
    frame, _ = read(table(ROWS))
    assert frame.select("author_name", "author_id").rows()[:2] == [
        ("105834", 105834),
        ("Acme", None),
    ]


def test_parent_that_is_not_in_the_file_is_unknown_and_counted():
    frame, row = read(table([ROWS[1]]))
    assert frame["reply_to_id"].to_list() == [None]
    assert row["odd_fields"] == [{"kind": "reply_to_id (no id)", "count": 1}]


def test_row_without_a_time_has_no_id():
    frame, row = read(table([*ROWS, "12,Acme,False,soon,hi,,"]))
    assert (frame.height, row["rejected"]) == (4, 1)


def test_old_tweets_keep_their_number_and_time():
    frame, _ = read(table(["7,Acme,False,Thu May 08 20:13:00 +0000 2008,hello,,"]))
    assert frame["tweet_id"].to_list() == [7]
    assert str(frame["created_at"][0])[:16] == "2008-05-08 20:13"


def test_preview_makes_do_with_the_first_rows(tmp_path):
    (tmp_path / "twcs.csv").write_bytes(table(ROWS))
    shown = preview.of_file(tmp_path / "twcs.csv")
    assert [tweet["reply_to_id"] and tweet["reply_to_id"] & NUMBER for tweet in shown.tweets] == [
        *(None, 8, 8)
    ]


def test_of_member_skips_what_is_no_row():
    huge = b'{"tweet_id": "%d", "created_at": "2017-10-11"}' % 10**30
    source = Twcs().of_member([b"", b"{", b'{"tweet_id": "x"}', b'{"tweet_id": 7}', huge])
    assert source.NAME == "twcs"


def test_times_know_only_the_tweets_of_the_file():
    times = Times([(9, 900), (7, 700)])
    assert [times.of(number) for number in (6, 7, 8, 9, 10)] == [None, 700, None, 900, None]
