"""Print how a file would be read, and a column map to start from."""

from collections.abc import Mapping
from datetime import datetime

import tomli_w
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from workbench.cli.reports import path_names, safe
from workbench.ingest.field_origins import FIELDS
from workbench.ingest.preview import Preview
from workbench.text import sanitize

#: Keys to list, and characters of a value.
KEYS_SHOWN = 30
WIDEST = 60
LONGEST_ID = 20
#: Cells of the terminal that a column has at least.
NARROWEST = 10

#: What to do with a printed map.
HINT = (
    "save these lines in a recipe, correct them, and try it: `workbench ingest FILE --show -r "
    "RECIPE`. The README lists all fields under Bring your own table."
)

_NOT_THERE = "not there"
#: Field -> what it is computed from if no key has its value.
_DERIVED = {"created_at": "the id"}


def preview(shown: Preview) -> RenderableType:
    """Show the format of a member, the origin of each field, the first rows, and a map."""
    place = " ".join(filter(None, [shown.archive, shown.name]))
    parts: list[RenderableType] = [Text(sanitize.visible(place), style="bold")]
    if shown.damage:
        what = "  damaged: " if shown.columns else "  cannot be read: "
        parts.append(Text.assemble(what, safe(shown.damage)))
    if not shown.columns:
        return Group(*parts)
    if shown.format is None:
        parts.append(Text("  of no known format"))
    else:
        lacks = f"; without {shown.lacks}" if shown.lacks else ""
        parts.append(safe(f"  read as {shown.format}: {shown.about}{lacks}"))
    parts += [_tweets(shown) if shown.tweets else _records(shown)]
    parts += [safe(f"  {line}") for line in _remarks(shown)]
    return Group(*parts)


def column_map(guess: Mapping[str, str]) -> str:
    """Return a column map as TOML, for a recipe; the missing columns are comments.

    Examples:
        >>> print(column_map({"tweet_id": "Tweet Id"}))
        [ingest.columns]
        tweet_id = "Tweet Id"
        # text = ""
    """
    lines = [f"# {name} =" + ' ""' for name in ("tweet_id", "text") if name not in guess]
    return "\n".join([tomli_w.dumps({"ingest": {"columns": dict(guess)}}).strip(), *lines])


def _tweets(shown: Preview) -> "_Table":
    """Return the first tweets, a field per line: where it was read, and its values."""
    rows = []
    for field in FIELDS:
        values = [tweet[field] for tweet in shown.tweets]
        origin = shown.origins.get(field)
        if origin is None:
            is_absent = all(value is None for value in values)
            origin = _NOT_THERE if is_absent else _DERIVED.get(field, "derived")
        rows.append(([field, origin], values))
    return _Table(["field", "read from"], rows, head="tweet")


def _records(shown: Preview) -> "_Table":
    """Return the first records as they are, a column per line."""
    numbers = range(len(shown.records))
    rows = [
        ([column], [shown.value(number, column) for number in numbers])
        for column in shown.columns[:KEYS_SHOWN]
    ]
    return _Table(["column"], rows, head="row")


class _Table:
    """Names at the left, and beside them values that are wrapped or cut to the rest of the width.

    Args:
        names: Heads of the columns with names.
        rows: The names and the values of each row.
        head: Head of the columns with values; their number is added.
    """

    def __init__(
        self, names: list[str], rows: list[tuple[list[str], list[object]]], *, head: str
    ) -> None:
        self._names = names
        self._rows = rows
        self._head = head

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        room = max(NARROWEST, options.max_width // 3)
        names = [[path_names.tail(_cell(name), room) for name in row[0]] for row in self._rows]
        values = max((len(row[1]) for row in self._rows), default=0)
        taken = sum(
            max(map(cell_len, column), default=0) + 2 for column in zip(*names, strict=True)
        )
        width = max(NARROWEST, (options.max_width - taken) // max(values, 1) - 2)
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for name in self._names:
            table.add_column(name, no_wrap=True)
        for number in range(values):
            head = f"{self._head} {number + 1}"
            table.add_column(head, max_width=width)
        for name_cells, row in zip(names, self._rows, strict=True):
            table.add_row(*name_cells, *map(_value, row[1]))
        yield table


def _value(value: object) -> Text:
    """Return a value for a narrow column: ids and times are wrapped, longer texts are cut."""
    text = _cell(value)
    is_short = len(text) <= LONGEST_ID
    return Text(text, no_wrap=not is_short, overflow="fold" if is_short else "ellipsis")


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)
    return sanitize.plain(text, most=WIDEST)


def _remarks(shown: Preview) -> list[str]:
    others = shown.other_columns if shown.tweets else shown.columns[KEYS_SHOWN:]
    remarks = [f"{count} of the first rows rejected: {why}" for why, count in shown.rejects.items()]
    for what, _, key in (each.partition(": ") for each in shown.unread):
        remarks.append(f"`{key}` may hold what the tweets lack ({what}), but is not read")
    if others:
        more = f" and {len(others) - KEYS_SHOWN} more" if len(others) > KEYS_SHOWN else ""
        remarks.append(f"other keys: {', '.join(others[:KEYS_SHOWN])}{more}")
    return remarks
