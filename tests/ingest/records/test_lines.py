"""Lines keep their numbers, and memory stays bounded."""

import pytest

from tests.support.framing import read, records
from workbench.ingest.records.lines import TOO_LONG


def test_lines_are_numbered_from_one_with_blank_ones():
    assert read(b'{"a": 1}\n\n\r\n{"a": 2}') == [
        (1, b'{"a": 1}'),
        (2, b""),
        (3, b""),
        (4, b'{"a": 2}'),
    ]


@pytest.mark.parametrize("size", [1, 7, 64, 5000])
def test_too_long_lines_are_counted_and_the_rest_is_read(size):
    data = b'{"a": 1}\n' + b"x" * 1000 + b'\n{"a": 2}\n' + b"y" * 1000
    records = read(data, *range(0, len(data), size), limit=100)
    assert [number for number, _ in records] == [1, 2, 3, 4]
    assert [record is TOO_LONG for _, record in records] == [False, True, False, True]


def test_endless_line_is_read_in_little_memory():
    def endless():
        for _ in range(200):
            yield b"x" * (1 << 20)
        yield b'\n{"a": 1}\n'

    assert [record is TOO_LONG for _, record in records(endless(), limit=1 << 20)] == [
        True,
        False,
    ]
