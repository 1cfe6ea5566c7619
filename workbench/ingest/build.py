"""Tweets: stage 1, everything that archives hold, as one table with one row a tweet."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from workbench.archives import listing
from workbench.archives.listing import expand
from workbench.archives.member import Member
from workbench.ingest import formats, merge, staging
from workbench.ingest import workers as processes
from workbench.progress import OnProgress, silent
from workbench.recipe import IngestSettings
from workbench.storage import Workspace, atomic


def from_archives(
    paths: list[str],
    *,
    workspace: Workspace,
    settings: IngestSettings | None = None,
    workers: int = 1,
    on_progress: OnProgress = silent,
) -> dict[str, int]:
    """Read archives into the tweets table of a workspace, beside what it holds already.

    Members that the ledger knows by their content are not read again. A run that is stopped goes
    on where it was; the result depends neither on that nor on the order of archives and members
    nor on the number of workers.

    Args:
        paths: Files, folders and globs; `-` is standard input.
        workspace: Where the tables go.
        settings: How members are read.
        workers: Processes that read members.
        on_progress: Told of bytes done and in all, as they lie in the archives; 0 in all where
            an archive is a stream.

    Returns:
        Counts: `members_read`, `members_known`, and those of `merging.merge`.

    Raises:
        ArchiveError: If a path names nothing or cannot be read, or there is no such format.
    """
    found = expand(paths)
    settings = settings or IngestSettings()
    if settings.format:
        formats.by_name(settings.format)
    atomic.recover(workspace.path("tweets"))
    staging.tidy(workspace)
    listing = _Listing(found, spool=staging.spool(workspace))
    tasks = processes.tasks(
        listing,
        folder=staging.folder(workspace),
        settings=settings,
        total=listing.total,
        workers=workers,
    )
    if 0 < listing.total <= processes.ONE_PROCESS_BYTES:
        workers = 1
    known = _known(merge.ledger_of(workspace), as_format=settings.format)
    done = read = seen = 0
    for report in processes.run(tasks, workers=workers, known=known):
        done, read, seen = done + report.size, read + report.read, seen + report.known
        on_progress(done, listing.total)
    counts = merge.merge(workspace, listed=listing.damage)
    return {"members_read": read, "members_known": seen, **counts}


class _Listing:
    """The members of all archives, and their bytes in all, 0 where that is not known.

    Once it was gone through, `damage` holds by archive what is wrong with it as a whole; files
    that are no archives are not among them.
    """

    def __init__(self, paths: list[Path], *, spool: Path) -> None:
        self._spool = spool
        self._paths = paths
        self.damage: dict[str, set[str]] = {}
        self.total = sum(map(_bytes_of, paths))
        if any(str(path) == listing.STDIN for path in paths):
            self.total = 0

    def __iter__(self) -> Iterator[Member]:
        for path in self._paths:
            for member in listing.members(path, spool=self._spool):
                if member.name:
                    self.damage.setdefault(member.archive, set())
                elif member.refusal:
                    self.damage.setdefault(member.archive, set()).add(member.refusal)
                yield member


def _bytes_of(path: Path) -> int:
    if path.is_dir():
        return sum(item.stat().st_size for item in path.rglob("*") if item.is_file())
    return path.stat().st_size if path.exists() else 0


def _known(ledger: pl.DataFrame, *, as_format: str | None) -> frozenset[str]:
    """Give the members that need not be read again.

    One that gave nothing but rejects when it was read as something else gets another try.
    """
    gave = pl.sum_horizontal("tweets", "carriers", "deletions", "notices") > 0
    is_same = pl.col("format").eq_missing(pl.lit(as_format, dtype=pl.String))
    settled = ledger.filter(gave | (pl.col("rejected") == 0) | is_same)
    return frozenset(settled["content_hash"])
