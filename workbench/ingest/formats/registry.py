"""Sources: one module a dump format, told by content.

A format is a module with `NAME`, `ABOUT`, `matches(sample)` and `read(record, sink)`; to add one,
write it after the pattern of `twitterstream` and name it in `FORMATS`. `matches` is shown decoded
records from the start of a member; `read` is given each record as bytes and calls exactly one
outcome of the sink (`tweet`, `carrier`, `deletion`, `notice`) per tweet or message in it, or
raises. It refuses records of other formats, which are then read as what they are: some files are
several in one. A record that holds many tweets hands each of them to `sink.attempt`, so that one
odd tweet does not cost the others. A format of which there are terabytes may offer
`read_lines(lines, sink)` besides: it does what `read` does for each line, many at a time, or gives
False and does nothing where it cannot.
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


class InputFormat(Protocol):
    """What a format's module offers."""

    #: How the format is called on the command line and in the ledger.
    NAME: str
    #: One line for `workbench formats`.
    ABOUT: str

    def matches(self, sample: dict[str, Any]) -> bool:
        """Tell whether a decoded record is of this format."""

    def read(self, record: bytes, sink: Collector) -> None:
        """Give what one record holds to the sink."""


def _registry(*modules: InputFormat) -> dict[str, InputFormat]:
    found: dict[str, InputFormat] = {}
    for module in modules:
        if module.NAME in found:
            msg = f"two formats are called {module.NAME}"
            raise ValueError(msg)
        found[module.NAME] = module
    return found


#: Bytes above which a record is not decoded whole to tell its format, and levels of it looked at.
_LARGE = 1 << 16
_LEVELS = 3

#: Records of no format after which a member is taken to hold none of another one.
FRUITLESS = 10_000

_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode

#: Every format, the most telling first: `detect` takes the first that matches any record.
FORMATS = _registry(twitterstream, api_v2, twscrape, snscrape, twint, personal_archive)


def by_name(name: str) -> InputFormat:
    """Give the format of that name.

    Raises:
        ArchiveError: If there is none.
    """
    if name not in FORMATS:
        msg = f"There is no format `{name}`."
        raise ArchiveError(msg, hint=f"choose one of {', '.join(FORMATS)}.")
    return FORMATS[name]


def detect(records: Iterable[bytes]) -> InputFormat | None:
    """Tell the format from the first records of a member; None if no record is of any.

    Examples:
        >>> detect([b"", b'{"delete": {"status": {"id": 1}}}']).NAME
        'twitterstream'
    """
    first, *others = FORMATS.values()
    told = []
    for record in records:
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            sample = _outline(record) if len(record) > _LARGE else _decoded(record)
            if isinstance(sample, dict):
                if first.matches(sample):
                    return first
                told.append(sample)
    # A record may lack what tells its format, so none of them decides before the others are seen.
    return next((source for source in others if any(map(source.matches, told))), None)


def others(source: InputFormat) -> Read:
    """Give a reader of records that are of another format: some files are several in one.

    It gives up after `FRUITLESS` records of no format, as telling the format takes some time.
    """
    left = FRUITLESS

    def read(record: bytes, sink: Collector) -> None:
        nonlocal left
        found = detect([record]) if left else None
        if found is None or found is source:
            left -= left > 0
            return
        sink.source = found.NAME
        found.read(record, sink)

    return read


def _decoded(record: bytes) -> object:
    try:
        return msgspec.json.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.decode(repair(record) or b"")


def _outline(value: bytes, depth: int = 0) -> object:
    """Decode a value; of what is large, only the keys and what kind of thing a list begins with.

    A list of millions of empty lists takes half a GiB when it is decoded.
    """
    value = value.strip()
    if len(value) <= _LARGE:
        return msgspec.json.decode(value)
    if value.startswith(b"["):
        return [{}] if value[1:99].lstrip().startswith(b"{") else [[]]
    if not value.startswith(b"{") or depth == _LEVELS:
        return {}
    found = _keys(value)
    return {key: _outline(bytes(inner), depth + 1) for key, inner in found.items()}
