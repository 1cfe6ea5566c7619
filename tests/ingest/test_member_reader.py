"""Nothing crashes the reader, every line is accounted for, and memory stays bounded."""

import bz2
import copy
import gzip
import json
import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.property_tests import examples
from tests.support.reading import lines, read
from tests.support.statuses import NEW, STATUS
from workbench.ingest import formats
from workbench.ingest.formats import twitterstream
from workbench.recipe import IngestSettings
from workbench.schemas import RawTweets

SHAPES = [
    STATUS,
    {**STATUS, "retweeted_status": STATUS},
    {"delete": {"status": {"id": NEW, "user_id": 3}, "timestamp_ms": "1"}},
    {"limit": {"track": 5}},
    {"statuses": [STATUS, STATUS]},
    {
        "data": [{"id": "5", "text": "a", "author_id": "7", "public_metrics": {"like_count": 1}}],
        "includes": {"tweets": [{"id": "4", "text": "b"}], "users": [{"id": "7", "username": "x"}]},
        "errors": [{"title": "Not Found Error", "resource_type": "tweet"}],
    },
    {
        "id": "5",
        "text": "a",
        "author_id": "7",
        "referenced_tweets": [{"type": "quoted", "id": "1"}],
    },
    {
        "_type": "snscrape.modules.twitter.Tweet",
        "id": 5,
        "id_str": "5",
        "url": "u",
        "rawContent": "a",
        "user": {"id": 7, "username": "x"},
        "quotedTweet": {"id": 6, "rawContent": "b"},
        "media": {"photos": []},
    },
    {"id": 5, "url": "u", "content": "a", "user": {}, "media": [{}], "hashtags": ["x"]},
    {"id": 5, "conversation_id": "4", "tweet": "a", "username": "x", "hashtags": "['x']"},
    {"tweet": {"id": "5", "id_str": "5", "full_text": "a", "favorite_count": "3"}},
]
ODD = st.sampled_from(
    [None, True, -1, 0, 2**63, 10**400, 1e300, 1.5, "", "x", "9" * 5000, "\x00", [], {}, [[]]]
)


def _places(value: object, path: tuple = ()) -> list[tuple]:
    inner = value.items() if isinstance(value, dict) else []
    if isinstance(value, list):
        inner = enumerate(value)
    return [path, *(place for key, each in inner for place in _places(each, (*path, key)))]


@st.composite
def _swapped(draw) -> bytes:
    """A record of a real shape with one or two fields of another type."""
    record = json.loads(json.dumps(draw(st.sampled_from(SHAPES))))
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(_places(record)))
        odd = copy.deepcopy(draw(ODD))  # else a list put into a record is changed in it
        if not place:
            return json.dumps(odd).encode()
        inner = record
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = odd
    return json.dumps(record).encode()


@st.composite
def _damaged(draw) -> bytes:
    """A record of a real shape that was cut, flipped or doubled."""
    record = bytearray(json.dumps(draw(st.sampled_from(SHAPES))).encode())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(record) - 1))
        kind = draw(st.sampled_from(["flip", "cut", "insert"]))
        if kind == "flip":
            record[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut" and at:
            del record[at:]
        else:
            record[at:at] = draw(st.sampled_from([b'"', b"{", b"\\ud800", b"\xff", b"\x00", b"9"]))
    return bytes(record).replace(b"\n", b" ")


NESTED = [
    b'{"id": 5, "text": "a", "user": {}, "z": ' + b"[" * 100_000,
    b'{"id": 5, "text": "a", "user": {}, "z": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"quoted_status": ' * 100_000 + b"1" + b"}" * 100_000,
    b'{"data": ' * 50_000 + b"1" + b"}" * 50_000,
    b'{"data": {"0": ' * 50_000 + b"1" + b"}}" * 50_000,
    b'{"statuses": [' * 50_000 + b"]}" * 50_000,
    b'{"tweet": ' * 50_000 + b"1" + b"}" * 50_000,
    b'{"data": [' * 300 + b"]}" * 300,
    b'{"statuses": [' * 300 + b"]}" * 300,
]


def _nested() -> st.SearchStrategy[bytes]:
    # By number: hypothesis would write out what it draws from.
    few = [*NESTED, b"", b"#"]
    return st.integers(0, len(few) - 1).map(lambda number: few[number])


@pytest.mark.slow
@given(
    records=st.lists(_swapped() | _damaged() | _nested(), max_size=12),
    first=st.sampled_from(SHAPES),
)
@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
def test_no_record_escapes_the_ledger(records, first):
    data = lines(first) + b"\n".join(records) + b"\n"
    frame, row = read(data)  # which checks that the sums hold
    assert row["lines"] >= 1 + len(records)
    assert row["damage"] is None
    assert row["tweets"] + row["embedded"] == frame.height
    assert RawTweets.is_valid(frame)
    assert len(row["rejects"]) == row["rejected"]
    assert row["format"] is not None


ODD_LINES = [
    *(b"", b"\r", b" ", b"#", b"{}", b"[]", b"7", b'{"id": 1}{"id": 2}', b'{"id": 3', b'{"id":'),
    b'{"id": 4, "text": "a", "user": {}, "delete": {"status": {"id": 5}}}',
    b'{"id": 1, "text": "a"}{"id": 9, "text": "a", "user":\n{"id": 2}}',
    b'{"id": 0, "text": "a"}',
    b'{"id": 99999999999999999999, "text": "a"}',
    b'{"id": 6, "text": "a", "favorite_count": -1}',
    b'{"id": 6}',
    b'{"text": "a"}',
    b'{"delete": {"status": {"id": -5}}}',
    b'{"delete": {"status": {}}}',
    b'{"delete": {"status": {"id": 7}}} ',
    b'{"delete": {"status": {"id": "7"}}}',
    b'{"delete": {"status": {"id_str": "7"}}, "id_str": "5", "text": "a"}',
    b'{"delete": {"status": {"id": null, "id_str": 7}}}',
    b'{"id_str": "6", "text": "a", "user": {"id_str": "7"}, "limit": 1}',
    b'{"id_str": "6", "text": "a", "user": {"id_str": "7"}}',
    b'{"id": "6", "text": "a", "delete": {"status": {"id": 6}}}',
    b'{"id": 8, "text": "a}',
    b'{"id": 8, "text": "\xff"}',
    *map(lines, [*SHAPES, *SHAPES]),
]


@given(
    records=st.lists(
        st.sampled_from(ODD_LINES).map(bytes.strip) | st.sampled_from(ODD_LINES), max_size=20
    ),
    ends=st.sampled_from([b"\n", b"\r\n"]),
    last=st.booleans(),
)
@settings(max_examples=examples(200))
def test_lines_read_at_once_give_what_they_give_one_by_one(records, ends, last):
    data = lines(STATUS) + ends.join(records) + ends * last
    settings = IngestSettings(format="twitterstream")
    at_once = read(data, settings=settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(twitterstream, "read_lines")
        one_by_one = read(data, settings=settings)
    for frame, row in (at_once, one_by_one):
        row["deleted"].sort()
        row["seconds"] = 0
        row["frame"] = frame.sort("tweet_id", "line", "is_embedded", "text").to_dicts()
    assert at_once[1] == one_by_one[1]


@pytest.mark.slow
@pytest.mark.parametrize("record", NESTED)
@pytest.mark.parametrize("form", [None, *formats.FORMATS])
def test_deep_nesting_is_a_reject_in_every_format(record, form):
    _, row = read(record, settings=IngestSettings(format=form))
    assert row["rejected"] + row["carriers"] + row["tweets"] == row["lines"] >= 1


def _failing(*, before, after):
    """A reader of many lines that reports some of them as blank, and then fails."""

    def read_lines(lines, collector):
        collector.blank(before)
        raise ZeroDivisionError(after)

    return read_lines


def test_a_failure_with_many_lines_leaves_them_to_be_read_one_by_one(monkeypatch):
    monkeypatch.setattr(twitterstream, "read_lines", _failing(before=0, after=3))
    _, row = read(lines(STATUS) * 3)
    assert (row["tweets"], row["rejected"]) == (3, 0)


def test_a_failure_in_the_middle_of_many_lines_rejects_the_others(monkeypatch):
    monkeypatch.setattr(twitterstream, "read_lines", _failing(before=1, after=2))
    _, row = read(lines(STATUS) * 3)
    assert (row["blank"], row["rejected"], row["lines"]) == (1, 2, 3)
    assert row["reject_reasons"][0]["kind"] == "reader_failed"


def test_lines_that_are_too_long_are_rejected_with_their_number():
    data = lines(STATUS) + b'{"text": "' + b"x" * 5000 + b'"}\n' + lines(STATUS)
    frame, row = read(data, settings=IngestSettings(max_line_bytes=4096))
    assert frame.height == 4
    assert row["rejects"] == [
        {
            "member": 0,
            "line": 2,
            "kind": "too_long",
            "reason": "longer than 4,096 bytes, the `max_line_bytes` of [ingest]",
            "excerpt": "",
        }
    ]


def test_blank_lines_in_the_millions_are_counted_in_little_time():
    began = time.process_time()
    frame, row = read(b"\n" * (20 << 20) + b" \r\n" * (1 << 20) + lines(STATUS))
    assert (frame.height, row["blank"], row["damage"]) == (2, 21 << 20, None)
    assert time.process_time() - began < 10


def test_json_that_is_not_closed_is_damage():
    whole = json.dumps([{**STATUS, "id": NEW + k} for k in range(20)]).encode()
    _, row = read(whole.replace(b'"lang"', b'lang"', 1))
    assert (row["lines"], row["rejected"]) == (1, 1)
    assert row["damage"] == f"the JSON is never closed: {len(whole) - 2:,} bytes unread"
    assert read(whole)[1]["damage"] is None


def test_named_format_is_not_detected():
    data = lines({"id": 1, "text": "a", "author_id": 7})
    assert read(data)[1]["format"] == "api_v2"
    _, row = read(data, settings=IngestSettings(format="twitterstream"))
    assert row["reject_reasons"] == [
        {
            "kind": "unknown_format",
            "reason": "no status of API v1.1: its author is in `author_id`",
            "count": 1,
        }
    ]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_cut_member_keeps_what_came_before_and_says_where(pack):
    made = [
        {**STATUS, "id": NEW + k, "text": random.Random(k).randbytes(90).hex()} for k in range(3000)
    ]
    packed = pack(lines(*made))
    frame, row = read(packed[: len(packed) * 2 // 3])
    assert 500 < row["tweets"] < 3000
    assert row["rejected"] <= 1
    assert "the end is missing" in row["damage"]
    assert frame.height == row["tweets"] + row["embedded"]


def test_tweets_of_a_page_have_the_line_of_the_page():
    frame, _ = read(lines(STATUS, {"statuses": [{**STATUS, "id": 9, "id_str": "9"}]}))
    assert dict(frame.select("tweet_id", "line").rows())[9] == 2


PLAIN = [{**STATUS, "id": NEW + n, "id_str": str(NEW + n), "quoted_status": None} for n in range(3)]
TEXTS = [json.dumps(each) for each in PLAIN]
FRAMED = {
    "run together": "".join(TEXTS),
    "some run together": TEXTS[0] + "\n" + TEXTS[1] + TEXTS[2] + "\n",
    "commas": ",\n".join(TEXTS) + ",\n",
    "open array": "[" + ",\n".join(TEXTS) + ",",
    "torn array": "[" + "\n".join(TEXTS) + "\n]",
    "padding": TEXTS[0] + "\n" + "\0" * 999 + TEXTS[1] + "\n\0" + TEXTS[2] + "\n",
    "marks": "".join(f"\ufeff{text}\n" for text in TEXTS),
    "record separators": "".join(f"\x1e{text}\n" for text in TEXTS),
    "strings": "".join(json.dumps(text) + "\n" for text in TEXTS),
    "array of strings": json.dumps(TEXTS),
    "log with long lines": "".join(f"INFO {'x' * 5_000} {text} in 3 ms\n" for text in TEXTS),
    "log": "".join(f"2019-07-03 06:29:0{n},1 INFO {text}\n" for n, text in enumerate(TEXTS)),
    "cr": "\r".join(TEXTS),
}


@pytest.mark.parametrize("frame", FRAMED)
def test_every_framing_gives_every_tweet(frame):
    frame, row = read(FRAMED[frame].encode())
    assert frame["tweet_id"].to_list() == [each["id"] for each in PLAIN]
    assert (row["format"], row["tweets"], row["rejected"]) == ("twitterstream", 3, 0)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf_16_needs_no_mark(encoding):
    frame, row = read(FRAMED["commas"].encode(encoding))
    assert (len(frame), row["rejected"]) == (3, 0)


def test_a_damaged_object_costs_no_other_on_its_line_file():
    broken = "\n".join([TEXTS[0], TEXTS[1][:-40], TEXTS[2] + ",", "2019 INFO connected"])
    frame, row = read(broken.encode())
    assert frame["tweet_id"].to_list() == [NEW, NEW + 2]
    assert (row["tweets"], row["rejected"]) == (2, 2)


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + b"\n" * 900, bytes(range(256)) * 99])
def test_a_binary_member_is_one_reject_without_its_bytes(data):
    _, row = read(data)
    assert (row["lines"], row["rejected"]) == (1, 1)
    assert row["reject_reasons"] == [{"kind": "not_text", "reason": "not text", "count": 1}]
    assert row["rejects"][0]["excerpt"] == ""
