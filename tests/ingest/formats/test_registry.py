"""Formats are detected by content, and a record of another format is read as it is alone."""

import json
import tracemalloc

import polars as pl
import pytest

from tests.support.reading import lines, read
from workbench.exceptions import ArchiveError
from workbench.ingest import formats
from workbench.ingest.formats import registry
from workbench.recipe import IngestSettings

NEW = 1146307485200000000  # 2019-07-03
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
    "grailbird": [
        {"id": 1, "text": "a", "created_at": "2013-01-02 20:10:54 +0000", "user": {"id": 2}}
    ],
    "x_graphql": [
        {"data": {"search_by_raw_query": {"search_timeline": {"timeline": {}}}}},
        {"data": {"tweetResult": {"result": {"__typename": "Tweet"}}}},
        {"__typename": "Tweet", "rest_id": "1", "core": {}, "legacy": {"full_text": "a"}},
        {"entryId": "tweet-1", "content": {}},
    ],
    "web_exporter": [
        {
            **{"id": "1", "full_text": "a", "screen_name": "b", "user_id": "2"},
            **{"in_reply_to": None, "retweeted_status": None, "quoted_status": None},
        }
    ],
    "fxembed": [
        {"code": 200, "message": "OK", "tweet": {"text": "a", "author": {"screen_name": "b"}}},
        {"code": 200, "status": {"text": "a", "author": {"screen_name": "b"}}},
        {"id": "1", "text": "a", "author": {"screen_name": "b"}, "replying_to": None},
    ],
    "apify": [{"type": "tweet", "id": "1", "text": "a", "author": {"userName": "b"}}],
    "agent_twitter_client": [{"id": "1", "text": "a", "permanentUrl": "u", "username": "b"}],
    "community_archive": [{"account": [{"account": {"username": "b"}}], "tweets": []}],
    "archive_csv": [
        {
            **{"tweet_id": "1", "in_reply_to_status_id": "", "timestamp": "", "text": "a"},
            **{"retweeted_status_id": "", "expanded_urls": ""},
        }
    ],
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
    tweet, text = NEW + number, f"why {form} {number}?"
    old, new = "Wed Jul 03 06:00:00 +0000 2019", "2019-07-03T06:00:00+00:00"
    v2 = {"id": str(tweet), "text": text, "author_id": "2", "created_at": new}
    v2["referenced_tweets"] = [{"type": "replied_to", "id": str(NEW - 1)}]
    v1 = {"id": tweet, "id_str": str(tweet), "text": text, "in_reply_to_status_id": NEW - 1}
    snscrape = {"_type": "snscrape.modules.twitter.Tweet", "id": tweet, "rawContent": text}
    snscrape |= {"inReplyToTweetId": NEW - 1, "date": new, "user": {"id": 2, "username": "bob"}}
    bare = {"id": str(tweet), "text": text}
    exported = {"id": str(tweet), "full_text": text, "screen_name": "bob", "user_id": "2"}
    return {
        "twitterstream": {**v1, "created_at": old, "user": {"id": 2, "screen_name": "bob"}},
        "api_v2": {**v2, "author": {"id": "2", "username": "bob"}},
        "api_v2 page": {"data": [v2], "includes": {"users": [v2["referenced_tweets"][0]]}},
        "snscrape": snscrape,
        "twscrape": {**snscrape, "id_str": str(tweet), "url": "u"},
        "twint": {"id": tweet, "conversation_id": str(NEW), "tweet": text, "username": "bob"},
        "grailbird": {
            **v1,
            "created_at": "2019-07-03 06:00:00 +0000",
            "user": {"id": 2, "screen_name": "bob"},
        },
        "x_graphql": {
            **{"__typename": "Tweet", "rest_id": str(tweet)},
            "core": {"user_results": {"result": {"rest_id": "2", "core": {"screen_name": "bob"}}}},
            "legacy": {"full_text": text, "in_reply_to_status_id_str": str(NEW - 1)},
        },
        "web_exporter": {**exported, "in_reply_to": str(NEW - 1), "retweeted_status": None},
        "fxembed": {
            "code": 200,
            "tweet": {
                **bare,
                **{"author": {"id": "2", "screen_name": "bob"}, "replying_to": "ann"},
                "replying_to_status": str(NEW - 1),
            },
        },
        "apify": {**bare, "author": {"id": "2", "userName": "bob"}, "inReplyToId": str(NEW - 1)},
        "agent_twitter_client": {
            **bare,
            **{"permanentUrl": "u", "userId": "2", "username": "bob"},
            "inReplyToStatusId": str(NEW - 1),
        },
        "community_archive": {
            "account": [{"account": {"accountId": "2", "username": "bob"}}],
            "tweets": [{"tweet": {**v1, "id": str(tweet), "full_text": text}}],
        },
        "archive_csv": {
            **{"tweet_id": str(tweet), "text": text, "timestamp": "", "retweeted_status_id": ""},
            "in_reply_to_status_id": str(NEW - 1),
        },
        "personal_archive": {"tweet": {**v1, "id": str(tweet), "full_text": text}},
    }[form]


#: Formats with the fields of API v1.1.
STATUSES = {"twitterstream", "grailbird", "personal_archive"}

FORMS = ("twitterstream", "api_v2", "api_v2 page", *SAMPLES.keys() - {"twitterstream", "api_v2"})


@pytest.mark.parametrize("most", sorted(FORMS))
@pytest.mark.parametrize("one", sorted(FORMS))
def test_a_record_of_another_format_is_read_as_it_is_alone(most, one):
    alone, _ = read(lines(tweet_as(one, 99)))
    frame, row = read(lines(*(tweet_as(most, number) for number in range(25)), tweet_as(one, 99)))
    # These read one another's records as their own, and find the same in them.
    are_alike = {most, one} <= {"snscrape", "twscrape"} or {most, one} <= STATUSES
    columns = pl.exclude("line", *(["source"] if are_alike else []))
    assert (
        frame.filter(pl.col("tweet_id") == NEW + 99).select(columns).equals(alone.select(columns))
    )
    assert row["format"] == most.partition(" ")[0]
    assert (row["tweets"], row["rejected"]) == (26, 0)


#: Values that no field has.
ODD = ({}, [], "", "x", 1.5, -1, None, "NaN", 2**70, 10**400, 1e308, [[]], {"a": 1}, "9" * 30)


def mutations(value, path=()):
    """Yield the path of every value inside a record."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in inner:
        yield (*path, key)
        if isinstance(each, dict | list):
            yield from mutations(each, (*path, key))


def changed(record, path, odd):
    """Return a copy of a record with another value at a path."""
    copy = json.loads(json.dumps(record))
    *above, last = path
    current = copy
    for key in above:
        current = current[key]
    current[last] = odd
    return copy


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("is_old", [False, True])
def test_odd_values_are_no_exceptions_and_make_no_ids(form, is_old):
    record = tweet_as(form, 99)
    if is_old:
        record = json.loads(json.dumps(record).replace(str(NEW + 99), "20"))
    odd = [changed(record, path, value) for path in mutations(record) for value in ODD]
    frame, row = read(lines(record, *odd))
    assert set(frame["tweet_id"]) == {20 if is_old else NEW + 99}
    assert row["lines"] >= 1 + len(odd)


def test_a_format_that_was_asked_for_is_not_left():
    data = lines(tweet_as("twitterstream", 1), tweet_as("twint", 2))
    _, row = read(data, settings=IngestSettings(format="twitterstream"))
    assert (row["tweets"], row["rejected"]) == (1, 1)


def test_other_formats_are_not_tried_after_many_records_of_none(monkeypatch):
    monkeypatch.setattr(registry, "FRUITLESS", 3)
    odd = [{"id": number} for number in range(5)]
    _, row = read(lines(tweet_as("twitterstream", 1), *odd[:2], tweet_as("twint", 2)))
    assert (row["tweets"], row["rejected"]) == (2, 2)
    _, row = read(lines(tweet_as("twitterstream", 1), *odd, tweet_as("twint", 2)))
    assert (row["tweets"], row["rejected"]) == (1, 6)


def test_formats_of_large_records_are_detected_in_little_memory():
    record = b'{"a":[' + b"[]," * 4_000_000 + b"[]]}"
    tracemalloc.start()
    try:
        assert formats.detect([record] * 3) is None
        assert tracemalloc.get_traced_memory()[1] < 5 * len(record)
    finally:
        tracemalloc.stop()


def test_every_format_has_a_name_of_its_own_and_says_what_it_is():
    assert list(formats.FORMATS) == [source.NAME for source in formats.FORMATS.values()]
    for source in formats.FORMATS.values():
        assert len(source.ABOUT) > 10
        assert source.YEARS.startswith("since 20") or " to 20" in source.YEARS
        assert source.LACKS.strip(". ") == source.LACKS


def test_by_name_lists_the_choices():
    with pytest.raises(ArchiveError, match=r"no format `x`(.|\n)*twitterstream.*api_v2"):
        formats.by_name("x")
