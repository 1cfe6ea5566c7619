"""Write the data files of an export, their sidecars and `ids.txt`, and count their contents."""

from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import msgspec

from workbench.export import encodings, record_meta
from workbench.export.conversation_trees import Turn
from workbench.export.formats import Target
from workbench.export.manifest import Entry
from workbench.export.record_meta import ThreadFacts
from workbench.export.record_units import units
from workbench.memory import paused_gc
from workbench.recipe import ExportSettings

#: Trees whose records are collected before they are written.
_TREES_AT_ONCE = 1_000

#: Turns in any record of an export, by their first tweet.
Used = dict[int, Turn]


class FileCounts(msgspec.Struct):
    """What is in one file; see `manifest.Entry`."""

    records: int = 0
    turns: int = 0
    distinct: int = 0
    words: int = 0
    left_out: dict[str, int] = {}

    def __add__(self, other: "FileCounts") -> "FileCounts":
        """Count two parts of a file together."""
        return FileCounts(
            records=self.records + other.records,
            turns=self.turns + other.turns,
            distinct=self.distinct + other.distinct,
            words=self.words + other.words,
            left_out=dict(Counter(self.left_out) + Counter(other.left_out)),
        )


class FileWriter:
    """Write one file of an export, and its sidecar if the recipe asks for one; count its contents.

    Use it in a `with` statement.

    Args:
        target: Format and encoding.
        split: Name of the split; None if there is only one.
        folder: Folder of the export.
        settings: Which paths and replies to write, and where to describe the records.
        is_shard: Write a part of the file that another `FileWriter` can `append`.
    """

    def __init__(
        self,
        target: Target,
        split: str | None,
        *,
        folder: Path,
        settings: ExportSettings,
        is_shard: bool = False,
    ) -> None:
        self.target, self.split, self._settings = target, split, settings
        self._meta = "none" if target.format.UNIT == "tweet" else settings.meta
        self.path, self._sidecar_path = folder / target.file(split), folder / target.sidecar(split)
        self._open = encodings.shard_writer if is_shard else encodings.writer
        self._stack = ExitStack()
        self.counts = FileCounts()

    def __enter__(self) -> Self:
        """Open the files."""
        name, encoding = self.target.format.NAME, self.target.encoding
        record = record_meta.model(name, has_meta=self._meta == "record")
        writer = self._open(self.path, encoding=encoding, record=record)
        self._writer = self._stack.enter_context(writer)
        if self._meta == "sidecar":
            sidecar = self._open(self._sidecar_path, encoding=encoding, record=record_meta.Meta)
            self._sidecar = self._stack.enter_context(sidecar)
        return self

    def __exit__(self, *error: object) -> None:
        """Finish and close the files."""
        self._stack.close()

    def write(
        self, roots: list[Turn], *, used: Used, facts: Mapping[int, ThreadFacts] | None = None
    ) -> None:
        """Write the records of some trees.

        Args:
            roots: Roots of the trees.
            used: The turns in any record; added to.
            facts: What is known of the threads, for `meta`.
        """
        with paused_gc():
            for start in range(0, len(roots), _TREES_AT_ONCE):
                self._write_trees(roots[start : start + _TREES_AT_ONCE], used, facts or {})

    def _write_trees(self, roots: list[Turn], used: Used, facts: Mapping[int, ThreadFacts]) -> None:
        make, unit, settings = self.target.format.record, self.target.format.UNIT, self._settings
        records: list[Any] = []
        written: list[Turn] = []
        metas: list[dict[str, Any]] = []
        left_out: Counter[str] = Counter()
        for root in roots:
            for source, turns in units(root, unit, settings=settings, left_out=left_out):
                records.append(make(source))
                written += turns
                if self._meta != "none":
                    thread = facts.get(root.thread_id, record_meta.NO_FACTS)
                    metas.append(record_meta.of_turns(root.thread_id, turns, thread))
        distinct = {turn.tweet_id: turn for turn in written}
        used.update(distinct)
        self.counts += FileCounts(
            turns=len(written),
            words=sum([turn.words for turn in written]),
            distinct=len(distinct),
            left_out=left_out,
        )
        self._write_records(records, metas)

    def _write_records(self, records: list[Any], metas: list[dict[str, Any]]) -> None:
        self.counts.records += len(records)
        if self._meta == "record":
            for record, described in zip(records, metas, strict=True):
                record_meta.add(record, described)
        self._writer.write(records)
        if self._meta == "sidecar":
            self._sidecar.write(metas)

    def write_ids(self, used: Used) -> None:
        """Write the tweet ids of some turns, thread by thread."""
        self._write_records(sorted_ids(used), [])

    def append(self, folder: Path, counts: FileCounts) -> None:
        """Append the part of this file that was written as a shard into a folder."""
        self._writer.append(folder / self.path.name)
        if self._meta == "sidecar":
            self._sidecar.append(folder / self._sidecar_path.name)
        self.counts += counts

    def entries(self) -> list[Entry]:
        """Describe the finished files for the manifest."""
        own = self.counts
        shared = {"encoding": self.target.encoding, "split": self.split, "records": own.records}
        counts: dict[str, Any] = {}
        if self.target.format.UNIT != "tweet":
            counts = {"turns": own.turns, "distinct_turns": own.distinct, "words": own.words}
        if own.left_out:
            counts["left_out"] = dict(sorted(own.left_out.items()))
        name = self.target.format.NAME
        entries = [Entry.of_file(self.path, format=name, **shared, **counts)]
        if self._meta == "sidecar":
            entries.append(Entry.of_file(self._sidecar_path, describes=self.path.name, **shared))
        return entries


def sorted_ids(used: Used) -> list[int]:
    """Return the tweet ids of some turns, thread by thread."""
    pairs = [(turn.thread_id, tweet_id) for turn in used.values() for tweet_id in turn.tweet_ids]
    return [tweet_id for _, tweet_id in sorted(pairs)]
