"""Tweets are read whatever stores, search engines and clients put around them."""

import json

import pytest

from tests.support.reading import lines, read
from workbench.ingest.formats import registry
from workbench.ingest.records import wrappers
from workbench.recipe import IngestSettings

NEW = 1146307485200000000  # 2019-07-03
USER = {"id": 8, "screen_name": "ann"}


def status(number: int) -> dict:
    return {
        "id": NEW + number,
        "id_str": str(NEW + number),
        "full_text": f"How do I prune tree {number}?",
        "in_reply_to_status_id": NEW + number - 1 if number else None,
        "favorite_count": number,
        "user": USER,
    }


STATUSES = [status(number) for number in range(3)]
HITS = [{"_index": "t", "_id": str(each["id"]), "_source": each} for each in STATUSES]
WRAPPED = {
    "premium": {"results": STATUSES, "next": "a", "requestParameters": {"maxResults": 100}},
    "tweets": {"tweets": STATUSES, "has_next_page": False},
    "tweets in data": {"status": "success", "data": {"pin_tweet": None, "tweets": STATUSES}},
    "elasticsearch": {"took": 3, "hits": {"total": {"value": 3}, "max_score": 1, "hits": HITS}},
    "couchdb": {"total_rows": 3, "rows": [{"id": "a", "doc": each} for each in STATUSES]},
    "solr": {"responseHeader": {"status": 0}, "response": {"numFound": 3, "docs": STATUSES}},
    "by id": {str(each["id"]): each for each in STATUSES},
    "by index": {str(index): [each] for index, each in enumerate(STATUSES)},
    "tweets by id": {"tweets": {str(each["id"]): each for each in STATUSES}},
    "kafka": [{"topic": "t", "offset": 7, "value": each} for each in STATUSES],
    "strings by id": {str(each["id"]): json.dumps(each) for each in STATUSES},
    "strings": [{"id": each["id"], "raw": json.dumps(each)} for each in STATUSES],
    "lists": [STATUSES[:2], STATUSES[2:], []],
    "deep": {"data": {"results": [[{"_source": each}] for each in STATUSES]}},
}


def assert_whole(data: bytes) -> None:
    frame, row = read(data)
    assert row["format"] == "twitterstream"
    assert (row["tweets"], row["rejected"]) == (3, 0)
    assert frame.select("tweet_id", "author_name", "reply_to_id", "likes").rows() == [
        (NEW, "ann", None, 0),
        (NEW + 1, "ann", NEW, 1),
        (NEW + 2, "ann", NEW + 1, 2),
    ]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("name", WRAPPED)
def test_every_tweet_in_a_wrapper_is_read(name, indent):
    assert_whole(json.dumps(WRAPPED[name], indent=indent).encode())


def test_hits_one_a_line_are_read():
    assert_whole(lines(*HITS))


def test_wrappers_and_bare_records_mix():
    assert_whole(lines(STATUSES[0], HITS[1], {"results": STATUSES[2:]}))


def test_wrapped_records_of_other_formats_are_read():
    flat = {"id": str(NEW + 9), "text": "b", "author": {"id": "9", "username": "bob"}}
    frame, row = read(lines(STATUSES[0], {"_source": flat}))
    assert (row["tweets"], row["rejected"]) == (2, 0)
    assert frame["source"].to_list() == ["twitterstream", "api_v2"]


def test_one_odd_record_in_a_wrapper_does_not_cost_the_others():
    _, row = read(lines({"results": [*STATUSES, {"id": "x"}, 5, None]}))
    assert (row["tweets"], row["rejected"]) == (3, 3)


def test_wrappers_are_no_reason_to_give_up(monkeypatch):
    monkeypatch.setattr(registry, "FRUITLESS", 2)
    assert_whole(lines(*HITS))


def test_wrappers_of_a_format_that_was_asked_for_are_read():
    _, row = read(lines(*HITS), settings=IngestSettings(format="twitterstream"))
    assert (row["tweets"], row["rejected"]) == (3, 0)


def test_an_empty_wrapper_carries_nothing():
    _, row = read(lines(STATUSES[0], {"results": [], "next": "a"}))
    assert (row["tweets"], row["carriers"], row["rejected"]) == (1, 1, 0)


def test_wrappers_are_unwrapped_only_so_deep():
    deep = json.dumps({"id": 1})
    for _ in range(wrappers.MOST_LEVELS):
        deep = f"[{deep}]"
    assert wrappers.unwrap(deep.encode()) == [b'{"id": 1}']
    assert wrappers.unwrap(f"[{deep}]".encode()) == [b'[{"id": 1}]']
    assert wrappers.unwrap(b"[" * 100_000) is None


@pytest.mark.parametrize("record", [b"", b"5", b"{}", b'"a"', b'{"id": 1}', b"{", b"\xff", b"[5"])
def test_other_records_are_no_wrappers(record):
    assert wrappers.unwrap(record) is None
