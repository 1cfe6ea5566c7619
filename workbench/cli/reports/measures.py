"""Report the measures of one's own in a workspace."""

from typing import Any

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench.cli.reports import safe
from workbench.measures import store
from workbench.measures.code import Code
from workbench.measures.score_files import ScoreTable
from workbench.storage import Workspace

_KEYS = {"thread_id": "thread", "tweet_id": "tweet"}


def added_table(table: ScoreTable, *, unknown: int) -> str:
    """Say what a file of scores has, and how many of its ids are unknown."""
    of_threads = table.key == "thread_id"
    names = ", ".join(f"`{name}`" for name in table.names)
    text = f"{table.origin}: {names} of {_counted(table.rows.height, table.key)}"
    if unknown:
        what = "no thread of this workspace" if of_threads else "in no thread of this workspace"
        text += f"; {unknown:,} of the ids {_is_or_are(unknown)} {what}"
    if empty := table.unknown:
        text += f"; {empty:,} of the values {_is_or_are(empty)} unknown: empty, NaN, infinite "
        text += "or too large"
    if not of_threads:
        way = (
            "that of the opening tweet"
            if table.by == "opening"
            else f"the {table.by} of its tweets"
        )
        text += f"; the score of a thread is {way}"
    return f"{text}."


def _is_or_are(count: int) -> str:
    return "is" if count == 1 else "are"


def _counted(rows: int, key: str) -> str:
    return f"{rows:,} {_KEYS[key]}{'' if rows == 1 else 's'}"


def added_code(code: Code) -> str:
    """Say which measures a file of code has, and what a recipe needs to use it."""
    names = ", ".join(f"`{measure.name}`" for measure in code.measures)
    return (
        f"{code.name}: {names}. It was run once, to check it. It runs again only if the recipe "
        f'names it. Write there:\n\n[score]\ncode = ["{code.name}"]\n'
    )


def listing(workspace: Workspace) -> RenderableType:
    """List the files of measures, and the measures in the scores."""
    files = store.stored(workspace)
    measures = store.of_scores(workspace)
    if not files and not measures:
        return Text("This workspace has no measures of your own. `workbench scores add` adds some.")
    table = Table(title="Files of measures", title_justify="left", box=None)
    for column in ["file", "content"]:
        table.add_column(column, overflow="fold")
    for file in files:
        content = (
            f"{_counted(file.rows, file.key)}: {', '.join(file.names)}" if file.key else "code"
        )
        table.add_row(safe(file.origin), safe(content))
    computed = Table(title="Measures in the scores", title_justify="left", box=None)
    for column in ["[select.own.…]", "made by", "meaning"]:
        computed.add_column(Text(column), overflow="fold")
    for own in measures:
        made_by = f"{own.made_by} {own.origin}".strip() or "unknown"
        computed.add_row(own.name, safe(made_by), safe(own.measure.tooltip))
    return Group(table, computed)


def records(workspace: Workspace) -> dict[str, Any]:
    """Return the same as data, for `--json`."""
    return {
        "files": [vars(file) for file in store.stored(workspace)],
        "measures": [msgspec.structs.asdict(own) for own in store.of_scores(workspace)],
    }
