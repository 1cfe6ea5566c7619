"""Open a member: split it into records, look at the first ones, and choose the format.

`member_reader` reads the whole member from here, `preview` only its start.
"""

import io
import itertools
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from workbench.archives import compression, places
from workbench.archives.compression import DamagedError
from workbench.archives.member import Member
from workbench.archives.places import Place
from workbench.exceptions import ArchiveError, WorkbenchError
from workbench.ingest import formats, rounded_numbers, side_files, x_export
from workbench.ingest.formats import InputFormat, column_format
from workbench.ingest.formats.column_format import ColumnFormat, RecipeFormat
from workbench.ingest.record_reader import failure
from workbench.ingest.records import embedded_json, outline, parquet_rows, split
from workbench.ingest.records.lines import TOO_LONG, Content, Lines
from workbench.ingest.records.split import Framing, Piece
from workbench.ingest.rounded_numbers import Numbers
from workbench.recipe import IngestSettings
from workbench.remote.files import RemoteFile
from workbench.text.counts import counted

#: The format of a member is detected from this many records, or fewer if they are this long in
#: all. They are taken from at most this many pieces.
SAMPLE_RECORDS = 20
SAMPLE_BYTES = 32 << 20
SAMPLE_PIECES = 100


@dataclass(frozen=True)
class OpenedMember:
    """A member whose first records have been looked at.

    Args:
        source: Its format; None if no format matches.
        samples: Its first records, without blank lines and comments.
        pieces: All of its records, these included.
        numbers: What the samples show about numeric ids.
        damage: Receives a message when its rest cannot be read.
        is_binary: True if it is no text. It has no records then.
        is_left_out: True if it is left out on purpose. It has no records then.
    """

    source: InputFormat | None
    samples: list[bytes]
    pieces: Iterator[Piece]
    numbers: Numbers
    damage: list[str]
    is_binary: bool = False
    is_left_out: bool = False


def open_member(
    member: Member, *, settings: IngestSettings, folder: Path | None = None, is_whole: bool = True
) -> OpenedMember:
    """Open a member and choose its format: that of the settings, else the one of its records.

    Args:
        member: The member.
        settings: How members are read.
        folder: Where a Parquet member is copied; None for the system's temporary folder.
        is_whole: False if only the first records will be read. A format that needs a pass over the
            member, like `twcs`, then makes do with them.
    """
    opened = _open(member, settings=settings, folder=folder)
    of_member = getattr(opened.source, "of_member", None)
    if of_member is None:
        return opened
    records: Iterable[bytes] = opened.samples
    if is_whole:
        again = _open(member, settings=settings, folder=folder)
        records = _records(again.pieces, settings=settings)
    return replace(opened, source=of_member(records))


def refuse_another_map(member: Member, *, settings: IngestSettings, read_as: str) -> None:
    """Refuse a member that was read before, if the column map of the recipe reads it otherwise.

    What was read stays in the tables, and would be mixed with what the map reads.

    Args:
        member: The member.
        settings: How members are read now.
        read_as: Its format in the ledger.

    Raises:
        ArchiveError: If the map claims the member, and it was read by another map or format.
    """
    if settings.columns is None or settings.format:
        return
    source = open_member(member, settings=settings, is_whole=False).source
    if not isinstance(source, RecipeFormat) or read_as == source.LEDGER_NAME:
        return
    place = " ".join(filter(None, [member.archive, member.name]))
    is_map = read_as.startswith(column_format.NAME)
    before = "with another column map" if is_map else f"as {read_as or 'a file without tweets'}"
    msg = f"{place} was read into this workspace before, {before}. What was read stays."
    hint = "read it into a new workspace, or leave [ingest.columns] out of the recipe."
    raise ArchiveError(msg, hint=hint)


def _open(member: Member, *, settings: IngestSettings, folder: Path | None) -> OpenedMember:
    damage = [member.refusal] if member.refusal else []
    chunks = _until_damage(member, damage)
    head = next(chunks, b"")
    reason = x_export.kind_to_leave_out(head) or side_files.kind_to_leave_out(head)
    if reason is not None:
        head, chunks, damage = b"", iter([]), [reason]
    is_parquet = head.startswith(parquet_rows.MAGIC)
    is_binary = not is_parquet and split.is_binary(head)
    framing = Framing.LINES
    pieces: Iterator[Piece] = iter([])
    if is_parquet:
        source_file = _file_of(member)
        pieces = (
            _parquet_rows(source_file, settings=settings, damage=damage)
            if source_file
            else _parquet_copy(head, chunks, folder=folder, settings=settings, damage=damage)
        )
    elif not is_binary:
        whole = itertools.chain([head], chunks)
        limit = settings.max_line_bytes
        framing, pieces = split.framed(whole, max_bytes=limit, damage=damage)
    samples, pieces = _samples_of(_until_failure(pieces, damage), settings=settings)
    is_table = is_parquet or framing is Framing.CSV
    source, numbers = _source_of(samples, settings=settings, is_table=is_table)
    return OpenedMember(
        source,
        samples,
        pieces,
        numbers,
        damage,
        is_binary=is_binary,
        is_left_out=reason is not None,
    )


def _source_of(
    samples: list[bytes], *, settings: IngestSettings, is_table: bool
) -> tuple[InputFormat | None, Numbers]:
    """Choose the format of a member, and judge the ids of its first records."""
    decoded = list(outline.decoded(samples))
    source: InputFormat | None
    if settings.format:
        source = formats.by_name(settings.format)
    else:
        mapped = column_format.of_recipe(settings, decoded, is_table=is_table)
        source = mapped or formats.detect(samples)
        if mapped and not (is_table or mapped.is_complete):
            # A map for one file must not take the names from another one, like a stream.
            claimed = (each for each in samples if mapped.matches(outline.fields(each) or {}))
            source = formats.detect(claimed) or mapped
    ids_in = source.ids_in if isinstance(source, ColumnFormat) else None
    return source, rounded_numbers.of_sample(map(ids_in, decoded) if ids_in else decoded)


def _file_of(member: Member) -> Place | BinaryIO | None:
    """Return the file that a Parquet member is; None if it is inside another file or packed."""
    path, magic = member.path, parquet_rows.MAGIC
    if member.data is not None:
        return io.BytesIO(member.data) if member.data.startswith(magic) else None
    if path is None or member.zipped is not None or not places.is_seekable(path):
        return None
    if places.size_of(path) != member.size:
        return None
    with places.open_binary(path) as stream:
        return path if stream.read(len(magic)) == magic else None


def _parquet_rows(
    source: Place | BinaryIO, *, settings: IngestSettings, damage: list[str]
) -> Iterator[Piece]:
    """Yield the rows of a Parquet file."""
    opened = places.open_binary(source) if isinstance(source, RemoteFile) else source
    try:
        for record in parquet_rows.rows(opened, max_bytes=settings.max_line_bytes, damage=damage):
            yield [record]
    except DamagedError as error:
        damage.append(str(error))


def _parquet_copy(
    head: bytes,
    chunks: Iterator[bytes],
    *,
    folder: Path | None,
    settings: IngestSettings,
    damage: list[str],
) -> Iterator[Piece]:
    """Yield the rows of a packed Parquet member, copied first: its directory is at its end."""
    with tempfile.TemporaryFile(dir=folder) as copy:
        for chunk in itertools.chain([head], chunks):
            copy.write(chunk)
        copy.seek(0)
        yield from _parquet_rows(cast(BinaryIO, copy), settings=settings, damage=damage)


def _until_damage(member: Member, damage: list[str]) -> Iterator[bytes]:
    if member.refusal:
        return
    try:
        yield from member.chunks()
    except compression.DamagedError as error:
        damage.append(str(error))


def _until_failure(pieces: Iterator[Piece], damage: list[str]) -> Iterator[Piece]:
    """Yield pieces; a fault of the code that cuts them must not cost the other members."""
    number = 0
    try:
        for piece in pieces:
            yield piece
            number += len(piece)
    except (MemoryError, OSError, WorkbenchError):
        raise
    except Exception as error:
        damage.append(f"{failure(error)}, after {counted(number, 'record')}")


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


def _records(pieces: Iterable[Piece], *, settings: IngestSettings) -> Iterator[bytes]:
    for piece in pieces:
        for _, record in split.of_piece(piece, max_bytes=settings.max_line_bytes):
            if record is not TOO_LONG:
                yield record


def _telling(records: Iterator[Content]) -> Iterator[bytes]:
    """Drop the records that reveal no format: blank ones, oversized ones and comments."""
    for record in records:
        if record is not TOO_LONG and record and not record.startswith(b"#"):
            inner: list[bytes] = []
            with suppress(Exception):  # `member_reader` rejects the record
                inner = embedded_json.objects(record)
            yield from inner or [record]
