"""Cells of tables: where they are, and what they say."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ingest.exact_ids import parse
from workbench.ingest.formats import cells

NEW = 1669700100971536389

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("record", "name", "value"),
    [
        ({"a.b": 1, "a": {"b": 2}}, "a.b", 1),
        ({"a": {"b": {"c": 3}}}, "a.b.c", 3),
        ({"a.b": {"c": 4}}, "a.b.c", 4),
        ({"a": {"b.c": 5}}, "a.b.c", 5),
        ({"a": None}, "a.b", None),
        ({"a": ""}, "a.b", None),
        ({"a": '{"b": 6}'}, "a.b", 6),
        ({"a": "{'b': 7}"}, "a.b", 7),
        ({"a": {}}, "a.b", cells.ABSENT),
        ({"a": {"b": 1}}, "a.c", cells.ABSENT),
        ({}, "a", cells.ABSENT),
        ({"": 8}, "", 8),
    ],
)
def test_lookup_prefers_the_literal_name_and_then_follows_the_path(record, name, value):
    assert cells.lookup(record, name) == value


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (f"https://twitter.com/ann/status/{NEW}", NEW),
        (f"http://mobile.twitter.com/ann/statuses/{NEW}?s=20", NEW),
        (f"  {NEW} ", NEW),
        (f'"{NEW}"', NEW),
        (f'="{NEW}"', NEW),
        (f"x{NEW}", NEW),
        ("x", None),
        ("20.0", 20),
        (f"{NEW}.0", None),
        ("1.6697e+18", None),
        ("nan", None),
        ("", None),
        ("ann", None),
        ({"$numberLong": str(NEW)}, NEW),
    ],
)
def test_written_id_is_read_exactly_or_not_at_all(value, number):
    assert parse(cells.written_id(value, is_table=True))[0] == number


@pytest.mark.parametrize(
    "value",
    [
        *("2019-07-03T06:29:00Z", "2019-07-03 06:29:00+00:00", "2019-07-03 06:29:00 UTC"),
        *("Wed Jul 03 06:29:00 +0000 2019", 1562135340, "1562135340", "1562135340000"),
        *("1562135340.0", "1562135340000000", 1562135340000000000),
    ],
)
def test_time_of_reads_common_forms_without_a_pattern(value):
    assert cells.time_of(value, None) == 1562135340000


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [
        ("1562135340", "seconds", 1562135340000),
        ("1562135340", "milliseconds", 1562135340),
        ("20190703", "%Y%m%d", 1562112000000),
        ("03/07/2019 08:29 +0200", "%d/%m/%Y %H:%M %z", 1562135340000),
        ("2019-07-03", "%d/%m/%Y", None),
        ("soon", "seconds", None),
        (True, None, None),
        ("1e30", None, None),
        ("9" * 400, None, None),
    ],
)
def test_time_of_follows_the_pattern(value, pattern, expected):
    assert cells.time_of(value, pattern) == expected


@given(_JSON)
def test_no_value_makes_a_parser_fail(value):
    record = {"a": value, "b": json.dumps(value)}
    for name in ("a", "b", "a.b.c"):
        found = cells.lookup(record, name)
        cells.is_null(found)
        parse(cells.written_id(found, is_table=False))
        parse(cells.written_id(found, is_table=True))
        assert cells.count(found) is None or isinstance(cells.count(found), int)
        assert cells.name_of(found) is None or isinstance(cells.name_of(found), str)
        for pattern in (None, "seconds", "%Y"):
            cells.time_of(found, pattern)
        cells.truth(found)
        cells.tags_of(found)
        cells.is_filled(found)
    assert all(isinstance(path, str) for path, _ in cells.leaves(record))
