"""Write the data files of an export: divide trees into records, split and count them."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from workbench.export import conversation_trees, encodings
from workbench.export.conversation_trees import Turn
from workbench.export.formats import Target, Unit
from workbench.export.formats.oasst_messages import TreeTurn
from workbench.export.manifest import Entry
from workbench.memory import paused_gc

#: Trees whose records are collected before they are written.
_TREES_AT_ONCE = 1_000


class FileWriter:
    """Write one file of an export and count its contents.

    Enter `writer` before writing the first record.

    Args:
        target: Format and encoding.
        split: Name of the split; None if there is only one.
        folder: Folder of the export.
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
            roots: Roots of the trees.
            paths: `best` or `all`, for formats without branches.
            used: Thread -> tweets in its records; added to.
        """
        with paused_gc():
            for start in range(0, len(roots), _TREES_AT_ONCE):
                self._write_trees(roots[start : start + _TREES_AT_ONCE], paths=paths, used=used)

    def _write_trees(self, roots: list[Turn], *, paths: str, used: dict[int, set[int]]) -> None:
        make, unit = self.target.format.record, self.target.format.UNIT
        records = []
        for root in roots:
            written: list[Turn] = []
            for source, turns in units(root, unit, paths=paths):
                records.append(make(source))
                written += turns
            self.turns += len(written)
            self.words += sum([turn.words for turn in written])
            used[root.thread_id] |= {i for turn in written for i in turn.tweet_ids}
            # Only paths share turns.
            distinct = {turn.tweet_id for turn in written} if paths == "all" else written
            self.distinct += len(distinct)
        self._write_records(records)

    def _write_records(self, records: list[Any]) -> None:
        self.records += len(records)
        self.writer.write(records)

    def write_ids(self, used: dict[int, set[int]]) -> None:
        """Write the tweet ids of some threads, thread by thread."""
        self._write_records(
            [tweet_id for thread_id in sorted(used) for tweet_id in sorted(used[thread_id])]
        )

    def entry(self) -> Entry:
        """Describe the finished file for the manifest."""
        counts = {"records": self.records}
        if self.target.format.UNIT != "tweet":
            counts |= {"turns": self.turns, "distinct_turns": self.distinct, "words": self.words}
        return Entry.of_file(
            self.path,
            format=self.target.format.NAME,
            encoding=self.target.encoding,
            split=self.split,
            **counts,
        )


def units(root: Turn, unit: Unit, *, paths: str) -> Iterator[tuple[Any, list[Turn]]]:
    """Divide a tree into the units that a format makes one record of.

    Args:
        root: Root of the tree.
        unit: What the format makes a record of.
        paths: `best` or `all`, for formats without branches.

    Yields:
        The argument of `Format.record`, and the turns in that record.
    """
    if unit == "tree":
        yield root, conversation_trees.all_turns(root)
    elif unit == "turn":
        for turn in conversation_trees.all_turns(root):
            yield TreeTurn(turn, root), [turn]
    elif unit == "path":
        chosen = (
            conversation_trees.all_paths(root)
            if paths == "all"
            else [conversation_trees.best_path(root)]
        )
        yield from ((path, path) for path in chosen)
    elif unit == "pair":
        for reply in root.replies if paths == "all" else root.replies[:1]:
            yield [root, reply], [root, reply]


def split_of(thread_id: int, *, shares: Mapping[str, float]) -> str:
    """Return the split of a thread, chosen by the hash of its id.

    All turns of a thread go to the same split. Validation takes the lowest hashes and test the
    highest, so a larger share only moves threads out of train.

    Args:
        thread_id: Id of the thread.
        shares: `ExportSettings.shares`.

    Examples:
        >>> shares = {"train": 0.4, "validation": 0.3, "test": 0.3}
        >>> [split_of(thread, shares=shares) for thread in (4, 2, 1)]
        ['train', 'validation', 'test']
    """
    fraction = int.from_bytes(blake2b(b"%d" % thread_id, digest_size=8).digest()) / 2**64
    if fraction < shares.get("validation", 0):
        return "validation"
    return "test" if fraction >= 1 - shares.get("test", 0) else "train"
