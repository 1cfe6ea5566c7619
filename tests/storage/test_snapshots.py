"""Check that a table that was opened stays as it was, whatever happens to its files."""

import shutil

import polars as pl
import pytest

from workbench.storage import atomic, snapshots


def test_a_file_that_is_replaced_meanwhile_is_read_as_it_was(tmp_path):
    path = tmp_path / "t.parquet"
    pl.DataFrame({"a": [1, 2, 3]}).write_parquet(path)
    frame = snapshots.scan(path)
    with atomic.replacing(path) as partial:
        pl.DataFrame({"b": ["x"]}).write_parquet(partial)
    assert frame.collect()["a"].to_list() == [1, 2, 3]
    assert snapshots.scan(path).collect()["b"].to_list() == ["x"]


def test_a_folder_that_is_deleted_meanwhile_is_read_as_it_was(tmp_path):
    path = tmp_path / "t"
    path.mkdir()
    for number in range(3):
        pl.DataFrame({"a": [number]}).write_parquet(path / f"part-{number}.parquet")
    frame = snapshots.scan(path)
    shutil.rmtree(path)
    assert frame.collect()["a"].to_list() == [0, 1, 2]
    with pytest.raises(FileNotFoundError):
        snapshots.scan(path)


def test_tables_of_many_files_are_read_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshots, "MOST_FILES", 1)
    path = tmp_path / "t[1]*"
    path.mkdir()
    for number in range(2):
        pl.DataFrame({"a": [number]}).write_parquet(path / f"part-{number}.parquet")
    assert snapshots.scan(path).collect().height == 2
