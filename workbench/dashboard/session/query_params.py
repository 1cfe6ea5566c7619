"""Read and write the state of a page in its address, so that it can be linked to and reloaded.

A page reads its first values with `read` and its siblings, and writes them with `write`.
`apps/head.html` decides what becomes of a change in the browser:

- A change replaces the entry of the history: Back leaves the page, whatever filters were moved.
- A choice, `write(choice="thread", ...)`, makes an entry: Back returns to the thread before it.
- Back and Forward load the page again, unless it follows them with `components.address.Address`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import marimo as mo

from workbench.dashboard.session import marimo_internals

#: Longest value to read or write, in characters; and for a recipe or a choice, which are longer.
LONGEST, LONG = 2000, 50_000

#: Tells the script in `apps/head.html` that the next change makes an entry. It removes the mark.
_MARK = ("history", "push")


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


def write(*, choice: str = "", **values: object) -> None:
    """Write values into the address, and remove those that are empty.

    Args:
        choice: Name of a value that makes an entry in the history of the browser if it alone
            changes, from one value to another. The first thread of a list is therefore no choice.
        **values: The values by name.
    """
    params = mo.query_params()
    changes = {
        name: text
        for name, text in ((name, _text(value)) for name, value in values.items())
        if text != (params.get(name) or "")
    }
    is_choice = list(changes) == [choice] and bool(changes[choice]) and choice in params
    if is_choice:
        params.set(*_MARK)
    for name, text in changes.items():
        if text:
            params.set(name, text)
        else:
            params.remove(name)
    if is_choice:
        params.remove(_MARK[0])


def follow(entries: Iterable[tuple[str, str]]) -> None:
    """Take over the address that the browser shows after Back or Forward.

    Args:
        entries: Names and values, in the order of the address; a name may occur several times.
    """
    marimo_internals.replace_query_params(entries)


def _text(value: object) -> str:
    """Return a value as it is written; empty if it is missing or too long."""
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST else ""
