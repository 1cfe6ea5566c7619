"""Files: the same bytes for the same records, and the same records back."""

import gzip
import json

import polars as pl
import pyarrow.parquet as pq
import pytest

from tests.support.trees_by_hand import A, P, nodes, records
from workbench.archives.codecs import zstd
from workbench.export import encodings
from workbench.export.formats import FORMATS


def written(path, chunks, *, encoding, name):
    """Write records in chunks and return the bytes."""
    with encodings.writer(path, encoding=encoding, record=FORMATS[name].Record) as file:
        for chunk in chunks:
            file.write(chunk)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "encoding"),
    [(name, encoding) for name in FORMATS if name != "ids" for encoding in FORMATS[name].ENCODINGS],
)
def test_writer_and_read_round_trip_records_in_any_chunks(tmp_path, name, encoding):
    many = records(name, paths="all") * 300
    whole = written(tmp_path / "whole", [many], encoding=encoding, name=name)
    chunks = [many[start : start + 7] for start in range(0, len(many), 7)]
    assert written(tmp_path / "chunks", chunks, encoding=encoding, name=name) == whole
    assert list(encodings.read(tmp_path / "whole", encoding=encoding)) == many


@pytest.mark.parametrize(
    ("encoding", "unpack"),
    [
        ("jsonl.gz", gzip.decompress),
        ("jsonl.zst", zstd.decompress),
    ],
)
def test_compressed_files_have_the_same_lines(tmp_path, encoding, unpack):
    many = records("messages")
    plain = written(tmp_path / "a", [many], encoding="jsonl", name="messages")
    packed = written(tmp_path / "b", [many], encoding=encoding, name="messages")
    assert unpack(packed) == plain
    assert len(unpack(packed).splitlines()) == len(many)


def test_parquet_has_groups_of_a_hundred_rows(tmp_path):
    rows = records("instruction") * 10_250
    written(tmp_path / "a", [rows], encoding="parquet", name="instruction")
    with pq.ParquetFile(tmp_path / "a") as file:
        groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    assert groups == [100] * 102 + [50]


def test_an_empty_parquet_file_has_its_columns(tmp_path):
    written(tmp_path / "a", [], encoding="parquet", name="sharegpt")
    assert pl.read_parquet(tmp_path / "a").columns == ["conversations"]


def test_hostile_text_stays_on_one_line(tmp_path):
    text = 'a\nb\r\u2028\x00"\\</script>\U0001f600'
    table = nodes((1, None, P, text, None), (2, 1, A, text, None))
    for name in ("oasst", "messages"):
        many = records(name, table)
        data = written(tmp_path / name, [many], encoding="jsonl", name=name)
        assert data.count(b"\n") == 1
        assert [json.loads(line) for line in data.decode().split("\n")[:-1]] == many
