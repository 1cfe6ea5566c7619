"""Decode pages of API v2, also those gathered in one object.

Some tools gather pages under keys: `{"data": {"0": [...]}, "includes": {"0": {...}}, "errors":
{"0": null}}`. Others write the includes of a page as a record of their own. `api_v2` calls this
module.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import msgspec

from workbench.ingest.exact_ids import IdReader
from workbench.ingest.formats import v2_errors
from workbench.ingest.formats.v2_tweet import User
from workbench.ingest.records.struct_decoder import StructDecoder


class Includes(msgspec.Struct):
    """Objects that the tweets of a page refer to."""

    tweets: list[msgspec.Raw] | None = None
    users: list[msgspec.Raw] | None = None


class Page(msgspec.Struct):
    """The fields to read of a page, or of an object of the stream."""

    data: msgspec.Raw = msgspec.Raw()
    includes: Includes | None = None
    errors: list[v2_errors.Problem] | None = None
    #: Only in stream objects.
    matching_rules: msgspec.Raw = msgspec.Raw()


#: Keys of a page, of which at least one is there.
KEYS = frozenset({"data", "errors", "meta"})

#: The parts of a page that are gathered by key.
_PARTS = ("data", "includes", "errors")

_INCLUDES_KEYS = frozenset({"users", "tweets", "media", "places", "polls", "topics"})
_META_KEYS = frozenset(
    {"newest_id", "oldest_id", "result_count", "next_token", "previous_token", "sent"}
)

_user = StructDecoder(User, strict=False, at="includes.users[]")
_page = StructDecoder(Page)
_encode = msgspec.json.Encoder().encode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode

decode_includes = StructDecoder(Includes, at="includes")


def pages(
    fields: dict[str, msgspec.Raw], record: bytes, odd: Counter[str] | None = None
) -> list[Page]:
    """Decode the pages of a record: several if they are gathered by key, else one.

    Args:
        fields: The fields of the record.
        record: The whole record.
        odd: See `StructDecoder`.

    Raises:
        msgspec.ValidationError: If a field has a wrong type.
    """
    gathered = {part: _by_key(fields[part]) for part in _PARTS if part in fields}
    keys = dict.fromkeys(key for parts in gathered.values() for key in parts)
    if not keys:
        return [_page(record, odd)]
    return [_page(_one_of(gathered, key), odd) for key in keys]


def _one_of(gathered: dict[str, dict[str, msgspec.Raw]], key: str) -> bytes:
    """Return the page under a key as other pages are written."""
    return _encode({part: values[key] for part, values in gathered.items() if key in values})


def _by_key(part: msgspec.Raw) -> dict[str, msgspec.Raw]:
    """Return the values of an object whose keys are numbers; none if it is something else."""
    if not bytes(part).startswith(b"{"):
        return {}
    fields = _keys(part)
    return fields if all(map(str.isdecimal, fields)) else {}


def names(users: Iterable[msgspec.Raw], odd: Counter[str]) -> dict[int, str]:
    """Return the screen name of each user by id; malformed users are left out.

    Args:
        users: The users.
        odd: See `StructDecoder`.
    """
    by_id = {}
    for raw in users:
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            user = _user(raw, odd)
            user_id = IdReader().read(author_id=(user.id,))["author_id"]
            if user_id is not None and user.username:
                by_id[user_id] = user.username
    return by_id


def is_includes(fields: dict[str, Any]) -> bool:
    """Return whether a record is the includes of a page, on a line or in a file of their own.

    Args:
        fields: Its decoded fields, or only their names with values that are not decoded.

    Examples:
        >>> is_includes({"users": [{"id": "8", "username": "ann"}], "tweets": []})
        True
        >>> is_includes({"tweets": []}), is_includes({"users": [{"id": 8, "screen_name": "ann"}]})
        (False, False)
    """
    if "users" not in fields or not fields.keys() <= _INCLUDES_KEYS:
        return False
    users = fields["users"]
    if isinstance(users, msgspec.Raw):
        users = _list(users) if bytes(users).startswith(b"[") else None
    if not isinstance(users, list):
        return False
    first = users[0] if users else {}
    if isinstance(first, msgspec.Raw):
        first = _keys(first) if bytes(first).startswith(b"{") else None
    # Detection does not decode the elements of large lists. API v1.1 has a `screen_name`.
    return isinstance(first, dict) and (not first or {"id", "username"} <= first.keys())


def is_meta(fields: dict[str, Any]) -> bool:
    """Return whether a record is the summary of a page, on a line of its own."""
    return "result_count" in fields and fields.keys() <= _META_KEYS
