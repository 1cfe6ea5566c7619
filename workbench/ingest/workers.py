"""Ingest: the members of archives, read by processes, laid down as parts that can be merged."""

import hashlib
import json
import multiprocessing
import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from workbench.archives.member import Member
from workbench.exceptions import StageError
from workbench.ingest import member_reader
from workbench.ingest.staging import Parts
from workbench.memory import paused_gc
from workbench.recipe import IngestSettings

#: Bytes (as they lie in the archive) and members of one task; a run that is killed loses at most
#: the tasks under way. The first tasks are smaller, so that all processes begin at once, and the
#: last ones, so that all end at once.
TASK_BYTES = 64 << 20
FIRST_TASK_BYTES = 4 << 20
TASK_MEMBERS = 2_000

#: Below this many bytes in all, starting processes, about a second each, costs more than it brings.
ONE_PROCESS_BYTES = 4 << 20


class Done(msgspec.Struct, frozen=True):
    """What became of a task.

    Args:
        size: Bytes of its members, as they lie in the archive.
        read: Members that were read.
        known: Members that had been read before, told by their content.
    """

    size: int
    read: int
    known: int


@dataclass(frozen=True)
class Task:
    """Members to be read into one folder of parts."""

    members: tuple[Member, ...]
    folder: Path
    settings: IngestSettings


def tasks(
    members: Iterable[Member],
    *,
    folder: Path,
    settings: IngestSettings,
    total: int = 0,
    workers: int = 1,
) -> Iterator[Task]:
    """Group members into tasks that grow from a few MiB to `TASK_BYTES`.

    Args:
        members: As they lie in the archives.
        folder: Where the parts go.
        settings: How members are read.
        total: Bytes of all members, 0 if not known; the tasks become smaller towards their end.
        workers: Processes that should finish at about the same time.
    """
    grown, given, batch, size = FIRST_TASK_BYTES, 0, [], 0
    for member in members:
        batch.append(member)
        size += member.size
        share = (total - given) // (2 * workers) if given < total else TASK_BYTES
        if size >= max(FIRST_TASK_BYTES, min(grown, share)) or len(batch) >= TASK_MEMBERS:
            yield Task(tuple(batch), folder, settings)
            grown, given, batch, size = min(2 * grown, TASK_BYTES), given + size, [], 0
    if batch:
        yield Task(tuple(batch), folder, settings)


def run(
    waiting: Iterable[Task], *, workers: int, known: frozenset[str] = frozenset()
) -> Iterator[Done]:
    """Do the tasks, with so many processes, and tell of each as it is done.

    No more tasks are drawn than are being worked on, so that a stream is not read ahead of.

    Args:
        waiting: What is to be done.
        workers: How many processes do it; with one it is this one.
        known: Content hashes of members that need not be read.

    Raises:
        StageError: If one of the processes is killed; no other is left then.
    """
    if workers <= 1:
        for task in waiting:
            yield perform(task, known=known)
        return
    with _processes(workers, known=known) as pool:
        pending: set[Future[Done]] = set()
        for task in waiting:
            pending.add(pool.submit(_Worker.perform, task))
            if len(pending) > workers:
                finished, pending = wait(pending, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in finished)
        for future in pending:
            yield future.result()


@contextmanager
def _processes(workers: int, *, known: frozenset[str]) -> Iterator[ProcessPoolExecutor]:
    # A thread of polars may hold a lock at the moment of a fork, so processes are spawned; they
    # are many, so polars needs no threads in each.
    threads = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_Worker.begin,
        initargs=(known,),
    )
    try:
        yield pool
    except BrokenProcessPool as error:
        msg = f"One of {workers} processes that read the dumps was killed, or memory ran out."
        hint = "the same command goes on where it was; `--workers` with a smaller number takes "
        raise StageError(msg, hint=f"{hint}less memory.") from error
    finally:
        pool.shutdown(cancel_futures=True)
        os.environ.pop("POLARS_MAX_THREADS")
        if threads is not None:
            os.environ["POLARS_MAX_THREADS"] = threads


class _Worker:
    """What a process of `run` knows, handed over once and not with every task."""

    known: frozenset[str] = frozenset()

    @classmethod
    def begin(cls, known: frozenset[str]) -> None:
        """Take what is known, and end when the process that started this one does."""
        cls.known = known
        end_with_parent()

    @classmethod
    def perform(cls, task: Task) -> Done:
        return perform(task, known=cls.known)


def end_with_parent() -> None:
    """Have this process end when the one that started it is killed: nobody waits for it."""
    parent = multiprocessing.parent_process()

    def wait_for_parent() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait_for_parent, daemon=True).start()


def perform(task: Task, *, known: frozenset[str] = frozenset()) -> Done:
    """Read the members of a task into a folder of its own; it appears when all is in it."""
    # No reference cycles are created here; cycle collection takes a third of the run time.
    with paused_gc():
        return _perform(task, known=known)


def _perform(task: Task, *, known: frozenset[str]) -> Done:
    aside = task.folder / f".{os.getpid()}-{time.monotonic_ns()}.part"
    aside.mkdir(parents=True)
    parts = Parts(aside)
    seen: set[str] = set()
    ledger, size, passed = [], 0, 0
    for member in task.members:
        size += member.size
        digest = member_reader.content_hash(member)
        if digest in known or digest in seen:
            passed += 1
        else:
            seen.add(digest)
            row = member_reader.read_member(
                member, digest=digest, settings=task.settings, parts=parts
            )
            ledger.append(row)
        member.discard()
    if ledger:
        parts.close(ledger)
        name = hashlib.blake2b(json.dumps([row["content_hash"] for row in ledger]).encode())
        with suppress(OSError):  # another process has done the same task
            aside.rename(task.folder / name.hexdigest()[:32])
    shutil.rmtree(aside, ignore_errors=True)
    return Done(size, len(ledger), passed)
