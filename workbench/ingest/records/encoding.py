"""Decode text that should be UTF-8 and is not."""

import json
import re
from collections import Counter

#: What tools on Windows write for Western languages if nobody chooses an encoding.
FALLBACK = "cp1252"

_REPLACED = "\ufffd"
_NON_ASCII = re.compile(rf"[^\x00-\x7f{_REPLACED}]")


def decode(data: bytes, *, is_utf8: bool = False) -> tuple[str, str]:
    r"""Decode bytes that are not UTF-8.

    Bytes without a single valid sequence of UTF-8 are read as Windows-1252. Among valid sequences,
    each invalid one is damage, and becomes U+FFFD.

    Args:
        data: The bytes, which are not valid UTF-8.
        is_utf8: Whether other text beside it is UTF-8, so that this is damage.

    Returns:
        The text, and what was done to it, to complete "a row".

    Examples:
        >>> decode(b"\xe9t\xe9"), decode(b"\xc3\xa9t\xe9")
        (('été', 'read as Windows-1252'), ('ét�', 'with bytes that are not UTF-8'))
    """
    text = data.decode("utf-8", "replace")
    if is_utf8 or _NON_ASCII.search(text):
        return text, "with bytes that are not UTF-8"
    return data.decode(FALLBACK, "replace"), "read as Windows-1252"


def repair(record: bytes, odd: Counter[str] | None = None) -> bytes | None:
    r"""Make valid JSON of a record with bytes that are not UTF-8, lone surrogates or `NaN`.

    Bytes become what `decode` says, lone surrogates U+FFFD, and `NaN` null.

    Args:
        record: The record.
        odd: Counter of what was done to bytes that are not UTF-8; added to.

    Returns:
        The record as valid JSON; None if it is no JSON even then.

    Examples:
        >>> ascii(repair(rb'{"text": "a\ud800b"}').decode())
        '\'{"text": "a\\ufffdb"}\''
    """
    how = ""
    try:
        text = record.decode()
    except UnicodeDecodeError:
        text, how = decode(record)
    try:
        value = json.loads(text, parse_constant=lambda _: None)
        repaired = json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None
    if how and odd is not None:
        odd[f"text {how}"] += 1
    return repaired.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
