"""List the input formats, detect the format of a member, and find the reader of a record.

A format is a module with `NAME`, `ABOUT`, `matches(sample)` and `read(record, collector)`. To add
one, write it like `twint` and add it to `FORMATS`:

- `matches` gets decoded records from the start of a member.
- `read` gets each record as bytes. It calls exactly one outcome of the collector (`tweet`,
  `carrier`, `deletion` or `notice`) per tweet or message of the record, or raises. It must refuse
  records of other formats: these are then read as what they are, because some files mix formats.
- A record with many tweets passes each one to `collector.attempt`, so that one bad tweet does not
  cost the others.
- A format with terabytes of dumps may also have `read_lines(lines, collector)`. It does what
  `read` does for each of many lines. If it cannot, it returns False and reports nothing.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Protocol

import msgspec

from workbench.exceptions import ArchiveError
from workbench.ingest.collector import Collector, Read
from workbench.ingest.formats import (
    api_v2,
    personal_archive,
    snscrape,
    twint,
    twitterstream,
    twscrape,
)
from workbench.ingest.records.split import repair
from workbench.named_modules import index_by_name


class InputFormat(Protocol):
    """The interface of a format's module."""

    #: Name of the format on the command line and in the ledger.
    NAME: str
    #: One line for `workbench formats`.
    ABOUT: str

    def matches(self, sample: dict[str, Any]) -> bool:
        """Return whether a decoded record has this format."""

    def read(self, record: bytes, collector: Collector) -> None:
        """Report the content of one record to the collector."""


#: A record with more bytes than this is not decoded whole for detection, only so many levels.
_LARGE = 1 << 16
_LEVELS = 3

#: After this many bytes, a large list is not searched for its first element.
_LIST_START = 99

#: After this many unreadable records, no other format is tried for a member any more.
FRUITLESS = 10_000

_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode

#: Every format. `detect` prefers the first one that matches, so the most specific come first.
FORMATS: dict[str, InputFormat] = index_by_name(
    twitterstream, api_v2, twscrape, snscrape, twint, personal_archive
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

    Examples:
        >>> detect([b"", b'{"delete": {"status": {"id": 1}}}']).NAME
        'twitterstream'
    """
    first, *others = FORMATS.values()
    samples = []
    for record in records:
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            sample = _outline(record) if len(record) > _LARGE else _decoded(record)
            if isinstance(sample, dict):
                if first.matches(sample):
                    return first
                samples.append(sample)
    # A single record may fit several formats, so all records are looked at before the others.
    return next((source for source in others if any(map(source.matches, samples))), None)


def others(source: InputFormat) -> Read:
    """Return a reader for records of other formats than the member's: some files mix formats.

    It gives up after `FRUITLESS` records without a known format, because detection is slow.
    """
    left = FRUITLESS

    def read(record: bytes, collector: Collector) -> None:
        nonlocal left
        other = detect([record]) if left else None
        if other is None or other is source:
            left -= left > 0
            return
        collector.source = other.NAME
        other.read(record, collector)

    return read


def _decoded(record: bytes) -> object:
    try:
        return msgspec.json.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.decode(repair(record) or b"")


def _outline(value: bytes, depth: int = 0) -> object:
    """Decode a value; if it is large, only its keys and the kind of the first list element.

    Decoding a list of millions of empty lists needs half a GiB.
    """
    value = value.strip()
    if len(value) <= _LARGE:
        return msgspec.json.decode(value)
    if value.startswith(b"["):
        return [{}] if value[1:_LIST_START].lstrip().startswith(b"{") else [[]]
    if not value.startswith(b"{") or depth == _LEVELS:
        return {}
    return {key: _outline(bytes(inner), depth + 1) for key, inner in _keys(value).items()}
