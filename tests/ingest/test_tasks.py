"""Tasks contain every member once, and have the right sizes."""

import polars as pl
import pytest

from tests.support.reading import lines
from tests.support.statuses import NEW, STATUS
from workbench.archives import compression
from workbench.archives.member import Member, link
from workbench.exceptions import ArchiveError
from workbench.ingest import member_reader, tasks
from workbench.recipe import ColumnMap, IngestSettings


def test_refused_member_is_a_row_of_the_ledger(tmp_path):
    member = link("a.tar", "link")
    [task] = tasks.group([member], folder=tmp_path, settings=IngestSettings())
    assert len(tasks.perform(task).read) == 1
    [path] = tmp_path.glob("*/ledger.parquet")
    rows = pl.read_parquet(path)
    assert rows.select("name", "lines", "status", "damage").row(0) == (
        *("link", 0, "skipped", member.refusal),
    )


def test_tasks_grow_and_hold_every_member_once(tmp_path):
    made = [Member("a", str(number), 1 << 20, data=b"") for number in range(300)]
    grouped = list(tasks.group(made, folder=tmp_path, settings=IngestSettings()))
    assert [member for task in grouped for member in task.members] == made
    assert [len(task.members) for task in grouped][:6] == [4, 8, 16, 32, 64, 64]


def test_tasks_become_smaller_towards_an_end_that_is_known(tmp_path):
    made = [Member("a", str(number), 1 << 20, data=b"") for number in range(300)]
    options = {"folder": tmp_path, "settings": IngestSettings()}
    grouped = list(tasks.group(made, **options, total=300 << 20, workers=2))
    assert [member for task in grouped for member in task.members] == made
    sizes = [len(task.members) for task in grouped]
    assert sizes[:5] == [4, 8, 16, 32, 60]
    assert sizes[5:] == sorted(sizes[5:], reverse=True)
    assert sizes[-3:-1] == [4, 4]
    # A total that is too small, as that of a compressed tar, does not cut everything to pieces.
    grouped = list(tasks.group(made, **options, total=20 << 20, workers=2))
    assert [len(task.members) for task in grouped] == [4, 4, 4, 4, 4, 64, 64, 64, 64, 24]


def test_rows_are_written_in_parts_so_that_memory_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(member_reader, "ROWS_A_PART", 10)
    monkeypatch.setattr(compression, "CHUNK", 4000)
    wide = {**STATUS, "padding": "x" * 2000}
    data = lines(*({**wide, "id": NEW + number} for number in range(200)))
    member = Member("dump", "", len(data), data=data)
    [task] = tasks.group([member], folder=tmp_path, settings=IngestSettings())
    tasks.perform(task)
    first, *parts = [
        pl.read_parquet(path).height for path in sorted(tmp_path.glob("*/sightings-*"))
    ]
    assert first + sum(parts) == 400
    assert first <= 60  # the format is told from the first 64 KiB
    assert max(parts) <= 12


def test_table_that_another_map_has_read_is_refused(tmp_path):
    table = b"Id,Text,By\n7,hi,ann\n"
    member = Member("mine.csv", "", len(table), data=table)
    digest = member_reader.content_hash(member)
    columns = ColumnMap(tweet_id="Id", text="Text")
    settings = IngestSettings(columns=columns)
    [task] = tasks.group([member], folder=tmp_path, settings=settings)
    with pytest.raises(ArchiveError, match="read into this workspace before, as twint"):
        tasks.perform(task, known={digest: "twint"})
    with pytest.raises(ArchiveError, match="before, with another column map"):
        tasks.perform(task, known={digest: "columns 12345678"})
    assert tasks.perform(task, known={digest: f"columns {columns.digest()}"}).known == 1
    [task] = tasks.group([member], folder=tmp_path, settings=IngestSettings())
    assert tasks.perform(task, known={digest: "columns 12345678"}).known == 1
    other = IngestSettings(columns=ColumnMap(tweet_id="Link", text="Text"))
    [task] = tasks.group([member], folder=tmp_path, settings=other)
    assert tasks.perform(task, known={digest: "columns 12345678"}).known == 1
