"""Sinks: the files of a pack while they are written."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from workbench.export import conversation_trees, encodings, manifest
from workbench.export.conversation_trees import Turn
from workbench.export.formats import Target, Unit
from workbench.export.formats.oasst_messages import Member
from workbench.export.manifest import Entry
from workbench.memory import paused_gc

#: Trees of which records are gathered before they are written.
_TREES_AT_ONCE = 1_000


class FileWriter:
    """A file of a pack while it is written; enter its `writer` before the first record.

    Args:
        target: Format and encoding.
        split: Name of the split; None where there is only one.
        folder: Folder of the pack.
    """

    def __init__(self, target: Target, split: str | None, *, folder: Path) -> None:
        self.target, self.split = target, split
        self.path = folder / target.file(split)
        self.writer = encodings.writer(
            self.path, encoding=target.encoding, record=target.format.Record
        )
        self.records = self.turns = self.distinct = self.words = 0

    def write(self, roots: list[Turn], *, paths: str, used: dict[int, set[int]]) -> None:
        """Write the records of some trees.

        Args:
            roots: The trees.
            paths: `best` or `all`, for formats without branches.
            used: Thread -> tweets that its records hold; added to.
        """
        with paused_gc():
            for start in range(0, len(roots), _TREES_AT_ONCE):
                self._write_trees(roots[start : start + _TREES_AT_ONCE], paths=paths, used=used)

    def _write_trees(self, roots: list[Turn], *, paths: str, used: dict[int, set[int]]) -> None:
        make, unit = self.target.format.record, self.target.format.UNIT
        records = []
        for root in roots:
            written: list[Turn] = []
            for given, turns in units(root, unit, paths=paths):
                records.append(make(given))
                written += turns
            self.turns += len(written)
            self.words += sum([turn.words for turn in written])
            used[root.thread_id] |= {i for turn in written for i in turn.tweet_ids}
            # Only paths share turns.
            distinct = {turn.tweet_id for turn in written} if paths == "all" else written
            self.distinct += len(distinct)
        self._write(records)

    def _write(self, records: list[Any]) -> None:
        self.records += len(records)
        self.writer.write(records)

    def write_ids(self, used: dict[int, set[int]]) -> None:
        """Write which tweets some threads gave, thread by thread."""
        self._write(
            [tweet_id for thread_id in sorted(used) for tweet_id in sorted(used[thread_id])]
        )

    def entry(self) -> Entry:
        """Describe the finished file."""
        about = {"records": self.records}
        if self.target.format.UNIT != "tweet":
            about |= {"turns": self.turns, "distinct_turns": self.distinct, "words": self.words}
        return manifest.entry(
            self.path,
            format=self.target.format.NAME,
            encoding=self.target.encoding,
            split=self.split,
            **about,
        )


def units(root: Turn, unit: Unit, *, paths: str) -> Iterator[tuple[Any, list[Turn]]]:
    """Give what a format makes a record each of, with the turns that the record holds.

    Args:
        root: A tree.
        unit: What the format makes a record of.
        paths: `best` or `all`, for formats without branches.
    """
    if unit == "tree":
        yield root, conversation_trees.all_turns(root)
    elif unit == "turn":
        for turn in conversation_trees.all_turns(root):
            yield Member(turn, root), [turn]
    elif unit == "path":
        found = (
            conversation_trees.all_paths(root)
            if paths == "all"
            else [conversation_trees.best_path(root)]
        )
        yield from ((path, path) for path in found)
    elif unit == "pair":
        for reply in root.replies if paths == "all" else root.replies[:1]:
            yield [root, reply], [root, reply]


def split_of(thread_id: int, *, shares: Mapping[str, float]) -> str:
    """Give the split of a thread, by the hash of its id: all its turns go the same way.

    Validation takes hashes from below and test from above, so that a larger share moves threads
    out of train only.

    Args:
        thread_id: Id of the thread.
        shares: `ExportSettings.shares`.

    Examples:
        >>> shares = {"train": 0.4, "validation": 0.3, "test": 0.3}
        >>> [split_of(thread, shares=shares) for thread in (4, 2, 1)]
        ['train', 'validation', 'test']
    """
    place = int.from_bytes(blake2b(b"%d" % thread_id, digest_size=8).digest()) / 2**64
    if place < shares.get("validation", 0):
        return "validation"
    return "test" if place >= 1 - shares.get("test", 0) else "train"
