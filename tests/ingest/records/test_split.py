"""Records: the same whatever the chunks, the line ends, the encoding and the frame."""

import csv
import io
import itertools
import json
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.ingest.records.lines import TOO_LONG
from workbench.ingest.records.split import Framing, framing_of, of_piece, pieces, repair

LIMIT = 1 << 20

VALUES = [{"id": 1, "text": 'a "[{\\" \\\\'}, {"id": 2, "t": ["]", "}", {}]}, {"id": 3, "é": "…"}]


def cut(data: bytes, *places: int) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in itertools.pairwise(edges)]


def read(data: bytes, *places: int, limit: int = LIMIT) -> list[tuple[int, bytes]]:
    return records(iter(cut(data, *places)), limit=limit)


def records(chunks: Iterator[bytes], *, limit: int) -> list[tuple[int, bytes]]:
    found = pieces(chunks, max_bytes=limit)
    return [record for piece in found for record in of_piece(piece, max_bytes=limit)]


def values(data: bytes, *places: int) -> list[object]:
    return [json.loads(record) for _, record in read(data, *places) if record.strip()]


def _lines(ends: str) -> bytes:
    return "".join(json.dumps(value) + ends for value in VALUES).encode()


def _csv() -> bytes:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerows([["id", "a", "b", "text"], [1, "x,y", '"q"', "two\nlines"], ["2", "", "", "é"]])
    return out.getvalue().encode()


FRAMES = {
    "lf": _lines("\n"),
    "crlf": _lines("\r\n"),
    "no last end": _lines("\n").rstrip(),
    "blank lines": b"\r\n\n" + _lines("\r\n\r\n"),
    "utf-8 mark": b"\xef\xbb\xbf" + _lines("\n"),
    "utf-16": _lines("\r\n").decode().encode("utf-16"),
    "utf-16 big": b"\xfe\xff" + _lines("\n").decode().encode("utf-16-be"),
    "array": json.dumps(VALUES).encode(),
    "indented array": json.dumps(VALUES, indent=2).replace("\n", "\r\n").encode(),
    "indented objects": b"\n".join(json.dumps(value, indent=2).encode() for value in VALUES),
    "assignment": b"window.YTD.tweets.part0 = " + json.dumps(VALUES, indent=1).encode() + b";\n",
    "grailbird": b"Grailbird.data.tweets_2013_01 = \n " + json.dumps(VALUES).encode(),
    "var": b"var tweet_index =  " + json.dumps(VALUES).encode(),
}


# ------------------------------------------------------------------------------------ frames


@pytest.mark.parametrize("frame", FRAMES)
def test_records_gives_the_same_values_in_every_frame(frame):
    assert values(FRAMES[frame]) == VALUES


def test_csv_rows_become_objects():
    found = [json.loads(record) for _, record in read(b"\xef\xbb\xbf" + _csv())]
    assert found == [
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


@pytest.mark.parametrize("frame", [*FRAMES, "csv"])
@given(places=st.lists(st.integers(0, 10_000), max_size=30))
@example(places=list(range(600)))
@settings(max_examples=60, deadline=None)
def test_records_are_the_same_however_the_bytes_are_cut(frame, places):
    data = FRAMES[frame] if frame != "csv" else _csv()
    assert read(data, *places) == read(data)


@given(
    parts=st.lists(
        st.sampled_from([b"\n", b"\r\n", b"{", b"}", b'"', b"\\", b"[", b"]", b'{"a": 1}', b","])
    ),
    places=st.lists(st.integers(0, 300), max_size=8),
    start=st.sampled_from([b"", b"[", b"{", b"a=[", b"a,b,c,d\n", b"# \n"]),
    limit=st.sampled_from([4, 9, LIMIT]),
)
@settings(max_examples=400, deadline=None)
def test_records_of_garbage_do_not_depend_on_the_cuts(parts, places, start, limit):
    data = start + b"".join(parts)
    found = read(data, *places, limit=limit)
    assert found == read(data, limit=limit)
    assert [number for number, _ in found] == list(range(1, len(found) + 1))


@given(data=st.binary(max_size=400), places=st.lists(st.integers(0, 400), max_size=5))
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_records_raise(data, places):
    for number, record in read(data, *places):
        assert number > 0
        assert isinstance(record, bytes)


@pytest.mark.parametrize(
    ("head", "framing"),
    [
        (b"", Framing.LINES),
        (b'{"a": 1}\n', Framing.LINES),
        (b'{"a": 1', Framing.LINES),
        (b'{"a": 1\n{"a": 2}\n', Framing.LINES),
        (b'# note, with, three, commas\n{"a": 1}', Framing.LINES),
        (b"{\n", Framing.JSON),
        (b'{\n "a": 1}', Framing.JSON),
        (b' \n[{"a": 1}]', Framing.JSON),
        (b"window.YTD.tweet.part0 = [", Framing.JSON),
        (b"id,a,b,c\n", Framing.CSV),
        (b"id;a;b;c\n", Framing.CSV),
        (b"so, what; then\n", Framing.LINES),
        (b'id,a,b,c\n1,2,3,"4\n{""a"": 1}"\n1,2,3,"\n{",4', Framing.CSV),
        (b'0,4],"a":[],"b":1}\n{"a": 1}\n', Framing.LINES),
        (b'2019-07-03,INFO,x,connected\n2019,INFO,x,y\n{"a": 1}\n', Framing.LINES),
        (b'[0,4],"a":1}\n{"a": 1}\n', Framing.LINES),
        (b'[{"a": 1},\n{"a": 2}\n]', Framing.JSON),
        (b'[\n{"a": 1}\n]', Framing.JSON),
        (b"just some words\n", Framing.LINES),
    ],
)
def test_framing_of_detects_how_records_are_separated(head, framing):
    assert framing_of(head) is framing


# ----------------------------------------------------------------------- numbers and lengths


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
    found = read(data, *range(0, len(data), size), limit=100)
    assert [number for number, _ in found] == [1, 2, 3, 4]
    assert [record is TOO_LONG for _, record in found] == [False, True, False, True]


@pytest.mark.parametrize("size", [1, 7, 64, 5000])
def test_too_long_elements_are_counted_and_the_rest_is_read(size):
    data = json.dumps([{"a": 1}, {"b": "x" * 1000}, {"a": 2}]).encode()
    found = read(data, *range(0, len(data), size), limit=100)
    assert [record is TOO_LONG for _, record in found] == [False, True, False]


@pytest.mark.parametrize(
    "odd",
    [
        b'1,2,3,"' + b"x\n" * 800 + b'"\n',
        b'1,2,3,"' + b'say ""it""\n' * 150 + b'so",5\n',
        b"1,2,3," + b"x" * 2000 + b"\n",
        b'1,2,3,"' + b"x" * 900 + b"\n" + b"y" * 2000 + b'\n"\n',
    ],
)
def test_too_long_row_of_a_csv_is_told_of_and_the_rest_is_read(odd):
    found = read(b"id,a,b,c\n1,2,3,4\n" + odd + b"5,6,7,8\n" * 3, limit=1024)
    assert [number for number, _ in found] == [1, 2, 3, 4, 5]
    assert found[1][1] is TOO_LONG
    assert [json.loads(record)["id"] for _, record in found if record is not TOO_LONG] == [
        *("1", "5", "5", "5")
    ]


def test_quote_that_is_never_closed_costs_no_more_than_twice_the_limit():
    found = read(b'id,a,b,c\n1,2,3,"4\n' + b"5,6,7,8\n" * 1000, limit=1024)
    assert found[0][1] is TOO_LONG
    assert 1000 - len(found) < 2 * 1024 // 8 + 2


@pytest.mark.parametrize(("end", "unread"), [("", 29), ('"', None), ('"\n', None)])
def test_quote_that_is_open_at_the_end_is_told_of(end, unread):
    damage: list[str] = []
    data = f'id,a,b,c\n1,2,3,4\n1,2,3,"4\n5,6,7,8\n5,6,7,8\ncut{end}'.encode()
    found = list(pieces(iter([data]), max_bytes=LIMIT, damage=damage))
    assert len(found) == 2
    assert damage == (
        [f"a quote is never closed: the last row has {unread} bytes"] if unread else []
    )


def test_bare_cr_in_a_cell_is_a_blank():
    found = values(b'id,a,b,c\n1,2,3,o\rne\r\n2,2,3,"t\rwo"\n3,2,3,4\n')
    assert [each["c"] for each in found] == ["o ne", "t wo", "4"]


def test_blank_lines_and_a_long_header_of_a_csv():
    assert values(b"\n \nid\ta\tb\tc\n1\t2\n") == [{"id": "1", "a": "2"}]
    assert read(b"id,a,b,c" + b"x" * 99 + b"\n1,2\n", limit=50) == [(1, TOO_LONG), (2, b"{}")]


def test_endless_line_is_read_in_little_memory():
    def endless():
        for _ in range(200):
            yield b"x" * (1 << 20)
        yield b'\n{"a": 1}\n'

    assert [record is TOO_LONG for _, record in records(endless(), limit=1 << 20)] == [
        True,
        False,
    ]


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
        found = pieces(itertools.chain([data[:0]], chunks), max_bytes=LIMIT, damage=damage)
        assert [record for piece in found for _, record in piece] == expected
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
def test_json_that_is_not_closed_is_told_of(lost, put, since):
    text = json.dumps([{"id": k, "inner": {"text": f"t{k}"}} for k in range(20)])
    data = text.replace(lost, put, 1).encode()
    damage: list[str] = []
    for [_] in pieces(iter([data]), max_bytes=LIMIT, damage=damage):
        pass
    unread = len(data) - data.index(since.encode()) if since else 0
    assert damage == [f"the JSON is never closed: {unread:,} bytes unread"]


def test_long_gaps_between_objects_take_little_memory_and_are_told_of():
    def endless(piece: bytes):
        yield b'[{"a": 1}'
        for _ in range(100):
            yield piece * (1 << 19)
        yield b', {"b": 2}]'

    blank = records(endless(b" \n"), limit=1 << 20)
    assert blank == [(1, b'{"a": 1}'), (2, b'{"b": 2}')]
    scalars = records(endless(b"7,"), limit=1 << 20)
    assert scalars == [(1, b'{"a": 1}'), (2, TOO_LONG), (3, b'{"b": 2}')]


def test_blank_lines_above_the_first_record_are_read_in_little_time():
    def blank():
        for _ in range(200):
            yield b"\r\n" * (1 << 19)
        yield b'{"a": 1}\n'

    found = pieces(blank(), max_bytes=LIMIT)
    assert sum(len(piece) for piece in found) == 200 * (1 << 19) + 1


def test_array_cut_in_the_middle_keeps_what_came_before():
    whole = json.dumps(VALUES).encode()
    found = read(whole[:-15])
    assert [json.loads(record) for _, record in found[:2]] == VALUES[:2]
    assert len(found) == 3
    assert whole.find(found[2][1]) > 0


# ------------------------------------------------------------------------------------ repair


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
@settings(max_examples=100, deadline=None)
def test_repair_changes_no_sound_record(value):
    assert json.loads(repair(json.dumps(value, ensure_ascii=False).encode())) == value


def test_repair_gives_none_where_there_is_no_json():
    assert repair(b'{"text": "cut') is None
    assert repair(b"[" * 100_000) is None
    assert repair(b"9" * 5000) is None
