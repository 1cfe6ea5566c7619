"""Read one member: detect its format, collect its tweets, and account for each of its lines."""

import hashlib
import itertools
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from workbench.archives import compression
from workbench.archives.compression import DamagedError
from workbench.archives.member import Member
from workbench.ingest import exact_ids, formats, x_export
from workbench.ingest.collector import Collector, ReadLines, attempt
from workbench.ingest.formats import InputFormat
from workbench.ingest.records import embedded_json, outline, parquet_rows, split
from workbench.ingest.records.lines import TOO_LONG, Content, Lines
from workbench.ingest.records.split import Piece
from workbench.ingest.staging import Parts
from workbench.ingest.unread_fields import Watch
from workbench.recipe import IngestSettings
from workbench.schemas.ledger import OUTCOMES, MemberStatus, RejectKind

#: Rows per part, so that memory does not grow with the member.
ROWS_A_PART = 200_000

#: The format of a member is detected from this many records, or fewer if they are this long in
#: all. They are taken from at most this many pieces.
SAMPLE_RECORDS = 20
SAMPLE_BYTES = 32 << 20
SAMPLE_PIECES = 100

_HASH_BYTES = 16
_KEY_BYTES = 8
#: A byte has this many hexadecimal digits.
_DIGITS = 2


def content_hash(member: Member) -> str:
    """Hash the bytes of a member inside its archive: BLAKE2b-128, hexadecimal.

    For the tweets of an X export, what the export says about them is hashed, too.

    A member that cannot be read to its end equals no other, so its name and the error are hashed.
    """
    digest = hashlib.blake2b(digest_size=_HASH_BYTES)
    if member.refusal is not None:
        digest.update("\0".join([member.archive, member.name, member.refusal]).encode())
        return digest.hexdigest()
    try:
        with member.open() as stream:
            while chunk := stream.read(compression.CHUNK):
                digest.update(chunk)
        if (export := x_export.of_member(member)) is not None:
            digest.update(export.digest)
    except Exception as error:  # `read_member` reports it
        texts = [member.archive, member.name, type(error).__name__, str(error)]
        digest.update("\0".join(texts).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def key_of(content_hash: str) -> int:
    """Return the key of a member (`Ledger.member`): the first 8 bytes of its hash, signed."""
    first = bytes.fromhex(content_hash[: _DIGITS * _KEY_BYTES])
    return int.from_bytes(first, "big", signed=True)


def read_member(
    member: Member, *, digest: str, settings: IngestSettings, parts: Parts
) -> dict[str, object]:
    """Read a member into parts and return its row of the ledger.

    Args:
        member: The member.
        digest: Its `content_hash`.
        settings: How members are read.
        parts: Where its tables go.
    """
    began = time.perf_counter()
    key = key_of(digest)
    damage = [member.refusal] if member.refusal else []
    chunks = _until_damage(member, damage)
    head = next(chunks, b"")
    private = x_export.kind_to_leave_out(head)
    if private is not None:
        head, chunks, damage = b"", iter([]), [private]
    is_parquet = head.startswith(parquet_rows.MAGIC)
    is_binary = not is_parquet and split.is_binary(head)
    pieces: Iterator[Piece] = iter([])
    if is_parquet:
        pieces = _parquet(head, chunks, folder=parts.folder, settings=settings, damage=damage)
    elif not is_binary:
        whole = itertools.chain([head], chunks)
        pieces = split.pieces(whole, max_bytes=settings.max_line_bytes, damage=damage)
    samples, pieces = _samples_of(pieces, settings=settings)
    source = formats.by_name(settings.format) if settings.format else formats.detect(samples)
    collector = x_export.collector(
        member,
        source=source.NAME if source else "",
        member=key,
        rows=parts.rows,
        fallback=formats.others(source, only=bool(settings.format)) if source else None,
        numbers=exact_ids.of_sample(outline.decoded(samples)),
        needs_evidence=not settings.format,
    )
    if is_binary:
        collector.line = 1
        collector.reject(RejectKind.NOT_TEXT, "not text", b"")
    watch = Watch(source.read) if source else None
    for piece in pieces:
        if watch:
            _look(watch, piece)
        _read_piece(piece, source=source, settings=settings, collector=collector)
        if len(parts.rows) >= ROWS_A_PART:
            parts.flush()
    parts.add(collector)
    return {
        "member": key,
        "content_hash": digest,
        "archive": member.archive,
        "name": member.name,
        "format": source.NAME if source else None,
        "lines": collector.outcomes,
        **{name: collector.counts[name] for name in (*OUTCOMES, "embedded")},
        "notice_kinds": _kinds(collector.notice_kinds),
        "reject_reasons": _reject_reasons(collector.reject_reasons),
        "odd_fields": _kinds(collector.odd_fields()),
        "unread_fields": _kinds(watch.counts if watch else {}),
        "size": member.size,
        "seconds": time.perf_counter() - began,
        "status": _status(member, damage, is_private=private is not None),
        "damage": damage[0] if damage else None,
    }


def _look(watch: Watch, piece: Piece) -> None:
    """Look for unread fields in the first line of many, or in each record of a list."""
    records = [(piece.first, piece.record(piece.first))] if isinstance(piece, Lines) else piece
    for _, record in records:
        if record is not TOO_LONG and record.startswith(b"{"):
            watch.look(record)


def _parquet(
    head: bytes,
    chunks: Iterator[bytes],
    *,
    folder: Path,
    settings: IngestSettings,
    damage: list[str],
) -> Iterator[Piece]:
    """Yield the rows of a Parquet member. Its directory is at its end, so it is copied first."""
    with tempfile.TemporaryFile(dir=folder) as copy:
        for chunk in itertools.chain([head], chunks):
            copy.write(chunk)
        copy.seek(0)
        try:
            limit = settings.max_line_bytes
            for record in parquet_rows.rows(copy, max_bytes=limit, damage=damage):
                yield [record]
        except DamagedError as error:
            damage.append(str(error))


def _status(member: Member, damage: list[str], *, is_private: bool) -> MemberStatus:
    if member.is_skipped or is_private:
        return MemberStatus.SKIPPED
    return MemberStatus.DAMAGED if damage else MemberStatus.WHOLE


def _read_piece(
    piece: Piece, *, source: InputFormat | None, settings: IngestSettings, collector: Collector
) -> None:
    limit = settings.max_line_bytes
    read_lines: ReadLines | None = getattr(source, "read_lines", None)
    lines = piece if isinstance(piece, Lines) and len(piece.data) <= limit else None
    if lines and lines.are_blank():
        collector.blank(len(lines))
        return
    if read_lines and lines and read_lines(lines, collector):
        return
    matches = source.matches if source else None
    for number, record in split.of_piece(piece, max_bytes=limit):
        collector.line = number
        if record is TOO_LONG:
            collector.reject(RejectKind.TOO_LONG, f"longer than {limit:,} bytes", b"")
        elif source is not None and record.startswith(b"{"):
            attempt(source.read, record, collector, matches=matches)
        elif embedded_json.is_noise(record):
            collector.blank()
        elif source is None:
            collector.reject_unknown(record)
        elif record.startswith(b"#"):
            collector.notice("comment")
        elif inner := embedded_json.objects(record):
            for each in inner:
                attempt(source.read, each, collector, matches=matches)
        else:
            attempt(source.read, record, collector, matches=matches)


def _kinds(counts: Mapping[str, int]) -> list[dict[str, object]]:
    return [{"kind": kind, "count": count} for kind, count in sorted(counts.items())]


def _reject_reasons(counts: Mapping[tuple[RejectKind, str], int]) -> list[dict[str, object]]:
    return [
        {"kind": kind, "reason": reason, "count": count}
        for (kind, reason), count in sorted(counts.items())
    ]


def _until_damage(member: Member, damage: list[str]) -> Iterator[bytes]:
    if member.refusal:
        return
    try:
        yield from member.chunks()
    except compression.DamagedError as error:
        damage.append(str(error))


def _samples_of(
    pieces: Iterator[Piece], *, settings: IngestSettings
) -> tuple[list[bytes], Iterator[Piece]]:
    """Return the first records of a member, and all of its pieces again."""
    seen: list[Piece] = []
    samples: list[bytes] = []
    for piece in itertools.islice(pieces, SAMPLE_PIECES):
        seen.append(piece)
        if isinstance(piece, Lines) and piece.are_blank():
            continue
        records = (record for _, record in split.of_piece(piece, max_bytes=settings.max_line_bytes))
        samples += itertools.islice(_telling(records), SAMPLE_RECORDS)
        if len(samples) >= SAMPLE_RECORDS or sum(map(len, samples)) > SAMPLE_BYTES:
            break
    return samples, itertools.chain(seen, pieces)


def _telling(records: Iterator[Content]) -> Iterator[bytes]:
    """Drop the records that reveal no format: blank ones, oversized ones and comments."""
    for record in records:
        if record is not TOO_LONG and record and not record.startswith(b"#"):
            yield from embedded_json.objects(record) or [record]
