"""Everything in a JSON document is a record, whatever its framing."""

import itertools
import json

import pytest

from tests.support.framing import LIMIT, VALUES, read, records
from workbench.ingest.records.lines import TOO_LONG
from workbench.ingest.records.split import pieces


@pytest.mark.parametrize("size", [1, 7, 64, 5000])
def test_too_long_elements_are_counted_and_the_rest_is_read(size):
    data = json.dumps([{"a": 1}, {"b": "x" * 1000}, {"a": 2}]).encode()
    records = read(data, *range(0, len(data), size), limit=100)
    assert [record is TOO_LONG for _, record in records] == [False, True, False]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"[1, 2,3]", [b"1", b"2", b"3"]),
        (b'[1,"x", {"a": 1}, "lo]st", 7]', [b"1", b'"x"', b'{"a": 1}', b'"lo]st"', b"7"]),
        (b'[]\n{"a": [1]}\n{"b": 2}', [b'{"a": [1]}', b'{"b": 2}']),
        (
            b'[{"a": 1}]\n{"b": {"c": 2}}\n[{"d": 3}]',
            [b'{"a": 1}', b'{"b": {"c": 2}}', b'{"d": 3}'],
        ),
        (b'a = [{"a": 1}];\nvar a.b = [{"b": 2}];\n', [b'{"a": 1}', b'{"b": 2}']),
        (b'[{"a": 1} oh, no {"b": 2}]', [b'{"a": 1}', b"oh, no", b'{"b": 2}']),
        (b'[{"a": 1}]] x', [b'{"a": 1}', b"] x"]),
    ],
)
def test_everything_in_a_document_is_a_record(data, expected):
    damage: list[str] = []
    for size in (1, 3, len(data)):
        chunks = iter([data[at : at + size] for at in range(0, len(data), size)])
        records = pieces(itertools.chain([data[:0]], chunks), max_bytes=LIMIT, damage=damage)
        assert [record for piece in records for _, record in piece] == expected
    assert damage == []


@pytest.mark.parametrize(
    ("lost", "put", "since"),
    [
        ('"t5', "t5", '{"id": 5,'),
        ('t5"', "t5", '{"id": 5,'),
        ('"t5"}', '"t5"', '{"id": 5,'),
        ('"t19"}}]', '"t1', '{"id": 19,'),
        ("]", "", ""),
    ],
)
def test_json_that_is_not_closed_is_reported(lost, put, since):
    text = json.dumps([{"id": k, "inner": {"text": f"t{k}"}} for k in range(20)])
    data = text.replace(lost, put, 1).encode()
    damage: list[str] = []
    for [_] in pieces(iter([data]), max_bytes=LIMIT, damage=damage):
        pass
    unread = len(data) - data.index(since.encode()) if since else 0
    assert damage == [f"the JSON is never closed: {unread:,} bytes unread"]


def test_long_gaps_between_objects_take_little_memory_and_are_reported():
    def endless(piece: bytes):
        yield b'[{"a": 1}'
        for _ in range(100):
            yield piece * (1 << 19)
        yield b', {"b": 2}]'

    blank = records(endless(b" \n"), limit=1 << 20)
    assert blank == [(1, b'{"a": 1}'), (2, b'{"b": 2}')]
    scalars = records(endless(b"7,"), limit=1 << 20)
    assert scalars == [(1, b'{"a": 1}'), (2, TOO_LONG), (3, b'{"b": 2}')]


def test_array_cut_in_the_middle_keeps_what_came_before():
    whole = json.dumps(VALUES).encode()
    records = read(whole[:-15])
    assert [json.loads(record) for _, record in records[:2]] == VALUES[:2]
    assert len(records) == 3
    assert whole.find(records[2][1]) > 0
