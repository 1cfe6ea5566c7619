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
    is_checked = workspace.has("turns")
    if is_checked:
        _check_known(workspace, numbers, what)
    notes = hand_list.load(workspace).filter(
        pl.col("id").is_in(numbers), pl.col("decision") != decision, pl.col("note") != "", what=what
    )
    changed = hand_list.decide(workspace, numbers, what=what, decision=decision, note=note)
    text = f"{_counted(changed, what)} {by_hand.PAST[decision]} by hand."
    if notes.height:
        text += f" {_counted(notes.height, 'earlier note')} removed with the earlier decision."
    if not is_checked:
        text += " The ids were not checked: the workspace has no threads yet."
    return f"{text} `workbench run` applies it."


def clear(workspace: Workspace, ids: list[str], *, turn: bool) -> str:
    """Take decisions back, and say how many there were."""
    what: What = "turn" if turn else "thread"
    numbers = _numbers(ids)
    count = hand_list.take_back(workspace, numbers, what=what)
    text = f"{_counted(count, 'decision')} on {what}s taken back."
    if count:
        return f"{text} `workbench run` applies it."
    other = hand_list.load(workspace).filter(pl.col("id").is_in(numbers))
    option = "without --turn" if turn else "with --turn"
    return f"{text} There are some {option}." if other.height else text


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


def _check_known(workspace: Workspace, numbers: list[int], what: What) -> None:
    """Check that ids are those of threads or of turns, and suggest the other kind."""
    is_one = pl.col("tweet_id").is_in(numbers) | pl.col("thread_id").is_in(numbers)
    rows = workspace.scan("turns").select("thread_id", "tweet_id").filter(is_one).collect()
    threads, turns = set(rows["thread_id"]), dict(rows.select("tweet_id", "thread_id").iter_rows())
    for number in numbers:
        if number in (turns if what == "turn" else threads):
            continue
        if number in turns:
            msg = f"{number} is a turn of the thread {turns[number]}, not a thread."
            hint = f"add --turn to decide on the turn, or name the thread {turns[number]}."
        elif number in threads:
            msg = f"{number} is a thread, not a turn."
            hint = "leave out --turn to decide on the whole thread."
        else:
            msg = f"{number} is in no thread of this workspace."
            hint = "`workbench search TEXT` lists ids of threads, and `workbench show` their turns."
        raise StageError(msg, hint=f"{hint} Nothing was changed.")


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
