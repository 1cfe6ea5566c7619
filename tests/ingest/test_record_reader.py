"""Anything wrong with a record costs only its odd fields, or the record: never the others."""

import json

import polars as pl
import pytest

from tests.support.reading import lines, read
from tests.support.statuses import NEW, STATUS
from workbench.ingest import formats
from workbench.ingest.formats import v1_status
from workbench.recipe import IngestSettings


@pytest.mark.parametrize("place", ["fields", "columns"])
def test_a_reader_that_raises_anything_costs_only_its_record(place, monkeypatch):
    def failing(status, *rest):
        if getattr(status, "id", None) == NEW + 1 or status == "fail":
            raise ZeroDivisionError
        return original(status, *rest)

    name = "_text" if place == "fields" else "moment"
    original = getattr(v1_status, name)
    monkeypatch.setattr(v1_status, name, failing)
    old = {**STATUS, "id": 1001, "id_str": "1001", "created_at": "fail", "quoted_status": None}
    other = old if place == "columns" else {**STATUS, "id": NEW + 1, "id_str": str(NEW + 1)}
    last = {**STATUS, "id": NEW + 2, "id_str": str(NEW + 2)}
    frame, row = read(lines(STATUS, other, last))
    assert {NEW, NEW + 2} <= set(frame["tweet_id"])
    assert (row["tweets"], row["rejected"], row["lines"]) == (2, 1, 3)
    assert row["reject_reasons"] == [
        {"kind": "reader_failed", "reason": "the reader failed: ZeroDivisionError", "count": 1}
    ]


@pytest.mark.parametrize("name", [*formats.FORMATS])
def test_an_exception_of_a_single_reader_is_a_reject(name, monkeypatch):
    def failing(record, collector):
        raise AttributeError(name)

    monkeypatch.setattr(formats.FORMATS[name], "read", failing)
    monkeypatch.setattr(formats.FORMATS[name], "read_lines", lambda *_: False, raising=False)
    _, row = read(b"{}\n" * 3, settings=IngestSettings(format=name))
    assert (row["lines"], row["rejected"]) == (3, 3)


def test_what_fails_while_a_failure_is_handled_is_a_reject_too(monkeypatch):
    def failing(_):
        raise ZeroDivisionError

    monkeypatch.setattr("workbench.ingest.records.embedded_json.objects", failing)
    page = b'{"statuses": [{"id": 5x}]}\n'
    _, row = read(page + lines(STATUS) + b"17 x\n", settings=IngestSettings(format="twitterstream"))
    assert (row["tweets"], row["rejected"], row["lines"]) == (1, 2, 3)
    assert {each["kind"] for each in row["reject_reasons"]} == {"reader_failed"}


def test_no_memory_is_no_fault_of_a_record(monkeypatch):
    def failing(record, collector):
        raise MemoryError

    monkeypatch.setattr(formats.FORMATS["twint"], "read", failing)
    with pytest.raises(MemoryError):
        read(b"{}\n", settings=IngestSettings(format="twint"))


def test_pages_in_pages_are_read_to_a_bounded_depth():
    deep = b'{"statuses": [' * 400 + json.dumps(STATUS).encode() + b"]}" * 400
    _, row = read(lines(STATUS) + deep + b"\n")
    assert (row["tweets"], row["rejected"]) == (1, 1)
    assert [each["kind"] for each in row["reject_reasons"]] == ["too_deep"]


@pytest.mark.parametrize("clean", [0, 3])
def test_odd_optional_fields_cost_the_field_and_not_the_tweet(clean):
    odd = STATUS | {
        "id": NEW + 9,
        "id_str": str(NEW + 9),
        "favorite_count": "many",
        "lang": 5,
        "in_reply_to_user_id": {},
        "entities": {"hashtags": [{"text": "sky"}, "sea", {"text": []}], "media": "none"},
        "quoted_status": STATUS["quoted_status"] | {"retweet_count": [3]},
    }
    others = [STATUS | {"id": NEW + n, "id_str": str(NEW + n)} for n in range(1, clean + 1)]
    frame, row = read(lines(*others, odd))
    assert (row["tweets"], row["embedded"], row["rejected"]) == (clean + 1, clean + 1, 0)
    own = frame.row(by_predicate=pl.col("tweet_id") == NEW + 9, named=True)
    assert (own["text"], own["lang"], own["author_id"]) == ("why is the sky blue? " * 9, None, 7)
    assert (own["reply_to_id"], own["hashtags"]) == (NEW - 5, ["sky"])
    assert {odd["kind"]: odd["count"] for odd in row["odd_fields"]} == {
        "favorite_count": 1,
        "lang": 1,
        "reply_to_author_id (no id)": 1,
        "entities.hashtags[]": 1,
        "entities.hashtags[].text": 1,
        "entities.media": 1,
        "retweet_count": 1,
    }


def test_odd_required_fields_reject_the_record():
    records = [STATUS | {"text": {}, "extended_tweet": None}, STATUS | {"id": [], "id_str": None}]
    frame, row = read(lines(STATUS, *records))
    assert (row["tweets"], row["rejected"], row["odd_fields"]) == (1, 2, [])
    assert NEW in frame["tweet_id"]


def test_record_of_another_tool_is_not_read_as_one_with_odd_fields():
    other = {"id": NEW + 1, "text": "a", "user": "ann", "entities": []}
    _, row = read(lines(STATUS, other))
    assert (row["tweets"], row["rejected"]) == (1, 1)
    assert row["reject_reasons"][0]["kind"] == "wrong_type"


def test_named_format_needs_no_evidence_to_drop_odd_fields():
    other = {"id": NEW + 1, "text": "a", "user": "ann", "entities": []}
    frame, row = read(lines(other), settings=IngestSettings(format="twitterstream"))
    assert (frame["tweet_id"].to_list(), row["rejected"]) == ([NEW + 1], 0)
    assert [odd["kind"] for odd in row["odd_fields"]] == ["entities", "user"]


def test_page_with_an_odd_part_keeps_its_tweets():
    tweet = {"id": str(NEW), "text": "a", "author_id": "9"}
    page = {
        "data": [tweet, tweet | {"id": str(NEW + 1), "lang": 7}],
        "includes": {
            "users": [{"id": "9", "username": "ann"}, {"id": "8", "username": {}}, 5],
            "tweets": [{"id": str(NEW - 1), "text": "b", "entities": 3}],
            "media": {},
        },
        "errors": [{"resource_type": {}, "title": "Not Found Error"}],
        "meta": 3,
    }
    frame, row = read(lines(page))
    assert frame["tweet_id"].to_list() == [NEW - 1, NEW, NEW + 1]
    assert (row["tweets"], row["notices"], row["rejected"]) == (2, 1, 0)
    assert frame["author_name"].to_list() == [None, "ann", "ann"]
    assert {odd["kind"]: odd["count"] for odd in row["odd_fields"]} == {
        "entities": 1,
        "errors[].resource_type": 1,
        "includes.users[].username": 1,
        "lang": 1,
    }
