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
from workbench.recipe import ExportSettings

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

    def write(
        self, roots: list[Turn], *, settings: ExportSettings, used: dict[int, set[int]]
    ) -> None:
        """Write the records of some trees.

        Args:
            roots: Roots of the trees.
            settings: Which paths and replies to write.
            used: Thread -> tweets in its records; added to.
        """
        with paused_gc():
            for start in range(0, len(roots), _TREES_AT_ONCE):
                part = roots[start : start + _TREES_AT_ONCE]
                self._write_trees(part, settings=settings, used=used)

    def _write_trees(
        self, roots: list[Turn], *, settings: ExportSettings, used: dict[int, set[int]]
    ) -> None:
        make, unit = self.target.format.record, self.target.format.UNIT
        records: list[Any] = []
        for root in roots:
            written: list[Turn] = []
            before = len(records)
            for source, turns in units(root, unit, settings=settings):
                records.append(make(source))
                written += turns
            self.turns += len(written)
            self.words += sum([turn.words for turn in written])
            used[root.thread_id] |= {i for turn in written for i in turn.tweet_ids}
            is_single = len(records) == before + 1
            distinct = written if is_single else {turn.tweet_id for turn in written}
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


def units(root: Turn, unit: Unit, *, settings: ExportSettings) -> Iterator[tuple[Any, list[Turn]]]:
    """Divide a tree into the units that a format makes one record of.

    `settings.replies` limits the replies to the root in every format. Each reply that is left
    begins a branch of the tree, a pair, or with `paths = "best"` one path. With `paths = "all"`
    every path through it is written.

    Args:
        root: Root of the tree.
        unit: What the format makes a record of.
        settings: Which paths and replies to write.

    Yields:
        The argument of `Format.record`, and the turns in that record.
    """
    root = conversation_trees.with_best_replies(root, most_replies(unit, settings))
    if unit == "tree":
        yield root, conversation_trees.all_turns(root)
    elif unit == "turn":
        for turn in conversation_trees.all_turns(root):
            yield TreeTurn(turn, root), [turn]
    elif unit == "path":
        is_every = settings.paths == "all"
        walk = conversation_trees.all_paths if is_every else conversation_trees.best_paths
        yield from ((path, path) for path in walk(root))
    elif unit == "pair":
        for reply in root.replies:
            yield [root, reply], [root, reply]
    elif unit == "tweet":
        for turn in conversation_trees.all_turns(root):
            for tweet_id in turn.tweet_ids:
                yield tweet_id, [turn]


def most_replies(unit: Unit, settings: ExportSettings) -> int | None:
    """Return how many replies to the root a format contains at most; None: all of them.

    Examples:
        >>> [most_replies(unit, ExportSettings()) for unit in ("path", "tree")]
        [1, None]
        >>> most_replies("tree", ExportSettings(replies=3))
        3
    """
    match settings.replies:
        case "auto":
            return 1 if unit in ("path", "pair") and settings.paths != "all" else None
        case "best":
            return 1
        case "all":
            return None
        case int(most):
            return most


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
