"""Read and write the state of a page in its address, so that it can be linked to and reloaded."""

from collections.abc import Mapping
from typing import Any

import marimo as mo

#: Longest value to read or write, in characters; and for a recipe or a choice, which are longer.
LONGEST, LONG = 2000, 50_000


def read(name: str, default: str = "", *, most: int = LONGEST) -> str:
    """Read a value, cut to `most` characters. If it occurs several times, the first one counts."""
    values = mo.query_params().get_all(name)
    return values[0][:most] if values else default


def choice(name: str, options: Mapping[str, Any] | list[str]) -> str:
    """Read one of some options, or return the first option if the address names none of them."""
    names = list(options)
    value = read(name)
    return value if value in names else names[0]


def whole(name: str, default: int = 1) -> int:
    """Read a whole number above 0."""
    value = read(name)
    return int(value) if value.isascii() and value.isdecimal() and int(value) > 0 else default


def ids(name: str, *, most: int = 50) -> list[int]:
    """Read ids separated by commas; anything else is skipped."""
    parts = read(name).split(",")
    numbers = [
        int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 20
    ]
    return [number for number in dict.fromkeys(numbers) if 0 < number < 2**63][:most]


def thread_id() -> int | None:
    """Read the id of the thread to open, or return None if the address names none."""
    return next(iter(ids("thread", most=1)), None)


def write(**values: object) -> None:
    """Write values into the address, and remove those that are empty."""
    params = mo.query_params()
    for name, value in values.items():
        text = "" if value is None else str(value)
        if text and len(text) <= LONGEST:
            if params.get(name) != text:
                params.set(name, text)
        elif name in params:
            params.remove(name)
