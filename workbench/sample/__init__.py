"""Sample: a synthetic dump of any size, for the demo, documentation, tests and benchmarks."""

import bz2
import io
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec
from isal import igzip

from workbench.exceptions import ArchiveError
from workbench.progress import OnProgress, silent
from workbench.sample.plan import BLANKS, NOTICES, Plan
from workbench.sample.skeleton import skeleton, write_skeleton
from workbench.sample.stream import Stream
from workbench.storage import atomic

__all__ = ["Truth", "skeleton", "write", "write_skeleton"]

#: First minute of every sample.
START = datetime(2019, 7, 3, 6, 29, tzinfo=UTC)

#: Lines of a real minute in July 2019, delete notices included.
LINES_PER_MINUTE = 7_500


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What a synthetic dump holds, exactly; `lines` is the sum of the next five.

    Args:
        lines: Lines of all members.
        tweets: Lines that are a tweet of their own, quotes included.
        carriers: Lines that are a plain retweet.
        deletions: Lines that are a delete notice.
        notices: Lines that are another message of the stream.
        blank: Keep-alive lines.
        members: Minute files.
        distinct: Different tweets, embedded ones included, before deletions.
        replies: Those that answer a tweet, in the dump or not.
        linked: Those whose parent is in the dump too.
        threads: Trees of two tweets or more.
        deleted: Tweets of the dump that a delete notice of the dump takes away.
        linked_after: `linked`, when the deleted tweets are gone.
        threads_after: `threads`, when the deleted tweets are gone.
        questions: Ids of the opening tweets of the genuine conversations of question and answer
            of which every turn is in the dump and none is deleted.
    """

    lines: int
    tweets: int
    carriers: int
    deletions: int
    notices: int
    blank: int
    members: int
    distinct: int
    replies: int
    linked: int
    threads: int
    deleted: int
    linked_after: int
    threads_after: int
    questions: tuple[int, ...]

    @property
    def statuses(self) -> int:
        """Lines that are a tweet or a retweet."""
        return self.tweets + self.carriers


def write(
    path: str | Path,
    *,
    lines: int = 20_000,
    seed: int = 0,
    minutes: int | None = None,
    compression: Literal["mixed", "gz", "bz2"] = "mixed",
    deletes: float = 0.75,
    threads: float = 0.15,
    questions: float = 0.4,
    overwrite: bool = False,
    on_progress: OnProgress = silent,
) -> Truth:
    """Write a synthetic dump in the shape of the archived sample stream of 2019.

    The same options give the same bytes. Minutes are made one after the other, so that memory
    does not grow with the number of lines. The file appears when all is written.

    Args:
        path: The tar file to write; it is not compressed as a whole, nor may it be named so.
        lines: Lines in all.
        seed: Start of every random choice.
        minutes: Members that the lines are spread over; by default 10, or as many as keep a
            member at 7,500 lines, the size of a real one.
        compression: Of the members; `mixed` takes both in turn, with the two ways in which
            archives name them.
        deletes: Share of the lines that are delete notices, 0 to 0.99.
        threads: Share of the tweets and retweets that belong to a conversation of the dump, 0 to
            1; in real dumps it is below 0.01.
        questions: Share of those conversations that are genuine, 0 to 1.
        overwrite: Replace a file that is there.
        on_progress: Told the lines done and in all.

    Returns:
        What was written.

    Raises:
        ArchiveError: If a share or a number is impossible, or the path cannot be that of the file.

    Examples:
        >>> import tempfile
        >>> truth = write(Path(tempfile.mkdtemp()) / "sample.tar", lines=400)
        >>> truth.lines, truth.deletions, truth.members
        (400, 300, 10)
    """
    path = Path(path)
    _check_path(path, overwrite=overwrite)
    if minutes is None:
        minutes = max(min(10, lines), -(-lines // LINES_PER_MINUTE))
    _check(lines, minutes, {"deletes": deletes, "threads": threads, "questions": questions})
    plan = Plan(
        lines=lines,
        minutes=minutes,
        seed=seed,
        start_ms=int(START.timestamp() * 1000),
        deletes=deletes,
        threads=threads,
        questions=questions,
    )
    stream = Stream(plan)
    with (
        atomic.replacing(path) as aside,
        tarfile.open(aside, "w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for minute in range(minutes):
            kinds = ("bz2", "gz") if compression == "mixed" else (compression,)
            name, data = _member(stream.minute(minute), minute, kinds[minute % len(kinds)])
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
            on_progress(lines * (minute + 1) // minutes, lines)
    tally = {name: getattr(stream.tally, name) for name in stream.tally.__slots__}
    questions_found = tuple(sorted(tally.pop("questions")))
    return Truth(lines=lines, members=minutes, questions=questions_found, **tally)


def _member(data: bytes, minute: int, kind: str) -> tuple[str, bytes]:
    at = START + timedelta(minutes=minute)
    if kind == "bz2":
        return f"{at:%Y/%m/%d/%H/%M}.json.bz2", bz2.compress(data)
    return f"{at:%Y%m%d/%Y%m%d%H%M}00.json.gz", igzip.compress(data, 2, mtime=0)


def _check_path(path: Path, *, overwrite: bool) -> None:
    if path.is_dir():
        msg = f"{path} is a folder."
        raise ArchiveError(msg, hint=f"name the file to write, such as {path / 'sample.tar'}.")
    if path.suffix.lower() not in ("", ".tar"):
        msg = f"{path} is not named as what is written, a plain tar file."
        raise ArchiveError(msg, hint="end its name in `.tar`; each member is compressed in it.")
    if path.exists() and not overwrite:
        msg = f"{path} exists already."
        raise ArchiveError(msg, hint="name another file, or replace it with `--force`.")


def _check(lines: int, minutes: int, shares: dict[str, float]) -> None:
    if not 1 <= minutes <= lines:
        msg = f"{lines} lines cannot be spread over {minutes} minutes."
        raise ArchiveError(msg, hint="ask for at least one minute, and a line for each.")
    limit = 1 - NOTICES - BLANKS
    for name, share in shares.items():
        if not 0 <= share <= (limit if name == "deletes" else 1):
            msg = f"{name} is {share:g}; it is a share of at most {limit:g}."
            raise ArchiveError(msg, hint=f"give `{name}` a number such as 0.5.")
