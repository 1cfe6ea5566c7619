"""Decode a record to see what format it has: large ones only in outline."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

import msgspec

from workbench.ingest.records.encoding import repair

#: A record with more bytes than this is not decoded whole, only so many levels.
_LARGE = 1 << 16
_LEVELS = 3

#: After this many bytes, a large list is not searched for its first element.
_LIST_START = 99

_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def decoded(records: Iterable[bytes]) -> Iterator[object]:
    """Decode records, large ones only in outline; skip broken ones."""
    for record in records:
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            yield _outline(record) if len(record) > _LARGE else _decoded(record)


def fields(record: bytes) -> dict[str, object] | None:
    """Decode a record like `decoded`; None if it is no object, or broken.

    Examples:
        >>> fields(b'{"id": 7, "score": 1e999}'), fields(b"[1]"), fields(b'{"id": ')
        ({'id': 7, 'score': {}}, None, None)
    """
    value = next(decoded([record]), None)
    return value if isinstance(value, dict) else None


def _decoded(record: bytes) -> object:
    try:
        return msgspec.json.decode(record)
    except msgspec.ValidationError:  # a number that no decoder reads
        return _outline(record)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.decode(repair(record) or b"")


def _outline(value: bytes, depth: int = 0) -> object:
    """Decode a value; if it is large, only its keys and the kind of the first list element.

    Decoding a list of millions of empty lists needs half a GiB.
    """
    value = value.strip()
    if len(value) <= _LARGE:
        with suppress(msgspec.ValidationError):
            return msgspec.json.decode(value)
    if value.startswith(b"["):
        return [{}] if value[1:_LIST_START].lstrip().startswith(b"{") else [[]]
    if not value.startswith(b"{") or depth == _LEVELS:
        return {}
    return {key: _outline(bytes(inner), depth + 1) for key, inner in _keys(value).items()}
