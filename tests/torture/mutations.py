"""Read thousands of mutated files of every format and container; nothing may stop the ingest.

Usage: `python -m tests.torture.mutations [--count N] [--seed N] [--only NUMBER]`, or
`make mutations`. Files are read in batches, each batch into a workspace of its own. Beside an
exception, these are faults: a ledger that does not add up, and a reader that fails, which the
ledger calls `reader_failed`.
"""

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from tests.torture.mutated_files import Mutations
from workbench import ingest
from workbench.exceptions import WorkbenchError
from workbench.ingest import preview
from workbench.instructions import file_reader
from workbench.labels import files as label_files
from workbench.recipe import Recipe
from workbench.schemas import RejectKind
from workbench.schemas.ledger import OUTCOMES
from workbench.storage import Workspace

#: Files that are read into one workspace.
BATCH = 40


class Run:
    """Reads mutated files and remembers what went wrong.

    Args:
        folder: An empty folder to work in.
        seed: Seed of every choice.

    Attributes:
        faults: What went wrong, in sentences with the number of the file.
        counts: What became of the lines and members.
    """

    def __init__(self, folder: Path, *, seed: int) -> None:
        self._folder = folder
        self._mutations = Mutations(seed)
        self.faults: list[str] = []
        self.counts: Counter[str] = Counter()

    def batch(self, numbers: Iterable[int]) -> None:
        """Read some files together; if that fails, one by one, to find out which is at fault."""
        paths = {number: self._write(number) for number in numbers}
        try:
            self._ingest([*paths.values()])
        except Exception as error:
            if len(paths) == 1:
                self.faults.append(f"{self._name(*paths)}: {error!r}")
            else:
                for number in paths:
                    self.batch([number])
        for number, path in paths.items() if len(paths) > 1 else ():
            self._read_otherwise(number, path)
            path.unlink(missing_ok=True)

    def _write(self, number: int) -> Path:
        path = self._folder / f"{number}"
        path.write_bytes(self._mutations.make(number)[1])
        return path

    def _name(self, number: int) -> str:
        return f"{number} ({self._mutations.make(number)[0]})"

    def _ingest(self, paths: list[Path]) -> None:
        folder = self._folder / "workspace"
        shutil.rmtree(folder, ignore_errors=True)
        workspace = Workspace.create(folder)
        ingest.from_archives([*map(str, paths)], workspace=workspace)
        ledger = workspace.read("ledger")
        assert (ledger["lines"] == ledger.select(pl.sum_horizontal(OUTCOMES)).to_series()).all()
        names = dict(ledger.select("member", "archive").rows())
        failed = workspace.read("rejects").filter(pl.col("kind") == RejectKind.READER_FAILED)
        broken = ledger.filter(pl.col("damage").str.contains("the reader failed"))
        reasons = [*failed.select("member", "reason").rows()]
        reasons += broken.select("member", "damage").rows()
        for member, reason in sorted(set(reasons)):
            self.faults.append(f"{self._name(int(Path(names[member]).name))}: {reason}")
        self.counts.update({name: int(ledger[name].sum()) for name in OUTCOMES})
        self.counts.update(ledger["status"].cast(pl.String).to_list())

    def _read_otherwise(self, number: int, path: Path) -> None:
        """Read a file as everything that it may be chosen for; a clear error is fine."""
        readers = {
            "preview": lambda: list(preview.of_files([str(path)])),
            "instructions": lambda: file_reader.from_file(path),
            "labels": lambda: label_files.texts_of(path),
            "recipe": lambda: Recipe.from_toml(path.read_text("utf-8", "replace")),
        }
        for name, read in readers.items():
            try:
                read()
                self.counts[f"read as {name}"] += 1
            except WorkbenchError:
                self.counts[f"refused as {name}"] += 1
            except Exception as error:
                self.faults.append(f"{self._name(number)} as {name}: {error!r}")


def main() -> None:
    """Read mutated files, and print what became of them."""
    parser = argparse.ArgumentParser(description="Read mutated files of every format.")
    parser.add_argument("--count", type=int, default=10_000, help="files to read")
    parser.add_argument("--start", type=int, default=0, help="number of the first one")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="write this file to the folder and stop")
    options = parser.parse_args()
    if options.only is not None:
        name, data = Mutations(options.seed).make(options.only)
        Path(f"mutated-{options.only}").write_bytes(data)
        print(f"mutated-{options.only}: {name}, {len(data):,} bytes")
        return
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder), seed=options.seed)
        stop = options.start + options.count
        for first in range(options.start, stop, BATCH):
            shown = len(run.faults)
            run.batch(range(first, min(first + BATCH, stop)))
            for fault in run.faults[shown:]:
                print(fault, flush=True)
    for what, count in sorted(run.counts.items()):
        print(f"{what:24} {count:>10,}")
    print(f"{options.count:,} files, {len(run.faults)} faults")
    sys.exit(bool(run.faults))


if __name__ == "__main__":
    main()
