"""Intake: one member, read into parts, and its row of the ledger."""

import hashlib
import itertools
import time
from collections.abc import Iterator

from workbench.archives import compression
from workbench.archives.member import Member
from workbench.ingest import formats
from workbench.ingest.collector import Collector, ReadLines, attempt
from workbench.ingest.formats import InputFormat
from workbench.ingest.records import split
from workbench.ingest.records.lines import TOO_LONG, Lines
from workbench.ingest.records.split import Piece
from workbench.ingest.staging import Parts
from workbench.recipe import IngestSettings

#: Rows after which a part is written, so that memory does not grow with the member.
ROWS_A_PART = 200_000

#: Records from which the format of a member is told, fewer where they are long, and pieces among
#: which they are looked for.
SAMPLE_RECORDS = 20
SAMPLE_BYTES = 32 << 20
SAMPLE_PIECES = 100


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
            while piece := stream.read(compression.CHUNK):
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
    found = split.pieces(chunks, max_bytes=settings.max_line_bytes, damage=damage)
    source, found = _source_of(found, settings=settings)
    sink = Collector(
        source=source.NAME if source else "",
        member=key,
        gathered=parts.gathered,
        otherwise=formats.others(source) if source and not settings.format else None,
    )
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
    piece: Piece, *, source: InputFormat | None, settings: IngestSettings, sink: Collector
) -> None:
    limit = settings.max_line_bytes
    read_lines: ReadLines | None = getattr(source, "read_lines", None)
    lines = piece if isinstance(piece, Lines) and len(piece.data) <= limit else None
    if lines and lines.are_blank():
        sink.blank(len(lines))
        return
    if read_lines and lines and read_lines(lines, sink):
        return
    for number, record in split.of_piece(piece, max_bytes=limit):
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
    except compression.DamagedError as error:
        damage.append(str(error))


def _source_of(
    found: Iterator[Piece], *, settings: IngestSettings
) -> tuple[InputFormat | None, Iterator[Piece]]:
    if settings.format:
        return formats.by_name(settings.format), found
    looked_at: list[Piece] = []
    telling: list[bytes] = []
    for piece in itertools.islice(found, SAMPLE_PIECES):
        looked_at.append(piece)
        if isinstance(piece, Lines) and piece.are_blank():
            continue
        shown = split.of_piece(piece, max_bytes=settings.max_line_bytes)
        told = (record for _, record in shown if record and record is not TOO_LONG)
        told = (record for record in told if not record.startswith(b"#"))
        telling += itertools.islice(told, SAMPLE_RECORDS)
        if len(telling) >= SAMPLE_RECORDS or sum(map(len, telling)) > SAMPLE_BYTES:
            break
    return formats.detect(telling), itertools.chain(looked_at, found)
