"""Group members into tasks, and perform a task: read its members into a folder of tables."""

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from workbench.archives.member import Member
from workbench.ingest import fetching, member_reader, opened_member
from workbench.ingest.staging import Parts
from workbench.memory import paused_gc
from workbench.recipe import IngestSettings
from workbench.remote import addresses
from workbench.storage import os_errors

#: Most bytes (inside the archive) and members of a task. A run that is killed loses at most the
#: unfinished tasks. The first tasks are smaller, so that all processes start at once. The last
#: ones are smaller too, so that all processes finish at once.
TASK_BYTES = 64 << 20
FIRST_TASK_BYTES = 4 << 20
TASK_MEMBERS = 2_000

#: Content hash of a member that was read before -> its format in the ledger.
Known = Mapping[str, str]
NOTHING_KNOWN: Known = {}

#: Characters of a hash that name the folder of a finished task.
_NAME_CHARACTERS = 32


class TaskResult(msgspec.Struct, frozen=True):
    """What a task has done.

    Args:
        size: Bytes of its members inside the archive.
        read: Keys of the members that were read.
        known: Members whose content an earlier run has read.
        repeated: Members with the content of another member of the task.
        remote: Archive -> keys of its members; only of remote archives.
        folder: The folder of its tables; None if there was nothing to read.
    """

    size: int
    read: tuple[int, ...]
    known: int
    repeated: int
    remote: dict[str, list[int]] = {}
    folder: Path | None = None


@dataclass(frozen=True)
class Task:
    """Members to read into one folder of parts."""

    members: tuple[Member, ...]
    folder: Path
    settings: IngestSettings


def group(
    members: Iterable[Member],
    *,
    folder: Path,
    settings: IngestSettings,
    total: int = 0,
    workers: int = 1,
) -> Iterator[Task]:
    """Group members into tasks that grow from `FIRST_TASK_BYTES` to `TASK_BYTES`.

    Args:
        members: In the order of the archives.
        folder: Where each finished task leaves a folder.
        settings: How members are read.
        total: Bytes of all members, 0 if unknown; the tasks shrink again towards this end.
        workers: Processes that should finish at about the same time.
    """
    grown, grouped, batch, size = FIRST_TASK_BYTES, 0, [], 0
    for member in members:
        batch.append(member)
        size += member.size
        share = (total - grouped) // (2 * workers) if grouped < total else TASK_BYTES
        if size >= max(FIRST_TASK_BYTES, min(grown, share)) or len(batch) >= TASK_MEMBERS:
            yield Task(tuple(batch), folder, settings)
            grown, grouped, batch, size = min(2 * grown, TASK_BYTES), grouped + size, [], 0
    if batch:
        yield Task(tuple(batch), folder, settings)


def perform(task: Task, *, known: Known = NOTHING_KNOWN) -> TaskResult:
    """Read the members of a task into a folder of its own, which appears only when complete.

    Args:
        task: The task.
        known: Members that are not read again.

    Raises:
        ArchiveError: If one of these is a table that the column map of the recipe reads otherwise.
        RemoteError: If a server cannot be reached or used.
    """
    # No reference cycles are created here; cycle collection takes a third of the run time.
    with paused_gc(), os_errors.named(task.folder):
        return _perform(task, known=known)


def _perform(task: Task, *, known: Known) -> TaskResult:
    # Tasks of several machines may share the folder.
    aside = task.folder / f".{uuid.uuid4().hex}.part"
    aside.mkdir(parents=True)
    parts = Parts(aside)
    seen: set[str] = set()
    ledger, keys, size, in_ledger, repeated = [], [], 0, 0, 0
    remote: dict[str, list[int]] = {}
    folder = None
    for member, digest in fetching.hashed(task.members):
        size += member.size
        if addresses.is_address(member.archive):
            remote.setdefault(member.archive, []).append(member_reader.key_of(digest))
        if digest in known:
            opened_member.refuse_another_map(member, settings=task.settings, read_as=known[digest])
            in_ledger += 1
        elif digest in seen:
            repeated += 1
        else:
            seen.add(digest)
            keys.append(member_reader.key_of(digest))
            row = member_reader.read_member(
                member, digest=digest, settings=task.settings, parts=parts
            )
            ledger.append(row)
        member.discard()
    if ledger:
        parts.close(ledger)
        name = hashlib.blake2b(json.dumps([row["content_hash"] for row in ledger]).encode())
        folder = task.folder / name.hexdigest()[:_NAME_CHARACTERS]
        with suppress(OSError):  # another process has finished the same task
            aside.rename(folder)
    shutil.rmtree(aside, ignore_errors=True)
    return TaskResult(size, tuple(keys), in_ledger, repeated, remote, folder)
