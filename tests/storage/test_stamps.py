"""Stamp files, and notice that they were replaced."""

import os
import shutil

import polars as pl
import pytest

from workbench.storage import stamps


@pytest.fixture
def small_limits(monkeypatch):
    """Read even small files in blocks."""
    monkeypatch.setattr(stamps, "WHOLE_BYTES", 1000)
    monkeypatch.setattr(stamps, "BLOCK_BYTES", 16)


def write(path, kept):
    pl.DataFrame({"kept": kept}).write_parquet(path, compression="zstd")


def test_a_table_with_the_same_size_rows_and_time_has_another_stamp(tmp_path):
    path = tmp_path / "verdicts.parquet"
    write(path, [True, False, True, False])
    before, status = stamps.of(path), path.stat()
    write(path, [False, True, True, False])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert stamps.of(path) != before


def test_a_copy_keeps_the_stamp(tmp_path):
    for folder in ("tweets", "vectors.lance/_versions"):
        (tmp_path / "a" / folder).mkdir(parents=True)
    write(tmp_path / "a/tweets/part-0.parquet", [True])
    (tmp_path / "a/vectors.lance/_versions/1.manifest").write_bytes(b"1")
    shutil.copytree(tmp_path / "a", tmp_path / "b", copy_function=shutil.copyfile)
    for name in ("tweets", "vectors.lance", "tweets/part-0.parquet"):
        assert stamps.of(tmp_path / "a" / name) == stamps.of(tmp_path / "b" / name) != ""


def test_every_file_of_a_folder_counts_and_its_hidden_ones_do_not(tmp_path):
    write(tmp_path / "part-0.parquet", [True])
    one = stamps.of(tmp_path)
    (tmp_path / ".part-1.parquet.part").write_bytes(b"x")
    assert stamps.of(tmp_path) == one
    (tmp_path / "part-1.parquet").write_bytes((tmp_path / "part-0.parquet").read_bytes())
    assert stamps.of(tmp_path) != one


def test_the_versions_of_a_lance_table_count(tmp_path):
    (tmp_path / "_versions").mkdir()
    assert stamps.of(tmp_path) == ""
    (tmp_path / "_versions/1.manifest").write_bytes(b"a")
    first = stamps.of(tmp_path)
    (tmp_path / "_versions/1.manifest").write_bytes(b"b")
    assert stamps.of(tmp_path) != first


def test_of_a_large_table_the_footer_the_size_and_blocks_count(tmp_path, small_limits):
    path = tmp_path / "scores.parquet"
    seen = set()
    for rows in ([*range(3000)], [*range(1, 3001)], [*range(3001)]):
        pl.DataFrame({"turns": rows}).write_parquet(path, compression="uncompressed")
        assert path.stat().st_size > stamps.WHOLE_BYTES
        seen.add(stamps.of(path))
    content = bytearray(path.read_bytes())
    content[4] ^= 1  # in the first block
    path.write_bytes(content)
    seen.add(stamps.of(path))
    assert len(seen) == 4


def test_a_large_file_of_another_kind_has_a_stamp(tmp_path, small_limits):
    path = tmp_path / "x.json"
    path.write_bytes(bytes(5000))
    before = stamps.of(path)
    path.write_bytes(bytes(4999) + b"1")
    assert stamps.of(path) != before


def test_what_does_not_exist_has_no_stamp(tmp_path):
    assert stamps.of(tmp_path / "absent") == ""
    assert stamps.of(tmp_path) == ""
