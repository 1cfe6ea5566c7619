"""Explain why a record of no known format is rejected, and name its keys."""

from collections.abc import Collection

import msgspec

from workbench.text import sanitize

#: Start of every reason.
UNKNOWN = "of no known format"

#: Keys that a reason names, and characters of each.
KEYS_NAMED = 12
KEY_CHARACTERS = 40

#: Different sets of keys that are named per member. Records that use ids as keys have millions.
SETS_NAMED = 20

_OTHER_KEYS = f"{UNKNOWN}, with other keys"

_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def reason(record: bytes) -> str:
    """Return why a record is rejected: the names of its keys, without any value.

    Examples:
        >>> reason(b'{"id": 17, "text": "Name a cheese.", "label": 0}')
        'of no known format, with the keys: id, text, label'
        >>> reason(b"[1]"), reason(b"{")
        ('of no known format: not a JSON object', 'of no known format: not a JSON object')
    """
    try:
        keys = list(_keys(record))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return f"{UNKNOWN}: not a JSON object"
    if not keys:
        return f"{UNKNOWN}: an empty object"
    named = [_short(key) for key in keys[:KEYS_NAMED]]
    more = f", and {len(keys) - KEYS_NAMED} more" if len(keys) > KEYS_NAMED else ""
    return f"{UNKNOWN}, with the keys: {', '.join(named)}{more}"


def bounded_reason(record: bytes, known: Collection[str]) -> str:
    """Return `reason`, or one for all others if too many different ones are known already.

    Args:
        record: The record.
        known: Results for earlier records of the member.
    """
    text = reason(record)
    return text if text in known or len(known) < SETS_NAMED else _OTHER_KEYS


def _short(key: str) -> str:
    visible = sanitize.visible(key)
    return visible if len(visible) <= KEY_CHARACTERS else f"{visible[: KEY_CHARACTERS - 1]}…"
