"""Write a synthetic dump of any size, for the demo, the documentation, tests and benchmarks.

`write` plans the lines of each minute (`stream`), makes up tweets (`maker`, `texts`, `users`) and
writes them in the shape of the platform's stream (`statuses`, `entities`, `notices`). `skeleton`
makes a tweets table without a dump, for benchmarks of the later stages.
"""

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

#: Lines of a real minute in July 2019, including delete notices.
LINES_PER_MINUTE = 7_500


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """The exact content of a synthetic dump; `lines` is the sum of the next five counts.

    Args:
        lines: Lines of all members.
        tweets: Lines with a tweet of their own, including quotes.
        carriers: Lines with a plain retweet.
        deletions: Lines with a delete notice.
        notices: Lines with another message of the stream.
        blank: Keep-alive lines.
        members: Minute files.
        distinct: Distinct tweets, including embedded ones, before deletions.
        replies: Tweets that answer a tweet, present or not.
        linked: Replies whose parent is in the dump.
        threads: Trees of at least two tweets.
        deleted: Tweets of the dump that one of its delete notices removes.
        linked_after: `linked` after the deletions.
        threads_after: `threads` after the deletions.
        questions: Ids of the tweets that open a genuine conversation of questions and answers.
            Only conversations whose turns are all present and not deleted count.
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
        """Count the lines with a tweet or a retweet."""
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

    The same options write the same bytes. Minutes are written one by one, so memory use does not
    grow with the number of lines. The file appears when it is complete.

    Args:
        path: The tar file to write. It is not compressed as a whole.
        lines: Total number of lines.
        seed: Seed of all random choices.
        minutes: Members to spread the lines over. By default 10, or more so that no member has
            over 7,500 lines, the size of a real one.
        compression: Compression of the members. `mixed` alternates between both, with the two
            naming schemes of archives.
        deletes: Share of the lines that are delete notices, 0 to 0.99.
        threads: Share of the tweets and retweets that belong to a conversation of the dump, 0 to
            1. In real dumps it is below 0.01.
        questions: Share of these conversations that are genuine, 0 to 1.
        overwrite: Replace an existing file.
        on_progress: Called with the lines done and all lines.

    Returns:
        The exact content of the dump.

    Raises:
        ArchiveError: If a share or a number is impossible, or the path is not usable.

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
    complete = tuple(sorted(tally.pop("questions")))
    return Truth(lines=lines, members=minutes, questions=complete, **tally)


def _member(data: bytes, minute: int, kind: str) -> tuple[str, bytes]:
    at = START + timedelta(minutes=minute)
    if kind == "bz2":
        return f"{at:%Y/%m/%d/%H/%M}.json.bz2", bz2.compress(data)
    return f"{at:%Y%m%d/%Y%m%d%H%M}00.json.gz", igzip.compress(data, 2, mtime=0)


def _check_path(path: Path, *, overwrite: bool) -> None:
    if path.is_dir():
        msg = f"{path} is a folder."
        raise ArchiveError(msg, hint=f"name the file to write, for example {path / 'sample.tar'}.")
    if path.suffix.lower() not in ("", ".tar"):
        msg = f"{path} does not end in `.tar`; the sample is a plain tar file."
        raise ArchiveError(msg, hint="end the name in `.tar`; each member is compressed.")
    if path.exists() and not overwrite:
        msg = f"{path} already exists."
        raise ArchiveError(msg, hint="name another file, or replace it with `--force`.")


def _check(lines: int, minutes: int, shares: dict[str, float]) -> None:
    if not 1 <= minutes <= lines:
        msg = f"{lines} lines cannot be spread over {minutes} minutes."
        raise ArchiveError(msg, hint="ask for at least one minute, and one line per minute.")
    limit = 1 - NOTICES - BLANKS
    for name, share in shares.items():
        if not 0 <= share <= (limit if name == "deletes" else 1):
            msg = f"{name} is {share:g}; it is a share of at most {limit:g}."
            raise ArchiveError(msg, hint=f"set `{name}` to a number like 0.5.")
