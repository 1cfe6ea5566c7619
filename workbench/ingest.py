"""Ingest: the members of archives, read by processes, laid down as parts that can be merged."""

import gc
import hashlib
import itertools
import json
import multiprocessing
import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from workbench import decompress, records, sources
from workbench.archive import Member
from workbench.lines import TOO_LONG, Lines
from workbench.records import Piece
from workbench.settings import IngestSettings
from workbench.sink import ReadLines, Sink, attempt
from workbench.sources import Source
from workbench.staging import Parts

#: Rows after which a part is written, so that memory does not grow with the member.
ROWS_A_PART = 200_000

#: Bytes (as they lie in the archive) and members of one task; a run that is killed loses at most
#: the tasks under way. The first tasks are smaller, so that all processes begin at once, and the
#: last ones, so that all end at once.
TASK_BYTES = 64 << 20
FIRST_TASK_BYTES = 4 << 20
TASK_MEMBERS = 2_000

#: Below this many bytes in all, starting processes, about a second each, costs more than it brings.
ONE_PROCESS_BYTES = 4 << 20

#: Records from which the format of a member is told, fewer where they are long, and pieces among
#: which they are looked for.
SAMPLE_RECORDS = 20
SAMPLE_BYTES = 32 << 20
SAMPLE_PIECES = 100


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
    """
    if workers <= 1:
        for task in waiting:
            yield perform(task, known=known)
        return
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
        pending: set[Future[Done]] = set()
        for task in waiting:
            pending.add(pool.submit(_Worker.perform, task))
            if len(pending) > workers:
                finished, pending = wait(pending, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in finished)
        for future in pending:
            yield future.result()
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
    # Nothing here is circular, and looking for circles takes a third of the time.
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        return _perform(task, known=known)
    finally:
        if was_collecting:
            gc.enable()


def _perform(task: Task, *, known: frozenset[str]) -> Done:
    aside = task.folder / f".{os.getpid()}-{time.monotonic_ns()}.part"
    aside.mkdir(parents=True)
    parts = Parts(aside)
    seen: set[str] = set()
    ledger, size, passed = [], 0, 0
    for member in task.members:
        size += member.size
        digest = content_hash(member)
        if digest in known or digest in seen:
            passed += 1
        else:
            seen.add(digest)
            ledger.append(read_member(member, digest=digest, settings=task.settings, parts=parts))
        member.discard()
    if ledger:
        parts.close(ledger)
        name = hashlib.blake2b(json.dumps([row["content_hash"] for row in ledger]).encode())
        with suppress(OSError):  # another process has done the same task
            aside.rename(task.folder / name.hexdigest()[:32])
    shutil.rmtree(aside, ignore_errors=True)
    return Done(size, len(ledger), passed)


def content_hash(member: Member) -> str:
    """Hash a member as it lies in the archive: BLAKE2b-128, hexadecimal.

    A member that cannot be read to its end is like no other, so its name and the error count.
    """
    digest = hashlib.blake2b(digest_size=16)
    if member.refusal is not None:
        digest.update("\0".join([member.archive, member.name, member.refusal]).encode())
        return digest.hexdigest()
    try:
        with member.open() as stream:
            while piece := stream.read(decompress.CHUNK):
                digest.update(piece)
    except Exception as error:  # `read_member` tells what is wrong
        why = "\0".join([member.archive, member.name, type(error).__name__, str(error)])
        digest.update(why.encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def read_member(
    member: Member, *, digest: str, settings: IngestSettings, parts: Parts
) -> dict[str, object]:
    """Read one member into parts and give its row of the ledger."""
    began = time.perf_counter()
    key = int.from_bytes(bytes.fromhex(digest[:16]), "big", signed=True)
    damage = [member.refusal] if member.refusal else []
    chunks = _until_damage(member, damage)
    found = records.pieces(chunks, max_bytes=settings.max_line_bytes, damage=damage)
    source, found = _source_of(found, settings=settings)
    sink = Sink(source=source.NAME if source else "", member=key, gathered=parts.gathered)
    for piece in found:
        _read_piece(piece, source=source, settings=settings, sink=sink)
        if len(parts.gathered) >= ROWS_A_PART:
            parts.flush()
    parts.take(sink)
    kinds = ["tweets", "carriers", "deletions", "notices", "blank", "rejected"]
    return {
        "member": key,
        "content_hash": digest,
        "archive": member.archive,
        "name": member.name,
        "format": source.NAME if source else None,
        "lines": sink.outcomes,
        **{kind: sink.counts[kind] for kind in [*kinds, "embedded"]},
        "notice_kinds": _kinds(sink.notice_kinds),
        "reject_reasons": _kinds(sink.reject_reasons),
        "size": member.size,
        "seconds": time.perf_counter() - began,
        "damage": damage[0] if damage else None,
    }


def _read_piece(
    piece: Piece, *, source: Source | None, settings: IngestSettings, sink: Sink
) -> None:
    limit = settings.max_line_bytes
    read_lines: ReadLines | None = getattr(source, "read_lines", None)
    lines = piece if isinstance(piece, Lines) and len(piece.data) <= limit else None
    if lines and lines.are_blank():
        sink.blank(len(lines))
        return
    if read_lines and lines and read_lines(lines, sink):
        return
    for number, record in records.of_piece(piece, max_bytes=limit):
        sink.line = number
        if source is not None and record.startswith(b"{"):
            attempt(source.read, record, sink)
        elif record is TOO_LONG:
            sink.reject(f"longer than {limit:,} bytes", b"")
        elif not record or record.isspace():
            sink.blank()
        elif source is None:
            sink.reject("of no known format", record)
        elif record.startswith(b"#"):
            sink.notice("comment")
        else:
            attempt(source.read, record, sink)


def _kinds(counts: dict[str, int]) -> list[dict[str, object]]:
    return [{"kind": kind, "count": count} for kind, count in sorted(counts.items())]


def _until_damage(member: Member, damage: list[str]) -> Iterator[bytes]:
    if member.refusal:
        return
    try:
        yield from member.chunks()
    except decompress.DamagedError as error:
        damage.append(str(error))


def _source_of(
    found: Iterator[Piece], *, settings: IngestSettings
) -> tuple[Source | None, Iterator[Piece]]:
    if settings.format:
        return sources.by_name(settings.format), found
    looked_at: list[Piece] = []
    telling: list[bytes] = []
    for piece in itertools.islice(found, SAMPLE_PIECES):
        looked_at.append(piece)
        if isinstance(piece, Lines) and piece.are_blank():
            continue
        shown = records.of_piece(piece, max_bytes=settings.max_line_bytes)
        told = (record for _, record in shown if record and record is not TOO_LONG)
        told = (record for record in told if not record.startswith(b"#"))
        telling += itertools.islice(told, SAMPLE_RECORDS)
        if len(telling) >= SAMPLE_RECORDS or sum(map(len, telling)) > SAMPLE_BYTES:
            break
    return sources.detect(telling), itertools.chain(looked_at, found)
