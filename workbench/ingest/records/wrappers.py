"""Unwrap records that stores, search engines and clients put inside other JSON.

A tweet may be the `_source` of an Elasticsearch hit, an element of `{"results": [...]}`, a value
of `{"1146303338000000001": {...}}`, or an element of a list inside a list. Single ones may be JSON
inside a string. `formats.registry` unwraps records that no format reads, and then reads what is
inside.
"""

import itertools
from collections.abc import Iterable
from contextlib import suppress

import msgspec

#: Keys of lists or objects that contain many records:
#: `results` of the premium search, `tweets` of many scripts and sites, `hits` of Elasticsearch,
#: `rows` of CouchDB, `docs` of Solr and CouchDB, and common names of scripts.
MANY = ("results", "tweets", "statuses", "hits", "rows", "docs", "documents", "items")

#: Keys of one record: `_source` of Elasticsearch, `doc` of CouchDB, `value` of Kafka, `payload` and
#: others of message queues, `raw`, `json` and `tweet` of many scripts and tables.
ONE = (
    *("_source", "doc", "document", "tweet", "value", "payload", "message", "body", "record"),
    *("event", "raw", "raw_json", "json", "tweet_json", "raw_tweet"),
)

#: Keys of a part of a response, which is unwrapped only if it is a wrapper itself.
PARTS = ("data", "response", "result")

#: A wrapper inside a wrapper inside ..., at most this deep.
MOST_LEVELS = 5

_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_string = msgspec.json.Decoder(str).decode


def unwrap(record: bytes) -> list[bytes] | None:
    """Return the records inside a wrapper; None if it is not a wrapper.

    The records of every key of a wrapper are returned, those of inner wrappers in their place.

    Args:
        record: Any bytes.

    Examples:
        >>> unwrap(b'{"_index": "a", "_source": {"id": 1}}')
        [b'{"id": 1}']
        >>> unwrap(b'{"hits": {"total": 2, "hits": [{"_source": {"id": 1}}, {"id": 2}]}}')
        [b'{"id": 1}', b'{"id": 2}']
        >>> unwrap(b'[[{"id": 1}], {"7": {"id": 7}}]')
        [b'{"id": 1}', b'{"id": 7}']
        >>> unwrap(b'{"id": 1, "text": "{}"}') is None
        True
    """
    return _unwrapped(record, MOST_LEVELS)


def _unwrapped(record: bytes, levels: int) -> list[bytes] | None:
    contents = _contents(record) if levels else None
    if contents is None:
        return None
    return list(itertools.chain.from_iterable(_flat(contents, levels - 1)))


def _flat(contents: Iterable[bytes], levels: int) -> Iterable[list[bytes]]:
    for content in contents:
        inner = _unwrapped(content, levels)
        yield [content] if inner is None else inner


def _contents(record: bytes) -> list[bytes] | None:
    """Return the records directly inside a wrapper; None if it is not a wrapper."""
    try:
        if record.lstrip().startswith(b"["):
            return [bytes(element) for element in _list(record)]
        fields = _keys(record)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if fields and all(map(str.isdecimal, fields)):
        return [_decoded(value) or bytes(value) for value in fields.values()]
    single = [_decoded(fields[key]) for key in ONE if key in fields]
    contents = [content for content in single if content is not None]
    for key in MANY:
        if _starts(fields, key, b"["):
            contents += map(bytes, _list(fields[key]))
        elif _starts(fields, key, b"{"):
            contents += _values(bytes(fields[key]))
    if contents or _has_empty_list(fields):
        return contents
    parts = [bytes(fields[key]) for key in PARTS if _starts(fields, key, b"{")]
    inner = [_contents(part) for part in parts]
    known = [each for each in inner if each is not None]
    return list(itertools.chain.from_iterable(known)) if known else None


def _decoded(value: msgspec.Raw) -> bytes | None:
    """Return a value that is an object, or a string that contains one; else None."""
    content = bytes(value)
    if content.startswith((b'"{', b'" {')):
        with suppress(msgspec.DecodeError, UnicodeError):
            content = _string(content).encode().strip()
    return content if content.startswith(b"{") else None


def _values(inner: bytes) -> list[bytes]:
    """Return the records of an object: those of a wrapper, or else the object itself."""
    contents = _contents(inner)
    return [inner] if contents is None else contents


def _starts(fields: dict[str, msgspec.Raw], key: str, opening: bytes) -> bool:
    return key in fields and bytes(fields[key]).startswith(opening)


def _has_empty_list(fields: dict[str, msgspec.Raw]) -> bool:
    return any(_starts(fields, key, b"[") for key in MANY)
