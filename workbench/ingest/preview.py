"""Show how a file would be read, without writing anything: `workbench ingest FILE --show`."""

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from workbench.archives import listing
from workbench.archives.member import Member
from workbench.exceptions import ArchiveError
from workbench.ingest import (
    column_guess,
    field_origins,
    formats,
    opened_member,
    side_files,
    x_export,
)
from workbench.ingest.formats import InputFormat
from workbench.ingest.opened_member import OpenedMember
from workbench.ingest.record_reader import attempt
from workbench.ingest.records import outline
from workbench.ingest.tweet_records import RawRows
from workbench.ingest.unread_fields import Watch
from workbench.recipe import IngestSettings

#: Members and rows to show.
MEMBERS = 5
ROWS = 3

#: A record with more bytes is not decoded whole.
LARGEST_PAGE = 1 << 20


@dataclass(frozen=True)
class Preview:
    """How the start of a member is read.

    Args:
        archive: Path of the archive.
        name: Path of the member inside it; empty for a single file.
        damage: Why nothing can be read; empty if it can.
        format: Name of its format; None if no format matches.
        about: What the format is, in a line.
        lacks: What its tweets never have.
        columns: Columns or keys of the first records, as paths.
        records: The first records, decoded.
        tweets: The first tweets, as rows of `schemas.RawTweets`.
        origins: Field -> key that it was read from, see `field_origins`.
        unread: Fields that by their names hold what the tweets lack, like `author: from_user`.
        rejects: Why records were rejected -> how many of the first ones.
        guess: Field -> column, see `column_guess`; only if no format matches or no tweet is read.
    """

    archive: str
    name: str
    damage: str = ""
    format: str | None = None
    about: str = ""
    lacks: str = ""
    columns: tuple[str, ...] = ()
    records: list[dict[str, Any]] = field(default_factory=list)
    tweets: list[dict[str, Any]] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    rejects: dict[str, int] = field(default_factory=dict)
    guess: dict[str, str] = field(default_factory=dict)

    def value(self, row: int, column: str) -> object:
        """Return the first value of a column in one of the `records`; None if it has none."""
        walked = field_origins.walk(self.records[row])
        return next((value for path, value in walked if path == column), None)

    @property
    def other_columns(self) -> tuple[str, ...]:
        """The columns that are the origin of no field."""
        used = set(self.origins.values())
        return tuple(column for column in self.columns if column not in used)


def of_files(
    paths: list[str], *, settings: IngestSettings | None = None, members: int = MEMBERS
) -> Iterator[Preview]:
    """Show how the first members of each archive would be read. Nothing is written.

    Args:
        paths: Files, folders and globs; `-` is standard input.
        settings: How members are read; with the map to try, if there is one.
        members: Members of each archive to show. Those that are left out on purpose do not count.

    Raises:
        ArchiveError: If a path matches nothing or cannot be read, or the format does not exist.
    """
    settings = settings or IngestSettings()
    archives = listing.expand(paths)
    with tempfile.TemporaryDirectory() as spool:
        for path in archives:
            listed = listing.members(path, spool=Path(spool))
            readable = (each for each in listed if not each.is_skipped and not _left_out(each))
            for member in itertools.islice(readable, members):
                yield of_member(member, settings=settings)
                member.discard()


def of_file(path: str | Path, *, settings: IngestSettings | None = None) -> Preview:
    """Show how the first member of a file would be read: its columns, first rows and a map.

    `of_file("mine.csv").guess` suggests a column for each field of a tweet. Try a map with
    `settings=IngestSettings(columns=ColumnMap(...))`, and look at `tweets` and `rejects`.

    Raises:
        ArchiveError: If it does not exist, cannot be read or contains nothing.
    """
    shown = next(of_files([str(path)], settings=settings, members=1), None)
    if shown is None:
        msg = f"{path} contains nothing to read."
        raise ArchiveError(msg, hint="name a file with tweets, or an archive of such files.")
    return shown


def of_member(member: Member, *, settings: IngestSettings) -> Preview:
    """Show how the start of a member would be read."""
    opened = opened_member.open_member(member, settings=settings, is_whole=False)
    if not opened.samples:
        problem = "not text" if opened.is_binary else next(iter(opened.damage), "no records")
        return Preview(member.archive, member.name, damage=problem)
    source = opened.source
    samples = opened.samples[: opened_member.SAMPLE_RECORDS]
    rows, rejects = _read(member, samples, opened=opened, settings=settings)
    own = [row for row in rows if not row["is_embedded"]] or rows
    pairs = [
        (record, [row for row in own if row["line"] == line])
        for line, sample in enumerate(samples)
        if isinstance(record := _decoded(sample), dict)
    ]
    records = [record for record, _ in pairs]
    return Preview(
        member.archive,
        member.name,
        damage=next(iter(opened.damage), ""),
        format=source.NAME if source else None,
        about=source.ABOUT if source else "",
        lacks=source.LACKS if source else "",
        columns=_columns(records),
        records=records[:ROWS],
        tweets=own[:ROWS],
        origins=field_origins.origins(pairs),
        unread=_unread(source, samples),
        rejects=rejects,
        guess={} if rows else column_guess.guess(records),
    )


def _left_out(member: Member) -> bool:
    reason = side_files.reason_to_leave_out(member) or x_export.reason_to_leave_out(member)
    return reason is not None


def _read(
    member: Member, samples: list[bytes], *, opened: OpenedMember, settings: IngestSettings
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Read the first records; return their rows, in order, and the reasons of rejects.

    The `line` of a row is the position of its record.
    """
    source, rows = opened.source, RawRows()
    collector = x_export.collector(
        member,
        source=source.NAME if source else "",
        member=0,
        rows=rows,
        fallback=formats.others(source, only=bool(settings.format)) if source else None,
        numbers=opened.numbers,
        needs_evidence=not settings.format,
    )
    for collector.line, sample in enumerate(samples):
        if source is None:
            collector.reject_unknown(sample)
        else:
            attempt(source.read, sample, collector, matches=source.matches)
    frame = rows.frame().sort("line", "is_embedded", maintain_order=True)
    reasons = {reason: count for (_, reason), count in collector.reject_reasons.items()}
    return frame.to_dicts(), reasons


def _decoded(sample: bytes) -> object:
    """Decode a record, a large one only in outline; None if it is not JSON."""
    if len(sample) <= LARGEST_PAGE:
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return msgspec.json.decode(sample)
    return next(outline.decoded([sample]), None)


def _columns(records: list[dict[str, Any]]) -> tuple[str, ...]:
    paths = (path for record in records for path, _ in field_origins.walk(record))
    return tuple(dict.fromkeys(paths))


def _unread(source: InputFormat | None, samples: list[bytes]) -> tuple[str, ...]:
    if source is None:
        return ()
    watch = Watch(source.read)
    watch.look(list(enumerate(samples, 1)))
    return tuple(sorted(watch.counts()))
