"""List the input formats, detect the format of a member, and find the reader of a record.

A format is a module with `NAME`, `ABOUT`, `YEARS`, `LACKS`, `matches(sample)` and
`read(record, collector)`. To add one, write it like `twint` and add it to `FORMATS`:

- `matches` gets decoded records from the start of a member.
- `read` gets each record as bytes. It calls exactly one outcome of the collector (`tweet`,
  `carrier`, `deletion` or `notice`) per tweet or message of the record, or raises. It must refuse
  records of other formats: these are then read as what they are, because some files mix formats.
- `read` decodes with a `StructDecoder`, and gives it `collector.odd`. If a value has a wrong type,
  the record is read again without it, if `matches` says that the record has the format.
- A record with many tweets passes each one to `record_reader.attempt`, so that one bad tweet
  does not cost the others.
- A record that no format matches is unwrapped, see `records.wrappers`. No format has to know about
  search engines, databases or maps by id.
- A format may have `of_member(records)`. It gets all records of a member before they are read, and
  returns the format that reads them.
- A format with terabytes of dumps may also have `read_lines(lines, collector)`. It does what
  `read` does for each of many lines. If it cannot, it returns False and reports nothing.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import msgspec

from workbench.exceptions import ArchiveError
from workbench.ingest.collector import Collector, Read
from workbench.ingest.formats import (
    agent_twitter_client,
    api_v2,
    apify,
    archive_csv,
    community_archive,
    fxembed,
    grailbird,
    personal_archive,
    ready_maps,
    search_v1,
    snscrape,
    twcs,
    twint,
    twitterstream,
    twscrape,
    web_exporter,
    x_graphql,
)
from workbench.ingest.record_reader import attempt, read_record
from workbench.ingest.records import outline, wrappers
from workbench.ingest.tweet_records import RejectedError
from workbench.named_modules import index_by_name


class InputFormat(Protocol):
    """The interface of a format's module."""

    #: Name of the format on the command line and in the ledger.
    NAME: str
    #: Which tool writes it, and what, in one line for `workbench formats`.
    ABOUT: str
    #: When it was written, like `2012 to 2018` or `since 2023`.
    YEARS: str
    #: What its tweets never have; empty if they have everything.
    LACKS: str

    def matches(self, sample: dict[str, Any]) -> bool:
        """Return whether a decoded record has this format."""

    def read(self, record: bytes, collector: Collector) -> None:
        """Report the content of one record to the collector."""


#: After this many unreadable records, no other format is tried for a member any more.
FRUITLESS = 10_000

#: The format of a wrapper is detected from this many of its records.
CONTENTS = 20

#: Every format. `detect` prefers the first one that matches, so the most specific come first.
FORMATS: dict[str, InputFormat] = index_by_name(
    twitterstream,
    *ready_maps.FORMATS,
    twcs.Twcs(),
    grailbird,
    x_graphql,
    web_exporter,
    fxembed,
    apify,
    agent_twitter_client,
    community_archive,
    archive_csv,
    api_v2,
    twscrape,
    snscrape,
    twint,
    search_v1,
    personal_archive,
)


def by_name(name: str) -> InputFormat:
    """Return the format with a name.

    Raises:
        ArchiveError: If there is no such format.
    """
    if name not in FORMATS:
        msg = f"There is no format `{name}`."
        raise ArchiveError(msg, hint=f"choose one of {', '.join(FORMATS)}.")
    return FORMATS[name]


def detect(records: Iterable[bytes]) -> InputFormat | None:
    """Detect the format from the first records of a member; None if no format matches.

    If no record has a known format, those that are wrappers are unwrapped.

    Examples:
        >>> detect([b"", b'{"delete": {"status": {"id": 1}}}']).NAME
        'twitterstream'
        >>> detect([b'{"7": {"id": 7, "text": "a", "user": {}}}']).NAME
        'twitterstream'
    """
    records = list(records)
    return _detected(records) or _detected(_contents(records))


def _contents(records: list[bytes]) -> Iterator[bytes]:
    """Yield a few of the records inside each wrapper."""
    for record in records:
        yield from (wrappers.unwrap(record) or ())[:CONTENTS]


def _detected(records: Iterable[bytes]) -> InputFormat | None:
    first, *others = FORMATS.values()
    samples = []
    for sample in outline.decoded(records):
        if isinstance(sample, dict):
            if _matches(first, sample):
                return first
            samples.append(sample)
    # A single record may fit several formats, so all records are looked at before the others.
    return next(
        (source for source in others if any(_matches(source, sample) for sample in samples)), None
    )


def _matches(source: InputFormat, sample: dict[str, Any]) -> bool:
    """Ask a format; a record with which it fails is none of its own."""
    try:
        return source.matches(sample)
    except MemoryError:
        raise
    except Exception:
        return False


def others(source: InputFormat, *, only: bool = False) -> Read:
    """Return a reader for records that a format does not read itself: some files mix formats.

    A record of another format is read as that format, and a wrapper by its contents. After
    `FRUITLESS` records without a known format it gives up, because detection is slow.

    Args:
        source: The format of the member.
        only: Whether all records are of this format, so that no other is tried.
    """
    left = FRUITLESS

    def read_other(record: bytes, collector: Collector) -> bool:
        other = _detected([record]) if left and not only else None
        if other is None or other is source:
            return False
        collector.source = other.NAME
        read_record(other.read, record, collector)
        return True

    def read_content(record: bytes, collector: Collector) -> None:
        collector.source = source.NAME
        try:
            source.read(record, collector)
        except (RejectedError, msgspec.ValidationError):
            if not read_other(record, collector):
                raise

    def read(record: bytes, collector: Collector) -> None:
        nonlocal left
        if not left or read_other(record, collector):
            return
        contents = wrappers.unwrap(record)
        if contents is None:
            left -= 1
            return
        for content in contents:
            attempt(read_content, content, collector, matches=source.matches)
        if not contents:
            collector.carrier()

    return read
