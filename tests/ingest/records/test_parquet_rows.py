"""Rows of Parquet members become JSON objects, group by group."""

import gzip
import io
import json
from datetime import UTC, datetime

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.reading import read
from workbench.archives.compression import DamagedError
from workbench.ingest.records import parquet_rows
from workbench.ingest.records.lines import TOO_LONG

NEW = 1146307485200000000
STATUSES = [
    {
        "id": NEW + n,
        "id_str": str(NEW + n),
        "full_text": f"why {n}?",
        "user": {"id": 7, "screen_name": "ann"},
        "in_reply_to_status_id": NEW + n - 1 if n else None,
        "favorite_count": n,
    }
    for n in range(25)
]


def packed(table: pa.Table, *, rows: int = 10) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, row_group_size=rows)
    return out.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_tweets_in_parquet_are_read(pack):
    frame, row = read(pack(packed(pa.Table.from_pylist(STATUSES))))
    own = frame.select("tweet_id", "reply_to_id", "likes", "line").rows()
    assert own == [
        (each["id"], each["in_reply_to_status_id"], n, n + 1) for n, each in enumerate(STATUSES)
    ]
    assert (row["format"], row["tweets"], row["damage"]) == ("twitterstream", 25, None)


def test_every_type_becomes_json():
    moment = datetime(2019, 7, 3, 6, 29, tzinfo=UTC)
    table = pa.table(
        {
            "id": pa.array([2**62 + 1], pa.uint64()),
            "at": [moment],
            "rate": [float("nan")],
            "raw": [b"a\xff"],
            "list": [[{"a": None, "b": b"x"}]],
            "word": pa.array(["x"]).dictionary_encode(),
        }
    )
    [(number, record)] = parquet_rows.rows(io.BytesIO(packed(table)), max_bytes=999, damage=[])
    assert number == 1
    assert json.loads(record) == {
        "id": 2**62 + 1,
        "at": "2019-07-03T06:29:00+00:00",
        "rate": None,
        "raw": "Yf8=",
        "list": [{"a": None, "b": "x"}],
        "word": "x",
    }


def test_rows_that_are_too_long_are_counted():
    table = pa.table({"t": ["a", "b" * 50, "c"]})
    rows = list(parquet_rows.rows(io.BytesIO(packed(table)), max_bytes=40, damage=[]))
    assert rows == [(1, b'{"t": "a"}'), (2, TOO_LONG), (3, b'{"t": "c"}')]


def test_a_damaged_group_costs_no_other():
    data = bytearray(packed(pa.table({"t": ["a" * 300, "b" * 300, "c" * 300]}), rows=1))
    start = data.index(b"bbb") - 30
    data[start : start + 25] = b"\xff" * 25
    damage = []
    rows = list(parquet_rows.rows(io.BytesIO(bytes(data)), max_bytes=999, damage=damage))
    assert [json.loads(record)["t"][0] for _, record in rows] == ["a", "c"]
    assert len(damage) == 1
    assert damage[0].startswith("row group 2 unreadable")


def test_a_file_that_is_cut_off_is_damaged():
    data = packed(pa.Table.from_pylist(STATUSES))[:-50]
    with pytest.raises(DamagedError, match="Parquet unreadable"):
        list(parquet_rows.rows(io.BytesIO(data), max_bytes=999, damage=[]))
    frame, row = read(data)
    assert (len(frame), row["lines"]) == (0, 0)
    assert row["damage"].startswith("Parquet unreadable")


def test_ids_beyond_exact_floats_are_kept(tmp_path):
    pl.DataFrame(
        {"id": [NEW + 1], "full_text": ["a"], "user": [{"id": NEW + 3, "screen_name": "x"}]}
    ).write_parquet(tmp_path / "a.parquet")
    frame, _ = read((tmp_path / "a.parquet").read_bytes())
    assert frame.select("tweet_id", "author_id").rows() == [(NEW + 1, NEW + 3)]


def test_a_value_in_a_dictionary_that_is_repeated_in_every_row_is_a_bomb():
    many = pa.DictionaryArray.from_arrays(pa.array([0] * 2_000, pa.int32()), ["x" * (1 << 20)])
    data = packed(pa.table({"id": [str(n) for n in range(2_000)], "text": many}), rows=2_000)
    assert len(data) < 200_000
    damage: list[str] = []
    numbered = parquet_rows.rows(io.BytesIO(data), max_bytes=1 << 23, damage=damage)
    with pytest.raises(DamagedError, match="this looks like a bomb"):
        list(numbered)
    rows = parquet_rows.rows(io.BytesIO(data), max_bytes=99, damage=damage)
    assert next(rows) == (1, TOO_LONG)
