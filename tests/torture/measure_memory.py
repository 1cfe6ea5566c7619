"""Read files that are made to cost memory; print the memory before and the peak of each as JSON.

Usage: `python -m tests.torture.measure_memory FOLDER`. `test_memory` runs it in a process of its
own, because other tests leave memory behind.
"""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl

from tests.support.hostile_files import FILES
from workbench.archives import listing
from workbench.ingest import merge, staging, tasks
from workbench.instructions import file_reader
from workbench.recipe import IngestSettings
from workbench.schemas import Ledger
from workbench.storage import Workspace

_STATUS = Path("/proc/self/status")
#: Writing this to a file of Linux resets the peak.
_CLEAR, _RESET = Path("/proc/self/clear_refs"), "5"


def peak_of(action: Callable[[], object]) -> tuple[int, int]:
    """Return the memory before an action and its peak during it, in MiB."""
    _CLEAR.write_text(_RESET)
    before = _mebibytes("VmRSS")
    action()
    return before, _mebibytes("VmHWM")


def _mebibytes(name: str) -> int:
    match = re.search(rf"{name}:\s+(\d+)", _STATUS.read_text())
    assert match is not None
    return int(match[1]) >> 10


def _listed(path: Path) -> None:
    for _ in listing.members(path, spool=path.parent / "spool"):
        pass


def _read(path: Path) -> None:
    folder = path.parent / f"{path.name} read"
    members = listing.members(path, spool=folder)
    for task in tasks.group(members, folder=folder, settings=IngestSettings()):
        tasks.perform(task)


def _nested(path: Path, levels: int) -> None:
    """Write a line of 8 MB with pages inside pages."""
    filler = b'{"x": "' + b"a" * 7_900_000 + b'"}'
    path.write_bytes(b'{"statuses": [' * levels + filler + b"]}" * levels + b"\n")


def _table_of_instructions(path: Path, size: int) -> None:
    """Write a table of long texts; one character makes Python keep four bytes for each of them."""
    row = "a" * 10_000 + "\n"
    path.write_text("instruction\n" + row * (size // len(row)) + "\N{CAT FACE}\n")


def _staged(workspace: Workspace, count: int) -> None:
    """Stage the ledger of so many members, as finished tasks leave it."""
    for first in range(0, count, tasks.TASK_MEMBERS):
        numbers = range(first, min(first + tasks.TASK_MEMBERS, count))
        row = {name: None for name in Ledger.column_names()}
        row |= {name: 0 for name, kind in Ledger.create_empty().schema.items() if kind.is_numeric()}
        row |= {"archive": "/dumps/a.tar", "status": "skipped", "damage": "a link, not followed"}
        row |= {"notice_kinds": [], "reject_reasons": [], "odd_fields": [], "unread_fields": []}
        rows = [
            row | {"member": n, "content_hash": f"{n:032x}", "name": f"2019/07/03/{n}.json.gz"}
            for n in numbers
        ]
        folder = staging.folder(workspace) / f"{first}"
        folder.mkdir(parents=True)
        schema = Ledger.create_empty().schema
        pl.DataFrame(rows, schema=schema).write_parquet(folder / "ledger.parquet")


def main(folder: Path) -> None:
    """Measure each kind of file."""
    peaks: dict[str, tuple[int, int]] = {}
    blank, nested = folder / "blank", folder / "nested"
    FILES["blank lines"][0](blank, 128 << 20)
    peaks["blank lines"] = peak_of(lambda: _read(blank))
    _nested(nested, 400)
    peaks["pages in pages"] = peak_of(lambda: _read(nested))
    table = folder / "instructions.csv"
    _table_of_instructions(table, 16 << 20)
    peaks["instructions"] = peak_of(lambda: file_reader.from_file(table))
    for name in ("tar of links", "zip of empty members"):
        path = folder / name
        FILES[name][0](path, 40_000)
        peaks[name] = peak_of(lambda path=path: _listed(path))
    # The first merge loads what every merge needs.
    for name, count in (("first ledger", 1_000), ("ledger", 100_000)):
        workspace = Workspace.create(folder / name)
        _staged(workspace, count)
        peaks[name] = peak_of(lambda workspace=workspace: merge.merge(workspace))
    print(json.dumps(peaks))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
