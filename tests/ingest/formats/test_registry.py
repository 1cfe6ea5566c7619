"""Formats told by content, and the scrapers' and personal archives' own pitfalls."""

import csv
import json
import re
import time
import tracemalloc

import polars as pl
import pytest

from tests.support.reading import lines, plain, read, read_file
from workbench.exceptions import ArchiveError
from workbench.ingest import formats
from workbench.ingest.formats import registry
from workbench.ingest.formats.field_parsers import is_cut, moment
from workbench.recipe import IngestSettings

NEW = 1146307485200000000  # 2019-07-03


# ------------------------------------------------------------------------------- detection

SAMPLES = {
    "twitterstream": [
        {"id": 1, "id_str": "1", "text": "a", "user": {"id": 2}},
        {"id": 1, "full_text": "a", "user": {"id": 2}},
        {"delete": {"status": {"id": 1}}},
        {"limit": {"track": 1}},
        {"statuses": []},
    ],
    "api_v2": [
        {"data": [{"id": "1", "text": "a"}], "meta": {}},
        {"data": {"id": "1", "text": "a"}, "matching_rules": []},
        {"data": {"0": []}},
        {"id": "1", "text": "a", "author_id": "2"},
        {"id": "1", "text": "a", "author": {"id": "2"}},
        {"meta": {"result_count": 0}},
        {"errors": [{"title": "Not Found Error"}]},
        {"id": "1", "action": "delete", "reason": "protected", "created_at": ""},
    ],
    "snscrape": [
        {"url": "u", "id": 1, "content": "a", "user": {}},
        {"_type": "snscrape.modules.twitter.Tweet", "id": 1, "rawContent": "a"},
        {"_type": "snscrape.modules.twitter.Tombstone", "id": 1},
    ],
    "twscrape": [
        {"_type": "snscrape.modules.twitter.Tweet", "id": 1, "id_str": "1", "rawContent": "a"}
    ],
    "twint": [{"id": 1, "conversation_id": "1", "tweet": "a", "username": "b"}],
    "personal_archive": [
        {"tweet": {"id": "1", "full_text": "a"}},
        {"id_str": "1", "full_text": "a"},
        {"id_str": "1", "text": "a"},
    ],
}


@pytest.mark.parametrize(
    ("name", "sample"), [(name, each) for name, some in SAMPLES.items() for each in some]
)
def test_detect_tells_the_format_from_one_record(name, sample):
    assert name == formats.detect([b"# comment", b"", json.dumps(sample).encode()]).NAME


@pytest.mark.parametrize(
    "record", [b"", b"nonsense", b"[1]", b"5", b"null", b"{}", b'{"id": 1}', b"\xff", b"[" * 99999]
)
def test_detect_tells_nothing_from_other_things(record):
    assert formats.detect([record]) is None


def test_detect_takes_the_first_format_that_any_record_is_of():
    bare = {"id": 1, "id_str": "1", "text": "a"}
    assert formats.detect([lines(bare)]).NAME == "personal_archive"
    notice = {"delete": {"status": {"id": 3}}}
    _, row = read(lines(bare, notice, {**bare, "id": 4, "user": {"id": 2}}))
    assert (row["format"], row["tweets"], row["deletions"]) == ("twitterstream", 2, 1)


@pytest.mark.parametrize(
    ("name", "sample"), [(name, each) for name, some in SAMPLES.items() for each in some]
)
def test_detect_does_not_decode_what_is_large(name, sample):
    wide = {**sample, "padding": [[]] * 100_000}
    for key in {"data", "statuses"} & sample.keys():
        if isinstance(sample[key], list):
            wide[key] = sample[key] * 10_000
    assert name == formats.detect([json.dumps(wide).encode()]).NAME


def tweet_as(form, number):
    """Write the same tweet as a format does."""
    tweet, said = NEW + number, f"why {form} {number}?"
    old, new = "Wed Jul 03 06:00:00 +0000 2019", "2019-07-03T06:00:00+00:00"
    v2 = {"id": str(tweet), "text": said, "author_id": "2", "created_at": new}
    v2["referenced_tweets"] = [{"type": "replied_to", "id": str(NEW - 1)}]
    v1 = {"id": tweet, "id_str": str(tweet), "text": said, "in_reply_to_status_id": NEW - 1}
    snscrape = {"_type": "snscrape.modules.twitter.Tweet", "id": tweet, "rawContent": said}
    snscrape |= {"inReplyToTweetId": NEW - 1, "date": new, "user": {"id": 2, "username": "bob"}}
    return {
        "twitterstream": {**v1, "created_at": old, "user": {"id": 2, "screen_name": "bob"}},
        "api_v2": {**v2, "author": {"id": "2", "username": "bob"}},
        "api_v2 page": {"data": [v2], "includes": {"users": [v2["referenced_tweets"][0]]}},
        "snscrape": snscrape,
        "twscrape": {**snscrape, "id_str": str(tweet), "url": "u"},
        "twint": {"id": tweet, "conversation_id": str(NEW), "tweet": said, "username": "bob"},
        "personal_archive": {"tweet": {**v1, "id": str(tweet), "full_text": said}},
    }[form]


FORMS = ("twitterstream", "api_v2", "api_v2 page", *SAMPLES.keys() - {"twitterstream", "api_v2"})


@pytest.mark.parametrize("most", sorted(FORMS))
@pytest.mark.parametrize("one", sorted(FORMS))
def test_a_record_of_another_format_is_read_as_it_is_alone(most, one):
    alone, _ = read(lines(tweet_as(one, 99)))
    found, row = read(lines(*(tweet_as(most, number) for number in range(25)), tweet_as(one, 99)))
    # These read one another's records as their own, and find the same in them.
    are_alike = {most, one} in ({"snscrape", "twscrape"}, {"twitterstream", "personal_archive"})
    columns = pl.exclude("line", *(["source"] if are_alike else []))
    assert (
        found.filter(pl.col("tweet_id") == NEW + 99).select(columns).equals(alone.select(columns))
    )
    assert row["format"] == most.partition(" ")[0]
    assert (row["tweets"], row["rejected"]) == (26, 0)


def test_a_format_that_was_asked_for_is_not_left():
    data = lines(tweet_as("twitterstream", 1), tweet_as("twint", 2))
    _, row = read(data, settings=IngestSettings(format="twitterstream"))
    assert (row["tweets"], row["rejected"]) == (1, 1)


def test_other_formats_are_given_up_after_many_records_of_none(monkeypatch):
    monkeypatch.setattr(registry, "FRUITLESS", 3)
    odd = [{"id": number} for number in range(5)]
    _, row = read(lines(tweet_as("twitterstream", 1), *odd[:2], tweet_as("twint", 2)))
    assert (row["tweets"], row["rejected"]) == (2, 2)
    _, row = read(lines(tweet_as("twitterstream", 1), *odd, tweet_as("twint", 2)))
    assert (row["tweets"], row["rejected"]) == (1, 6)


def test_large_records_are_told_apart_in_little_memory():
    record = b'{"a":[' + b"[]," * 4_000_000 + b"[]]}"
    tracemalloc.start()
    try:
        assert formats.detect([record] * 3) is None
        assert tracemalloc.get_traced_memory()[1] < 5 * len(record)
    finally:
        tracemalloc.stop()


def test_every_format_has_a_name_of_its_own_and_says_what_it_is():
    assert list(formats.FORMATS) == [source.NAME for source in formats.FORMATS.values()]
    assert all(len(source.ABOUT) > 10 for source in formats.FORMATS.values())


def test_by_name_lists_the_choices():
    with pytest.raises(ArchiveError, match=r"no format `x`(.|\n)*twitterstream.*api_v2"):
        formats.by_name("x")


@pytest.mark.parametrize(
    "text",
    [
        "Wed Jul 03 06:29:00 +0000 2019",
        "2019-07-03T06:29:00.000Z",
        "2019-07-03T06:29:00+00:00",
        "2019-07-03 06:29:00+00:00",
        "2019-07-03 06:29:00 +0000",
        "2019-07-03 08:29:00 +0200",
        "2019-07-03 02:29:00 -0400",
        "2019-07-03 06:29:00",
    ],
)
def test_moment_reads_every_unambiguous_date(text):
    assert moment(text) == 1_562_135_340_000


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", "yesterday", "2019-07-03 06:29:00 CET", "Wed Jul 32 06:29:00 +0000 2019"),
        *("2021-06-13 19:58:54 Eastern Daylight Time", "2021-03-15 00:59:59 Västeuropa, normaltid"),
        "9" * 400,
    ],
)
def test_moment_leaves_doubtful_dates(text):
    assert moment(text) is None


# ---------------------------------------------------------------------------- scrapers, real


def _expected(path):
    """Tweets and plain retweets by id of snscrape's or twscrape's lines, by plain json."""
    rows, carriers, embedded = {}, 0, {}

    def take(each):
        while each and each.get("retweetedTweet"):
            each = each["retweetedTweet"]
        if each:
            embedded[each["id"]] = each.get("inReplyToTweetId")
            take(each.get("quotedTweet"))

    for each in plain(path):
        if each.get("retweetedTweet"):
            carriers += 1
        else:
            rows[each["id"]] = each.get("inReplyToTweetId")
        take(each.get("retweetedTweet"))
        take(each.get("quotedTweet"))
    return rows, carriers, embedded


@pytest.mark.parametrize(
    ("name", "form", "replies"),
    [
        ("snscrape/snscrape_0.3_covid.jsonl", "snscrape", 0),
        ("snscrape/snscrape_0.4_sustainability.jsonl", "snscrape", 55),
        ("snscrape/snscrape_0.5_2011.jsonl", "snscrape", 25),
        ("twscrape/twscrape_0.20.jsonl", "twscrape", 67),
    ],
)
def test_scraped_files_give_every_tweet_and_every_embedded_one(real_data, name, form, replies):
    rows, carriers, embedded = _expected(real_data / name)
    frame, row = read_file(real_data / name)
    once = frame.unique("tweet_id")
    assert (row["format"], row["carriers"], row["rejected"]) == (form, carriers, 0)
    assert set(frame["tweet_id"]) == rows.keys() | embedded.keys()
    assert once["reply_to_id"].drop_nulls().len() == replies
    assert dict(once.select("tweet_id", "reply_to_id").rows()) == embedded | rows
    assert frame["author_id"].null_count() == frame["conversation_id"].null_count() == 0
    assert set(frame["source"]) == {form}


def test_twint_csv_rows_are_all_read(real_data):
    path = real_data / "twint/NicolasMaduro.csv"
    frame, row = read_file(path)
    with path.open(encoding="utf-8-sig") as stream:
        expected = {int(each["id"]): each for each in csv.DictReader(stream)}
    assert (row["format"], row["lines"], row["tweets"]) == ("twint", 200, 200)
    for found in frame.iter_rows(named=True):
        told = expected[found["tweet_id"]]
        assert str(found["conversation_id"]) == told["conversation_id"]
        assert (found["author_name"], str(found["author_id"])) == (
            told["username"],
            told["user_id"],
        )
        assert (str(found["likes"]), str(found["replies"])) == (
            told["likes_count"],
            told["replies_count"],
        )
        assert len(found["hashtags"]) == len(set(re.findall(r"'([^']+)'", told["hashtags"])))
        assert found["has_media"] == (told["photos"] != "[]" or told["video"] == "1")
    assert frame["reply_to_id"].null_count() == 200
    assert frame["created_at"].dt.date().unique().len() <= 2


def test_twint_lines_take_their_time_from_the_id(real_data):
    path = real_data / "twint/christisarv_twint_first_lines.json"
    frame, row = read_file(path)
    assert (row["tweets"], frame["quoted_id"].drop_nulls().len()) == (6, 1)
    # The zone name is wrong or right, the second is told by the id: 19:58:54 -0400.
    last = frame.sort("tweet_id")["created_at"][-1]
    assert str(last).startswith("2021-06-13 23:58:54")


def test_personal_archive_has_its_replies_to_itself(real_data):
    frame, row = read_file(real_data / "personal_archive/tweets.js")
    replies = frame["reply_to_id"].drop_nulls()
    assert (row["format"], row["lines"], row["rejected"]) == ("personal_archive", 1986, 0)
    assert (frame.height, replies.len()) == (1986, 485)
    assert replies.is_in(frame["tweet_id"].implode()).sum() == 65
    assert frame["author_id"].null_count() == 1986
    assert frame["created_at"].null_count() == 0
    assert frame["is_truncated"].sum() > 100  # retweets cut at 140 characters


# ---------------------------------------------------------------------- scrapers, made by hand


def test_snscrape_reads_all_three_generations():
    user = {"username": "ann", "id": 7}
    old = {"url": "u", "id": 1, "content": "#Help &amp; me", "user": user, "conversationId": 1}
    middle = old | {"id": 2, "_type": "snscrape.modules.twitter.Tweet", "inReplyToTweetId": 1}
    new = {"rawContent" if key == "content" else key: old[key] for key in old} | {"id": 3}
    quoted = {"_type": "snscrape.modules.twitter.TweetRef", "id": 9}
    new |= {"quotedTweet": quoted, "hashtags": ["A"], "media": [{}], "likeCount": 0}
    frame, row = read(lines(old, middle, new))
    assert frame["text"].to_list() == ["#Help & me"] * 3
    assert frame.select("tweet_id", "reply_to_id", "quoted_id", "hashtags", "likes").rows() == [
        (1, None, None, ["help"], None),
        (2, 1, None, ["help"], None),
        (3, None, 9, ["a"], 0),
    ]
    assert (row["format"], row["tweets"], row["embedded"]) == ("snscrape", 3, 0)


def test_snscrape_tombstones_and_users_are_rejected():
    kinds = ["Tombstone", "TweetRef", "User"]
    _, row = read(lines(*({"_type": f"snscrape.modules.twitter.{k}", "id": 1} for k in kinds)))
    assert row["reject_reasons"] == [{"kind": "no tweet: no text", "count": 3}]


def test_twscrape_prefers_ids_in_strings_and_looks_into_media():
    # A spreadsheet or JavaScript has rounded the number.
    one = {"id": NEW + 500, "id_str": str(NEW + 3), "rawContent": "a", "media": {"photos": []}}
    two = {"id": 2, "id_str": "2", "rawContent": "b", "media": {"photos": [{}]}}
    one["inReplyToTweetIdStr"], one["inReplyToTweetId"] = str(NEW + 1), NEW + 400
    one["retweetedTweet"] = None
    frame, row = read(lines(one, two))
    assert row["format"] == "twscrape"
    assert frame.select("tweet_id", "reply_to_id", "has_media").rows() == [
        (2, None, True),
        (NEW + 3, NEW + 1, False),
    ]


def test_twscrape_retweet_of_a_quote_gives_both_originals():
    quoted = {"id": 1, "id_str": "1", "rawContent": "root"}
    quote = {"id": 2, "id_str": "2", "rawContent": "quote", "quotedTweet": quoted}
    retweet = {"id": 3, "id_str": "3", "rawContent": "RT", "retweetedTweet": quote}
    frame, row = read(lines(retweet))
    assert frame.select("tweet_id", "quoted_id", "is_embedded").rows() == [
        (1, None, True),
        (2, 1, True),
    ]
    assert (row["carriers"], row["tweets"], row["embedded"]) == (1, 0, 2)


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
    assert [str(found)[:16] for found in frame["created_at"]] == [
        "2006-03-21 20:50",
        "2019-07-03 06:39",  # by the id, whatever the cells say
    ]


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


def test_grailbird_months_are_statuses():
    status = {"id": 20, "id_str": "20", "text": "a", "user": {"id": 7, "screen_name": "ann"}}
    status["created_at"] = "2006-03-21 20:50:14 +0000"
    data = "Grailbird.data.tweets_2006_03 = \n [ " + json.dumps(status) + "]"
    frame, row = read(data.encode())
    assert (row["format"], row["tweets"]) == ("twitterstream", 1)
    assert frame.select("author_name", pl.col("created_at").dt.year()).row(0) == ("ann", 2006)


def test_other_files_of_a_personal_archive_are_rejected_and_counted():
    data = b'window.YTD.like.part0 = [ { "like" : { "tweetId" : "1", "fullText" : "x" } } ]'
    _, row = read(data)
    assert row["format"] is None
    assert row["reject_reasons"] == [{"kind": "unknown format", "count": 1}]


def test_is_cut_looks_at_the_end_only_however_long_a_text_is():
    began = time.perf_counter()
    assert not is_cut("…http://" * 100_000 + " x")
    assert is_cut("…http://" * 100_000 + "… https://t.co/x" + " " * 1000)
    assert time.perf_counter() - began < 1
