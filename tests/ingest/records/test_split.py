"""Records are the same whatever the chunks, the line ends, the encoding and the framing."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.framing import FRAMES, LIMIT, VALUES, csv_table, read, values
from tests.support.property_tests import examples
from workbench.ingest.records.split import Framing, framing_of, is_binary, pieces


@pytest.mark.parametrize("frame", FRAMES)
def test_records_gives_the_same_values_in_every_frame(frame):
    assert values(FRAMES[frame]) == VALUES


@pytest.mark.parametrize("frame", [*FRAMES, "csv"])
@given(places=st.lists(st.integers(0, 10_000), max_size=30))
@example(places=list(range(600)))
@settings(max_examples=examples(60))
def test_records_are_the_same_however_the_bytes_are_cut(frame, places):
    data = FRAMES[frame] if frame != "csv" else csv_table()
    assert read(data, *places) == read(data)


@given(
    parts=st.lists(
        st.sampled_from([b"\n", b"\r\n", b"{", b"}", b'"', b"\\", b"[", b"]", b'{"a": 1}', b","])
    ),
    places=st.lists(st.integers(0, 300), max_size=8),
    start=st.sampled_from([b"", b"[", b"{", b"a=[", b"a,b,c,d\n", b"# \n"]),
    limit=st.sampled_from([4, 9, LIMIT]),
)
@settings(max_examples=examples(400))
def test_records_of_garbage_do_not_depend_on_the_cuts(parts, places, start, limit):
    data = start + b"".join(parts)
    records = read(data, *places, limit=limit)
    assert records == read(data, limit=limit)
    assert [number for number, _ in records] == list(range(1, len(records) + 1))


@given(data=st.binary(max_size=400), places=st.lists(st.integers(0, 400), max_size=5))
@settings(max_examples=examples(300))
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
        (b'{"a": 1}{"a": 2}', Framing.JSON),
        (b'{"a": 1}, {"a": 2}', Framing.JSON),
        (b'{"a": 1}{"a": 2}\n{"a": 3}\n', Framing.LINES),
        (b'{"a": "}{\\"x"}', Framing.LINES),
        (rb'"{\"a\": 1, \"b\": 2, \"c\": 3, \"d\": 4}"', Framing.LINES),
        (b'2019-07-03 INFO {"a": 1, "b": 2, "c": 3, "d": 4}\n', Framing.LINES),
        (b'INFO, one, two, three\nINFO, x {"a": 1, "b": 2}\n', Framing.LINES),
        (b"INFO " + b"x" * 9_999 + b' {"a": 1, "b": 2, "c": 3, "d": 4}\n', Framing.LINES),
        (b'callback([{"a": 1, "b": 2, "c": 3, "d": 4}]);', Framing.JSON),
        (b'callback({"a": 1, "b": 2, "c": 3, "d": 4});', Framing.LINES),
        (b'id\ta\tb\tjson\n1\t2\t3\t{"a": 1}\n', Framing.CSV),
        (b'"id","date","user","tweet"\n', Framing.CSV),
    ],
)
def test_framing_of_detects_how_records_are_separated(head, framing):
    assert framing_of(head) is framing


def test_blank_lines_above_the_first_record_are_read_in_little_time():
    def blank():
        for _ in range(200):
            yield b"\r\n" * (1 << 19)
        yield b'{"a": 1}\n'

    cut = pieces(blank(), max_bytes=LIMIT)
    assert sum(len(piece) for piece in cut) == 200 * (1 << 19) + 1


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"", False),
        (b"\x00" * 5000, False),
        (b"\x00" * 50 + b'{"a": 1}\n', False),
        (b'\x1e{"a": 1}\n' * 50, False),
        ("id,größe\n".encode("latin-1") * 50, False),
        ("{…}\n".encode("utf-16-le") * 50, False),
        (b"%PDF-1.7\n", True),
        (b"\xff\xd8\xff\xe0", True),
        (b"\x00\x00\x00\x18ftypmp42", True),
        (bytes(range(256)) * 20, True),
    ],
)
def test_is_binary_tells_pictures_and_programs_from_text(head, expected):
    assert is_binary(head) is expected
