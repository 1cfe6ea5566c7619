"""Write the data files of an export side by side: batch by batch, or from shards of batches.

A shard is a folder with the records of some batches, for every data file. Whoever writes the shards
appends them in the order of their batches; the files have the same bytes as if all batches had been
written to them.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import msgspec

from workbench.export import formats, record_units, target_checks
from workbench.export.batches import Batch
from workbench.export.conversation_trees import Turn
from workbench.export.file_writers import FileCounts, FileWriter, Used
from workbench.recipe import ExportSettings

#: File in a shard with its counts.
_COUNTS = "counts.json"


class Counts(msgspec.Struct):
    """What some batches have come to.

    Args:
        turns: Turns read.
        threads: Threads with at least one record.
        cuts: Kind of trees -> reason -> tweets left out of them.
        privacy: Kind of personal data -> occurrences.
        files: Contents of each data file; the ids are the last.
    """

    turns: int = 0
    threads: int = 0
    cuts: dict[str, dict[str, int]] = {}
    privacy: dict[str, int] = {}
    files: list[FileCounts] = []

    def __add__(self, other: "Counts") -> "Counts":
        """Count more batches; the files count for themselves."""
        kinds = {**self.cuts, **other.cuts}
        return Counts(
            turns=self.turns + other.turns,
            threads=self.threads + other.threads,
            cuts={kind: _sum(self.cuts.get(kind, {}), other.cuts.get(kind, {})) for kind in kinds},
            privacy=_sum(self.privacy, other.privacy),
        )


def _sum(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    total = Counter(one)
    total.update(other)
    return dict(total)


class DataFiles:
    """The data files of an export or of a shard. Use it in a `with` statement.

    Args:
        settings: What to write and how.
        folder: Folder to write to.
        is_rated: Whether the reply classifier has rated the replies.
        is_shard: Write a shard.

    Raises:
        ExportError: If a format is unknown or cannot express what the recipe asks for.
    """

    def __init__(
        self, settings: ExportSettings, *, folder: Path, is_rated: bool, is_shard: bool = False
    ) -> None:
        self._settings, self._folder = settings, folder
        splits = tuple(settings.shares) if len(settings.shares) > 1 else (None,)
        *data_targets, ids_target = targets(settings, is_rated=is_rated)
        places = [(target, split) for target in data_targets for split in splits]
        *self._files, self._ids = [
            FileWriter(target, split, folder=folder, settings=settings, is_shard=is_shard)
            for target, split in [*places, (ids_target, None)]
        ]
        self._counts = Counts()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Open the files."""
        for file in (*self._files, self._ids):
            self._stack.enter_context(file)
        return self

    def __exit__(self, *error: object) -> None:
        """Finish and close the files."""
        self._stack.close()

    def write(self, batch: Batch) -> None:
        """Write the records of a batch."""
        used: Used = {} if self._files else all_turns(batch, self._settings)
        for file in self._files:
            file.write(_of_split(batch, file), used=used, facts=batch.facts)
        self._ids.write_ids(used)
        self._counts += Counts(
            turns=batch.turns,
            threads=len({turn.thread_id for turn in used.values()}),
            cuts={str(kind): dict(reasons) for kind, reasons in batch.cuts.items()},
            privacy=dict(batch.privacy),
        )

    def append(self, shard: Path) -> None:
        """Append the records of a shard."""
        counts = msgspec.json.decode((shard / _COUNTS).read_bytes(), type=Counts)
        for file, own in zip((*self._files, self._ids), counts.files, strict=True):
            file.append(shard, own)
        self._counts += counts

    def write_counts(self) -> None:
        """Write the counts of a shard, once its files are closed."""
        self._counts.files = [file.counts for file in (*self._files, self._ids)]
        (self._folder / _COUNTS).write_bytes(msgspec.json.encode(self._counts))

    def described(self) -> dict[str, Any]:
        """Return the fields of the manifest that describe the finished files."""
        cuts = self._counts.cuts
        return {
            "threads_written": self._counts.threads,
            "turns_kept": self._counts.turns,
            "tweets": self._ids.counts.records,
            "cut": {kind: _sorted(cuts[kind]) for kind in sorted(cuts)},
            "privacy": _sorted(self._counts.privacy),
            "files": [entry for file in (*self._files, self._ids) for entry in file.entries()],
        }


def _sorted(counts: dict[str, int]) -> dict[str, int]:
    """Sort the counts above 0 by name."""
    return {name: count for name, count in sorted(counts.items()) if count > 0}


def write_shard(batches: Iterable[Batch], *, settings: ExportSettings, folder: Path) -> None:
    """Write a shard of some batches with rated replies into a new folder."""
    folder.mkdir(parents=True)
    with DataFiles(settings, folder=folder, is_rated=True, is_shard=True) as files:
        for batch in batches:
            files.write(batch)
    files.write_counts()


def targets(settings: ExportSettings, *, is_rated: bool) -> list[formats.Target]:
    """Return the formats to write, each once; `ids` is always the last.

    Raises:
        ExportError: If a format is unknown or cannot express what the recipe asks for.
    """
    named = [name for name in settings.formats if name not in ("ids", "ids.txt")]
    # `messages` and `messages.jsonl` are the same file.
    chosen = list(dict.fromkeys(formats.by_name(name) for name in (*named, "ids")))
    target_checks.check(chosen, settings, is_rated=is_rated)
    return chosen


def all_turns(batch: Batch, settings: ExportSettings) -> Used:
    """Return the turns of whole trees, for exports that contain only ids."""
    return {
        turn.tweet_id: turn
        for root in batch.trees["whole"]
        for _, turns in record_units.units(root, "tree", settings=settings)
        for turn in turns
    }


def _of_split(batch: Batch, file: FileWriter) -> list[Turn]:
    """Return the trees of a batch that belong into a file."""
    roots = batch.trees[file.target.format.TREES]
    if file.split is None:
        return roots
    return [root for root in roots if batch.splits[root.thread_id] == file.split]
