"""Build the tables of stage 1 from archives: one row per tweet, and the ledger of every line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

import polars as pl

from workbench.archives import listing
from workbench.archives.member import Member
from workbench.ingest import (
    formats,
    member_reader,
    merge,
    merged_ledger,
    remote_archives,
    side_files,
    staging,
    tasks,
    workers,
    x_export,
)
from workbench.ingest.merged_rows import OpenTables, local_tables
from workbench.progress import OnProgress, silent
from workbench.recipe import IngestSettings
from workbench.remote.files import RemoteFile, RemoteFolder
from workbench.storage import Workspace, atomic


class Perform(Protocol):
    """Perform tasks, see `workers.run`."""

    def __call__(
        self, waiting: Iterable[tasks.Task], *, known: tasks.Known
    ) -> Iterator[tasks.TaskResult]:
        """Yield the results of tasks in any order.

        Args:
            waiting: The tasks.
            known: Members that are not read again.
        """


def from_archives(
    paths: list[str],
    *,
    workspace: Workspace,
    settings: IngestSettings | None = None,
    workers: int = 1,
    perform: Perform | None = None,
    row_tables: OpenTables = local_tables,
    on_progress: OnProgress = silent,
) -> dict[str, int]:
    """Read archives into the tables of a workspace, in addition to what they contain already.

    Members whose content is in the ledger are not read again. A run that was stopped continues
    when it is repeated. The result depends neither on interruptions nor on the order of archives
    and members nor on the number of workers.

    Args:
        paths: Files, folders and globs; `-` is standard input.
        workspace: Where the tables are.
        settings: How members are read.
        workers: Number of processes that read members.
        perform: Performs the tasks; by default child processes of this one.
        row_tables: Opens what merges and writes the tables of a row per tweet.
        on_progress: Called with the bytes done and the bytes in all, as they are in the archives.
            The latter are 0 if an archive is a stream.

    Returns:
        Counts: `members_read`, `members_known`, `members_repeated` (see `Staged`), and those of
            `merge.merge`.

    Raises:
        ArchiveError: If a path matches nothing or cannot be read, the format does not exist, or a
            table was read before and the column map reads it otherwise.
        RemoteError: If an address names nothing, or its server cannot be reached or used. What was
            read before is kept, and the same call continues.
        WorkspaceError: If another process or thread is writing to the workspace.
    """
    with workspace.locked():
        staged = stage(
            paths,
            workspace=workspace,
            settings=settings,
            processes=workers,
            perform=perform,
            on_progress=on_progress,
        )
        counts = merge.merge(workspace, listed=staged.refused, row_tables=row_tables)
        if staged.remote:
            remote_archives.remember(
                staged.archives,
                members=staged.remote,
                workspace=workspace,
                settings=settings or IngestSettings(),
            )
    return {
        "members_read": staged.members_read,
        "members_known": staged.members_known,
        "members_repeated": staged.members_repeated,
        **counts,
    }


@dataclass(frozen=True)
class Staged:
    """What `stage` has read.

    Args:
        members_read: Members that were read, each content once.
        members_known: Members whose content an earlier run has read.
        members_repeated: Members with the content of another member of this run.
        refused: Archive -> keys of the members that stand for its unreadable rest, for every
            archive with members. Single files are not in it.
        archives: The archives that were read.
        remote: Those that are remote -> keys of all their members.
    """

    members_read: int
    members_known: int
    members_repeated: int
    refused: dict[str, set[int]]
    archives: list[listing.Archive]
    remote: dict[str, list[int]]


def stage(
    paths: list[str],
    *,
    workspace: Workspace,
    settings: IngestSettings | None = None,
    processes: int = 1,
    perform: Perform | None = None,
    on_progress: OnProgress = silent,
) -> Staged:
    """Read archives into the staging folder, where `merge.merge` finds them; see `from_archives`.

    Raises:
        ArchiveError: If a path matches nothing or cannot be read, or the format does not exist.
    """
    settings = settings or IngestSettings()
    if settings.format:
        formats.by_name(settings.format)
    atomic.recover(workspace.path("tweets"))
    staging.tidy(workspace)
    archives, in_ledger = remote_archives.unread(
        listing.expand(paths), workspace=workspace, settings=settings
    )
    members = _Members(archives, spool=staging.spool(workspace))
    grouped = tasks.group(
        members,
        folder=staging.folder(workspace),
        settings=settings,
        total=members.total,
        workers=processes,
    )
    if 0 < members.total <= workers.ONE_PROCESS_BYTES:
        processes = 1
    perform = perform or partial(workers.run, workers=processes)
    known = _known(merged_ledger.ledger_of(workspace))
    done = repeated = 0
    remote: dict[str, list[int]] = {}
    # Two tasks may read the same content at once. Which ones do depends on the processes.
    read: set[int] = set()
    for result in perform(grouped, known=known):
        done += result.size
        repeated += result.repeated + len(read.intersection(result.read))
        read.update(result.read)
        in_ledger += result.known
        for name, keys in result.remote.items():
            remote.setdefault(members.parents.get(name, name), []).extend(keys)
        on_progress(done, members.total)
    return Staged(len(read), in_ledger, repeated, members.refused, archives, remote)


class _Members:
    """The members of all archives, and their total of bytes, 0 if unknown.

    After the iteration, `refused` is complete, see `Staged.refused`, and so is `parents`: archive
    in a remote folder -> the folder.
    """

    def __init__(self, archives: list[listing.Archive], *, spool: Path) -> None:
        self._archives = archives
        self._spool = spool
        self.refused: dict[str, set[int]] = {}
        self.parents: dict[str, str] = {}
        sizes = [*map(_bytes_of, archives)]
        self.total = sum(size or 0 for size in sizes) if None not in sizes else 0

    def __iter__(self) -> Iterator[Member]:
        for path in self._archives:
            for member in listing.members(path, spool=self._spool):
                if isinstance(path, RemoteFolder) and member.archive != str(path):
                    self.parents[member.archive] = str(path)
                reason = side_files.reason_to_leave_out(member)
                reason = reason or member.refusal or x_export.reason_to_leave_out(member)
                if reason and reason != member.refusal:
                    member.discard()
                    yield replace(member, refusal=reason, is_skipped=True, is_temporary=False)
                    continue
                if member.name:
                    self.refused.setdefault(member.archive, set())
                elif member.refusal:
                    key = member_reader.key_of(member_reader.content_hash(member))
                    self.refused.setdefault(member.archive, set()).add(key)
                yield member


def _bytes_of(path: listing.Archive) -> int | None:
    """Return the bytes of an archive; None if they are unknown."""
    if isinstance(path, RemoteFolder):
        return sum(file.size or 0 for file in path.files)
    if isinstance(path, RemoteFile):
        return path.size
    if str(path) == listing.STDIN:
        return None
    if path.is_dir():
        return sum(item.stat().st_size for item in path.rglob("*") if item.is_file())
    return path.stat().st_size if path.exists() else 0


def _known(ledger: pl.DataFrame) -> tasks.Known:
    """Return the members that are not read again: content hash -> format.

    A member that only had rejects is read again: as another format, or by a version of the
    workbench that understands it, it may be readable.
    """
    has_content = pl.sum_horizontal("tweets", "carriers", "deletions", "notices") > 0
    settled = ledger.filter(has_content | (pl.col("rejected") == 0))
    return dict(settled.select("content_hash", pl.col("format").fill_null("")).iter_rows())
