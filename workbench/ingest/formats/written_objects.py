"""Read an object that a cell contains as text: JSON, or the way Python prints a dictionary.

`DataFrame.to_csv` of pandas writes nested objects like that. The text is only cut into tokens,
nothing in it is evaluated, and the time is linear in its length.
"""

import re
from typing import Any

import msgspec

#: Longer texts are not read, in characters.
LONGEST = 1 << 16

_TOKEN = re.compile(
    r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[{}\[\]():,'"]|[^\s{}\[\]():,'"]+""", re.DOTALL
)
_ESCAPE = re.compile(
    r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}|.)", re.DOTALL
)
#: Characters of a 64-bit integer with a sign.
_LONGEST_NUMBER = 20
_CONTROL = {"n": "\n", "t": "\t", "r": "\r"}
_WORDS = {"None": None, "null": None, "True": True, "False": False, "nan": None}

_json = msgspec.json.Decoder().decode


def read(text: str) -> dict[str, Any] | None:
    r"""Return the object that a cell contains; None if it contains none.

    Of a dictionary of Python, only the values that are strings, numbers or names are returned.

    Examples:
        >>> read('{"id": 8, "by": {"name": "ann"}}')
        {'id': 8, 'by': {'name': 'ann'}}
        >>> read("{'id': 8, 'name': \"ann's\", 'at': datetime.date(2019, 7, 3), 'is': True}")
        {'id': 8, 'name': "ann's", 'is': True}
        >>> read("{ann}"), read("hello")
        ({}, None)
    """
    body = text.strip()
    if not (body.startswith("{") and body.endswith("}")) or len(body) > LONGEST:
        return None
    try:
        value = _json(body)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return _of_python(body)
    return value if isinstance(value, dict) else None


def _of_python(body: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    depth = 0
    #: The tokens since the last comma of the outer object; a value in brackets is one of them.
    entry: list[str] = []
    for token in _TOKEN.findall(body):
        if token in ("'", '"'):  # a string that is never closed
            break
        if token in "}])":
            depth -= 1
        if depth == 1 and token not in "}])" and token not in "{[(,":
            entry.append(token)
        elif token in "{[(":
            depth += 1
            if depth > 1:
                entry.append(token)
        elif depth <= 1 and token in ",}":
            _add(fields, entry)
            entry = []
    return fields


def _add(fields: dict[str, Any], entry: list[str]) -> None:
    """Add an entry that consists of a key, a colon and one value."""
    if len(entry) != 3 or entry[1] != ":" or entry[0][0] not in "'\"":
        return
    key, value = _string(entry[0]), entry[2]
    if value[0] in "'\"":
        fields[key] = _string(value)
    elif value in _WORDS:
        fields[key] = _WORDS[value]
    elif value not in "{[(":
        try:
            fields[key] = int(value) if len(value) <= _LONGEST_NUMBER else None
        except ValueError:
            fields[key] = value


def _string(token: str) -> str:
    return _ESCAPE.sub(_unescaped, token[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    escaped = match[1]
    if len(escaped) > 1:
        return chr(int(escaped[1:], 16))
    return _CONTROL.get(escaped, escaped)
