"""Bytes that are not UTF-8 become text, and are counted."""

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.framing import csv_table
from tests.support.property_tests import examples
from workbench.ingest.records import encoding
from workbench.ingest.records.encoding import repair
from workbench.ingest.records.split import pieces

WINDOWS, DAMAGED = "read as Windows-1252", "with bytes that are not UTF-8"


@pytest.mark.parametrize(
    ("lines", "texts", "damage"),
    [
        ([b"caf\xe9 \x80 5"], ["café € 5"], [f"lines {WINDOWS}: 1"]),
        ([b"caf\xe9", b"plain", b"na\xefve"], ["café", "plain", "naïve"], [f"lines {WINDOWS}: 2"]),
        (["café".encode(), b"cut \xf0\x9f"], ["café", "cut \ufffd"], [f"lines {DAMAGED}: 1"]),
        (["café".encode() + b" \xe9"], ["café \ufffd"], [f"lines {DAMAGED}: 1"]),
        (["café".encode(), b"plain"], ["café", "plain"], []),
    ],
)
def test_rows_of_a_csv_are_read_and_counted(lines, texts, damage):
    messages: list[str] = []
    data = b"id,a,b,text\n" + b"".join(b"1,2,3," + line + b"\n" for line in lines)
    records = [piece[0][1] for piece in pieces(iter([data]), max_bytes=999, damage=messages)]
    assert [json.loads(record)["text"] for record in records] == texts
    assert messages == damage


def test_cells_of_a_table_in_utf_8_are_never_counted():
    messages: list[str] = []
    assert list(pieces(iter([csv_table()]), max_bytes=999, damage=messages))
    assert messages == []


def test_records_are_repaired_and_counted():
    odd: Counter[str] = Counter()
    assert json.loads(repair(b'{"text": "caf\xe9"}', odd)) == {"text": "café"}
    assert json.loads(repair(b'{"a": "\xc3\xa9", "b": "\xe9"}', odd)) == {"a": "é", "b": "\ufffd"}
    assert json.loads(repair(b'{"a": NaN}', odd)) == {"a": None}
    assert odd == {f"text {WINDOWS}": 1, f"text {DAMAGED}": 1}


@given(st.binary())
def test_any_bytes_become_text(data):
    text, how = encoding.decode(data)
    text.encode()
    assert how in (WINDOWS, DAMAGED)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
@settings(max_examples=examples(100))
def test_repair_changes_no_sound_record(value):
    assert json.loads(repair(json.dumps(value, ensure_ascii=False).encode())) == value


def test_repair_gives_none_where_there_is_no_json():
    assert repair(b'{"text": "cut') is None
    assert repair(b"[" * 100_000) is None
    assert repair(b"9" * 5000) is None
