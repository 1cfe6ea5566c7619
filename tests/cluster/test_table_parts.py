"""A node fetches those files of a table in which the threads of an item are."""

from dataclasses import replace

import polars as pl
import pytest

from workbench.cluster.engine import Engine
from workbench.cluster.table_parts import TableParts, settle
from workbench.exceptions import StageError

#: An engine whose machines see no common folder.
APART = replace(Engine(), exchange=object())


@pytest.fixture
def tables(tmp_path):
    """A table in parts of which one is empty, a table in one file, and a folder of vectors."""
    turns, threads, vectors = (tmp_path / name for name in ("a.parquet", "b.parquet", "c.lance"))
    turns.mkdir()
    vectors.mkdir()
    for number, ids in enumerate([[1, 2], [2, 5], [], [8, 9]]):
        frame = pl.DataFrame({"thread_id": ids}, schema={"thread_id": pl.Int64})
        frame.write_parquet(turns / f"part-{number}.parquet")
    pl.DataFrame({"thread_id": [1]}).write_parquet(threads)
    return [turns, threads, vectors]


@pytest.mark.parametrize(
    ("low", "high", "numbers"),
    [(1, 1, [0]), (2, 2, [0, 1]), (3, 8, [0, 1, 3]), (6, 7, [0]), (1, 9, [0, 1, 3])],
)
def test_parts_with_threads_of_the_range_and_a_first_one_are_read(tables, low, high, numbers):
    turns, *others = tables

    files = TableParts(tables, engine=APART).between(low, high)

    assert files == [*others, *(turns / f"part-{number}.parquet" for number in numbers)]


def test_machines_that_see_the_same_files_leave_out_none(tables):
    assert TableParts(tables, engine=Engine()).between(1, 1) == tables


def test_what_killed_workers_left_in_a_table_goes(tables):
    turns, *_ = tables
    (turns / ".part-0.parquet.0abc.part").touch()
    (turns / ".nfs1").touch()
    (turns / ".000001.part").mkdir()

    settle(turns, rows=6)

    assert [path.name for path in sorted(turns.iterdir())] == [
        f"part-{number}.parquet" for number in range(4)
    ]


def test_rows_that_nobody_has_counted_are_refused(tables):
    with pytest.raises(StageError, match="6 rows of 5"):
        settle(tables[0], rows=5)
