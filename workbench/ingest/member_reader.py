"""Read one member: detect its format, collect its tweets, and account for each of its lines."""

import hashlib
import time
from collections.abc import Mapping
from functools import partial

from workbench.archives import compression
from workbench.archives.member import Member
from workbench.exceptions import RemoteError
from workbench.ingest import formats, x_export
from workbench.ingest.collector import Collector, ReadLines
from workbench.ingest.formats import InputFormat
from workbench.ingest.formats.column_format import RecipeFormat
from workbench.ingest.opened_member import open_member
from workbench.ingest.record_reader import attempt, failure
from workbench.ingest.records import embedded_json, split
from workbench.ingest.records.lines import TOO_LONG, Lines
from workbench.ingest.records.split import Piece
from workbench.ingest.staging import Parts
from workbench.ingest.unread_fields import Watch
from workbench.recipe import IngestSettings
from workbench.schemas.ledger import OUTCOMES, MemberStatus, RejectKind

#: Rows per part, so that memory does not grow with the member.
ROWS_A_PART = 200_000

_HASH_BYTES = 16
_KEY_BYTES = 8
#: A byte has this many hexadecimal digits.
_DIGITS = 2


def content_hash(member: Member) -> str:
    """Hash the bytes of a member inside its archive: BLAKE2b-128, hexadecimal.

    For the tweets of an X export, what the export says about them is hashed, too.

    A member that cannot be read to its end equals no other, so its name and the error are hashed.

    Raises:
        RemoteError: If its server cannot be reached or used, or it breaks off.
    """
    return hash_and_size(member)[0]


def hash_and_size(member: Member) -> tuple[str, int]:
    """Return the `content_hash` of a member, and how many bytes were read for it."""
    digest, size = hashlib.blake2b(digest_size=_HASH_BYTES), 0
    if member.refusal is not None:
        digest.update("\0".join([member.archive, member.name, member.refusal]).encode())
        return digest.hexdigest(), size
    try:
        with member.open() as stream:
            while chunk := stream.read(compression.CHUNK):
                digest.update(chunk)
                size += len(chunk)
        if (export := x_export.of_member(member)) is not None:
            digest.update(export.digest)
    except RemoteError:
        raise
    except Exception as error:  # `read_member` reports it
        texts = [member.archive, member.name, type(error).__name__, str(error)]
        digest.update("\0".join(texts).encode("utf-8", "backslashreplace"))
    return digest.hexdigest(), size


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
    opened = open_member(member, settings=settings, folder=parts.folder)
    source = opened.source
    collector = x_export.collector(
        member,
        source=source.NAME if source else "",
        member=key,
        rows=parts.rows,
        fallback=formats.others(source, only=bool(settings.format)) if source else None,
        numbers=opened.numbers,
        needs_evidence=not settings.format,
    )
    if opened.is_binary:
        collector.line = 1
        collector.reject(RejectKind.NOT_TEXT, "not text", b"")
    watch = Watch(source.read, is_fast=hasattr(source, "read_lines")) if source else None
    for piece in opened.pieces:
        if watch:
            watch.look(piece)
        _read_piece(piece, source=source, settings=settings, collector=collector)
        if len(parts.rows) >= ROWS_A_PART:
            parts.flush()
    parts.add(collector)
    odd_fields = collector.odd_fields()
    if isinstance(source, RecipeFormat) and collector.counts["tweets"]:
        odd_fields.update(dict.fromkeys(source.absent(), collector.counts["tweets"]))
    damage = opened.damage
    return {
        "member": key,
        "content_hash": digest,
        "archive": member.archive,
        "name": member.name,
        "format": getattr(source, "LEDGER_NAME", source.NAME) if source else None,
        "lines": collector.outcomes,
        **{name: collector.counts[name] for name in (*OUTCOMES, "embedded")},
        "notice_kinds": _kinds(collector.notice_kinds),
        "reject_reasons": _reject_reasons(collector.reject_reasons),
        "odd_fields": _kinds(odd_fields),
        "unread_fields": _kinds(watch.counts() if watch else {}),
        "size": member.size,
        "seconds": time.perf_counter() - began,
        "status": _status(member, damage, is_left_out=opened.is_left_out),
        "damage": damage[0] if damage else None,
    }


def _status(member: Member, damage: list[str], *, is_left_out: bool) -> MemberStatus:
    if member.is_skipped or is_left_out:
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
    if read_lines and lines and _read_together(read_lines, lines, collector):
        return
    matches = source.matches if source else None
    read_other = partial(_read_other, source=source, is_line=isinstance(piece, Lines))
    for number, record in split.of_piece(piece, max_bytes=limit):
        collector.line = number
        if record is TOO_LONG:
            reason = f"longer than {limit:,} bytes, the `max_line_bytes` of [ingest]"
            collector.reject(RejectKind.TOO_LONG, reason, b"")
        elif source is not None and record.startswith(b"{"):
            attempt(source.read, record, collector, matches=matches)
        else:
            attempt(read_other, record, collector)


def _read_together(read_lines: ReadLines, lines: Lines, collector: Collector) -> bool:
    """Read many lines at once; return False if they have to be read one by one."""
    before = collector.outcomes
    try:
        return read_lines(lines, collector)
    except MemoryError:
        raise
    except Exception as error:  # a fault of the reader must not cost the other lines
        missing = len(lines) - (collector.outcomes - before)
        if missing == len(lines):
            return False
        collector.line = lines.first
        for _ in range(missing):
            collector.reject(RejectKind.READER_FAILED, failure(error), b"")
        return True


def _read_other(
    record: bytes, collector: Collector, *, source: InputFormat | None, is_line: bool
) -> None:
    """Read a record that does not start like a JSON object."""
    if embedded_json.is_noise(record):
        collector.blank()
    elif source is None:
        collector.reject_unknown(record)
    elif is_line and record.strip().isdigit():
        collector.notice("length")  # of the next message; some streams write it before each
    elif record.startswith(b"#"):
        collector.notice("comment")
    else:
        for each in embedded_json.objects(record) or [record]:
            attempt(source.read, each, collector, matches=source.matches)


def _kinds(counts: Mapping[str, int]) -> list[dict[str, object]]:
    return [{"kind": kind, "count": count} for kind, count in sorted(counts.items())]


def _reject_reasons(counts: Mapping[tuple[RejectKind, str], int]) -> list[dict[str, object]]:
    return [
        {"kind": kind, "reason": reason, "count": count}
        for (kind, reason), count in sorted(counts.items())
    ]
