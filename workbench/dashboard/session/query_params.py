"""Queries: what a page shows, in its address, so that it can be linked to and loaded again."""

from collections.abc import Mapping
from typing import Any

import marimo as mo

#: Longest value that is read or written, in characters; a recipe or a choice may be longer.
LONGEST, LONG = 2000, 50_000


def read(name: str, default: str = "", *, most: int = LONGEST) -> str:
    """Read one value of the address, so many characters of it at most; of several the first."""
    found = mo.query_params().get_all(name)
    return found[0][:most] if found else default


def choice(name: str, options: Mapping[str, Any] | list[str]) -> str:
    """Read one of some options; the first one where the address names none of them."""
    names = list(options)
    found = read(name)
    return found if found in names else names[0]


def whole(name: str, default: int = 1) -> int:
    """Read a whole number above 0."""
    found = read(name)
    return int(found) if found.isascii() and found.isdecimal() and int(found) > 0 else default


def ids(name: str, *, most: int = 50) -> list[int]:
    """Read ids with commas between them; what is none is passed over."""
    parts = read(name).split(",")
    found = [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 20]
    return [number for number in dict.fromkeys(found) if 0 < number < 2**63][:most]


def thread_id() -> int | None:
    """Read the id of the thread to open, or None if the address names none."""
    return next(iter(ids("thread", most=1)), None)


def write(**values: object) -> None:
    """Write values into the address; one that is empty is taken out of it."""
    params = mo.query_params()
    for name, value in values.items():
        text = "" if value is None else str(value)
        if text and len(text) <= LONGEST:
            if params.get(name) != text:
                params.set(name, text)
        elif name in params:
            params.remove(name)
