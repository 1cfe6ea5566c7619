"""Report and change what is kept and dropped by hand."""

from typing import Any

import polars as pl
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from workbench.cli.reports import safe
from workbench.exceptions import StageError
from workbench.selection import by_hand, hand_list
from workbench.selection.by_hand import Decision, What
from workbench.storage import Workspace


def decide(
    workspace: Workspace, ids: list[str], *, turn: bool, decision: Decision, note: str
) -> str:
    """Keep or drop threads or turns, and say what has changed."""
    what: What = "turn" if turn else "thread"
    numbers = _numbers(ids)
    unknown = _unknown(workspace, numbers, what)
    changed = hand_list.decide(workspace, numbers, what=what, decision=decision, note=note)
    text = f"{_counted(changed, what)} {by_hand.PAST[decision]} by hand."
    if unknown:
        text += f" {_counted(unknown, 'id')} not in this workspace, kept in the list."
    return text


def clear(workspace: Workspace, ids: list[str], *, turn: bool) -> str:
    """Take decisions back, and say how many there were."""
    what: What = "turn" if turn else "thread"
    count = hand_list.take_back(workspace, _numbers(ids), what=what)
    return f"{_counted(count, 'decision')} on {what}s taken back."


def listing(workspace: Workspace) -> RenderableType:
    """List the decisions with their notes."""
    decisions = hand_list.load(workspace)
    if decisions.is_empty():
        return Text("Nothing was kept or dropped by hand.")
    table = Table(title=f"Decided by hand ({hand_list.FILE})", title_justify="left", box=None)
    for column in decisions.columns:
        table.add_column(column, overflow="fold")
    for what, number, decision, note in decisions.iter_rows():
        table.add_row(what, str(number), decision, safe(note))
    return table


def records(workspace: Workspace) -> dict[str, Any]:
    """Return the decisions as data, for `--json`; ids are texts."""
    rows = hand_list.load(workspace).to_dicts()
    return {"decisions": [row | {"id": str(row["id"])} for row in rows]}


def _numbers(ids: list[str]) -> list[int]:
    wrong = [text for text in ids if not (text.isascii() and text.isdigit() and int(text) < 2**63)]
    if wrong:
        msg = f"{wrong[0][:40]!r} is not an id."
        raise StageError(msg, hint="write ids in full, digits only. `workbench search` shows some.")
    return list(map(int, ids))


def _unknown(workspace: Workspace, numbers: list[int], what: What) -> int:
    """Count the ids that are not those of threads or turns of a workspace."""
    if not workspace.has("turns"):
        return 0
    key = "tweet_id" if what == "turn" else "thread_id"
    column = (
        workspace.scan("turns").select(key).filter(pl.col(key).is_in(numbers)).unique().collect()
    )
    return len(set(numbers)) - column.height


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
