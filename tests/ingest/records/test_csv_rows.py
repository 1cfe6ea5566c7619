"""Rows of a CSV become objects, whatever their cells contain."""

import json

import pytest

from tests.support.framing import LIMIT, csv_table, read, values
from workbench.ingest.records.lines import TOO_LONG
from workbench.ingest.records.split import pieces


def test_csv_rows_become_objects():
    rows = [json.loads(record) for _, record in read(b"\xef\xbb\xbf" + csv_table())]
    assert rows == [
        {"id": "1", "a": "x,y", "b": '"q"', "text": "two\nlines"},
        {"id": "2", "a": "", "b": "", "text": "é"},
    ]


def test_tabs_separate_too_and_short_rows_lack_columns():
    assert values(b"id\ta\tb\tc\r\n1\t2\r\n") == [{"id": "1", "a": "2"}]


@pytest.mark.parametrize("by", [",", ";", "\t"])
def test_csv_cells_are_parted_as_the_header_says(by):
    data = f'id{by}text{by}a{by}b\n1{by}"x{by}, y; z"{by}{by}2\n'.encode()
    ((_, record),) = read(data)
    assert json.loads(record) == {"id": "1", "text": f"x{by}, y; z", "a": "", "b": "2"}


@pytest.mark.parametrize(
    "odd",
    [
        b'1,2,3,"' + b"x\n" * 800 + b'"\n',
        b'1,2,3,"' + b'say ""it""\n' * 150 + b'so",5\n',
        b"1,2,3," + b"x" * 2000 + b"\n",
        b'1,2,3,"' + b"x" * 900 + b"\n" + b"y" * 2000 + b'\n"\n',
    ],
)
def test_too_long_row_of_a_csv_is_reported_and_the_rest_is_read(odd):
    records = read(b"id,a,b,c\n1,2,3,4\n" + odd + b"5,6,7,8\n" * 3, limit=1024)
    assert [number for number, _ in records] == [1, 2, 3, 4, 5]
    assert records[1][1] is TOO_LONG
    assert [json.loads(record)["id"] for _, record in records if record is not TOO_LONG] == [
        *("1", "5", "5", "5")
    ]


def test_quote_that_is_never_closed_costs_no_more_than_twice_the_limit():
    records = read(b'id,a,b,c\n1,2,3,"4\n' + b"5,6,7,8\n" * 1000, limit=1024)
    assert records[0][1] is TOO_LONG
    assert 1000 - len(records) < 2 * 1024 // 8 + 2


@pytest.mark.parametrize(("end", "unread"), [("", 29), ('"', None), ('"\n', None)])
def test_quote_that_is_open_at_the_end_is_reported(end, unread):
    damage: list[str] = []
    data = f'id,a,b,c\n1,2,3,4\n1,2,3,"4\n5,6,7,8\n5,6,7,8\ncut{end}'.encode()
    records = list(pieces(iter([data]), max_bytes=LIMIT, damage=damage))
    assert len(records) == 2
    assert damage == (
        [f"a quote is never closed: the last row has {unread} bytes"] if unread else []
    )


def test_bare_cr_in_a_cell_is_a_blank():
    records = values(b'id,a,b,c\n1,2,3,o\rne\r\n2,2,3,"t\rwo"\n3,2,3,4\n')
    assert [each["c"] for each in records] == ["o ne", "t wo", "4"]


def test_blank_lines_and_a_long_header_of_a_csv():
    assert values(b"\n \nid\ta\tb\tc\n1\t2\n") == [{"id": "1", "a": "2"}]
    assert read(b"id,a,b,c" + b"x" * 99 + b"\n1,2\n", limit=50) == [(1, TOO_LONG), (2, b"{}")]
