"""Fields of API v1.1 statuses in every vintage."""

import json
import tarfile

import polars as pl
import pytest

from tests.support.reading import lines, read, read_file
from tests.support.statuses import NEW, status


def row_of(*statuses: dict) -> dict:
    frame, _ = read(lines(*statuses))
    return frame.row(0, named=True)


def test_long_text_comes_from_extended_tweet_with_its_hashtags():
    entities = {"hashtags": [{"text": "Deep"}, {"text": "DEEP"}]}
    long = {"full_text": "the whole of it #Deep", "entities": entities}
    row = row_of(status(text="the who…", truncated=True, extended_tweet=long, entities={}))
    assert (row["text"], row["hashtags"]) == ("the whole of it #Deep", ["deep"])
    assert not row["is_truncated"]


def test_truncated_text_without_its_whole_is_marked():
    assert row_of(status(text="and you fe… https://t.co/x", truncated=True))["is_truncated"]
    assert not row_of(status(full_text="whole", truncated=False))["is_truncated"]


def test_full_text_of_hydrated_statuses_wins():
    assert row_of(status(text="short…", full_text="whole"))["text"] == "whole"


def test_entities_are_undone_once():
    row = row_of(status(text="evil &amp;amp; bigoted &lt;3"))
    assert row["text"] == "evil &amp; bigoted <3"


def test_nul_characters_go_and_lone_surrogates_are_replaced():
    raw = json.dumps(status(text="a\x00b")) + "\n"
    raw += json.dumps(status(2, text="HERE")).replace("HERE", r"c\ud83dd") + "\n"
    raw += json.dumps(status(3, text="HERE")).replace("HERE", r"\\u2026 é")
    frame, row = read(raw.encode())
    assert dict(frame.select("tweet_id", "text").rows()) == {
        NEW: "ab",
        2: "c\ufffdd",
        3: r"\u2026 é",
    }
    assert row["rejected"] == 0


def test_broken_utf8_is_mended():
    frame, row = read(json.dumps(status(text="HERE")).encode().replace(b"HERE", b"caf\xe9"))
    assert frame["text"].to_list() == ["café"]
    assert row["tweets"] == 1
    assert row["odd_fields"] == [{"kind": "text read as Windows-1252", "count": 1}]


def test_plain_retweet_gives_its_original_only():
    original = status(1, text="whole", favorite_count=12, retweet_count=3, reply_count=0)
    frame, row = read(lines(status(text="RT @bob: who…", retweeted_status=original)))
    assert frame.select(
        "tweet_id", "text", "is_embedded", "likes", "retweets", "replies"
    ).rows() == [(1, "whole", True, 12, 3, 0)]
    assert (row["tweets"], row["carriers"], row["embedded"]) == (0, 1, 1)


def test_counts_of_a_line_of_its_own_are_unknown_where_zero():
    row = row_of(status(favorite_count=0, retweet_count=0, reply_count=0, quote_count=2))
    assert (row["likes"], row["retweets"], row["replies"], row["quotes"]) == (None, None, None, 2)
    assert row_of(status(full_text="hydrated", favorite_count=0))["likes"] == 0


def test_quote_is_a_row_and_so_is_what_it_quotes():
    quoted = status(1, in_reply_to_status_id=9)
    frame, row = read(lines(status(2, quoted_status=quoted, quoted_status_id=1)))
    assert frame.select("tweet_id", "quoted_id", "reply_to_id", "is_embedded").rows() == [
        (1, None, 9, True),
        (2, 1, None, False),
    ]
    assert (row["tweets"], row["embedded"]) == (1, 1)


def test_retweet_of_a_quote_of_a_quote_gives_all_three():
    quote = status(3, quoted_status=status(2, quoted_status=status(1)))
    frame, row = read(lines(status(4, retweeted_status=quote)))
    assert frame["tweet_id"].to_list() == [1, 2, 3]
    assert row["lines"] == 1


def test_quoted_id_without_the_quoted_status_is_kept():
    assert row_of(status(quoted_status_id=5, is_quote_status=True))["quoted_id"] == 5


def test_odd_embedded_status_does_not_cost_its_carrier():
    for odd in [{"id": 0, "text": "a"}, {"id": 2**63, "text": "a"}, {"id": 5}, {"text": "a"}, {}]:
        frame, row = read(lines(status(2, quoted_status=odd)))
        assert (frame["tweet_id"].to_list(), row["tweets"], row["embedded"]) == ([2], 1, 0)


def test_numbers_that_no_column_holds_are_left_out():
    huge = {"id": 10**30, "screen_name": "bob"}
    row = row_of(status(user=huge, in_reply_to_status_id=2**63, favorite_count=10**25))
    assert (row["author_id"], row["reply_to_id"], row["likes"]) == (None, None, None)
    assert row["author_name"] == "bob"


@pytest.mark.parametrize("none", [None, 0, -1])
def test_old_dumps_write_none_in_several_ways(none):
    assert row_of(status(in_reply_to_status_id=none))["reply_to_id"] is None


def test_reply_to_a_user_has_no_parent():
    row = row_of(status(text="@bob hi", in_reply_to_user_id=8))
    assert (row["reply_to_id"], row["reply_to_author_id"]) == (None, 8)


def test_time_comes_from_the_id_and_before_november_2010_from_the_text():
    moment = "Tue Mar 21 20:50:14 +0000 2006"
    assert row_of(status(created_at=moment))["created_at"].year == 2019
    assert row_of(status(20, created_at=moment))["created_at"].year == 2006
    assert row_of(status(20, created_at="odd"))["created_at"] is None


@pytest.mark.parametrize(("old", "new"), [("in", "id"), ("iw", "he"), ("tl", "tl"), (None, None)])
def test_old_language_codes_are_renamed(old, new):
    assert row_of(status(lang=old))["lang"] == new


def test_absent_user_and_entities_are_no_reason_to_reject():
    frame, row = read(lines(status(), {"id": 2, "text": "b"}, {"id": 3, "text": "c", "user": None}))
    assert frame["author_id"].to_list() == [None, None, 7]
    assert row["tweets"] == 3


def test_replies_without_an_at_sign_keep_their_parent(real_data, tmp_path):
    with tarfile.open(real_data / "pheme-en.tar.gz") as bundle:
        names = [each for each in bundle if "/reactions/" in each.name and each.isfile()][:200]
        data = b"\n".join(bundle.extractfile(each).read().replace(b"\n", b" ") for each in names)
    (tmp_path / "reactions.jsonl").write_bytes(data)
    frame, _ = read_file(tmp_path / "reactions.jsonl")
    plain = frame.filter(~pl.col("text").str.starts_with("@"), ~pl.col("is_embedded"))
    assert plain.height > 5
    assert plain["reply_to_id"].null_count() < plain.height
