"""Report the effect of each rule, kept conversations, role policies and verified exports."""

import polars as pl
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from workbench import export, selection
from workbench.cli.reports import safe
from workbench.export import role_counts
from workbench.export.verification import Verification
from workbench.recipe import Recipe
from workbench.selection import by_hand, hand_list
from workbench.storage import Workspace
from workbench.text import sanitize
from workbench.text.counts import counted


def attribution(workspace: Workspace) -> RenderableType:
    """Count what each rule of the last selection removes, and what was kept against the rules."""
    table = Table(title="What each rule removes", title_justify="left", box=None)
    table.add_column("rule")
    for column in ["first", "at all", "only this rule"]:
        table.add_column(column, justify="right")
    verdicts = workspace.read("verdicts")
    for row in selection.attribution(verdicts).to_dicts():
        counts = [row[f"removed_{kind}"] for kind in ("first", "at_all", "only")]
        table.add_row(row["title"], *(f"{count:,}" for count in counts))
    against_rules = by_hand.sentence(by_hand.kept_anyway(verdicts))
    return Group(table, *([Text(against_rules)] if against_rules else []))


def conversations(workspace: Workspace, recipe: Recipe, *, limit: int) -> RenderableType:
    """Show kept conversations as they are exported, the most suitable first."""
    verdicts = workspace.read("verdicts").filter("kept")
    suitability = workspace.read("scores", columns=["thread_id", "suitability"])
    best = verdicts.join(suitability, on="thread_id").sort(
        "suitability", "thread_id", descending=[True, False], nulls_last=True
    )
    panels: list[RenderableType] = []
    for row in best.iter_rows(named=True):
        records = export.preview(
            workspace.scan("turns"),
            workspace.read("threads"),
            verdicts.filter(pl.col("thread_id") == row["thread_id"]),
            recipe=recipe,
            secret=workspace.secret,
            answers=workspace.scan("reply_scores"),
            decisions=hand_list.load(workspace),
            limit=1,
            format="messages",
        )
        panels += [_conversation(record["messages"], row["suitability"]) for record in records]
        if len(panels) == limit:
            break
    return Group(*panels) if panels else Text("This recipe keeps no conversation.")


def _conversation(messages: list[dict[str, str]], suitability: float | None) -> Panel:
    text = Text()
    for message in messages:
        style = "bold cyan" if message["role"] == "user" else "bold green"
        content = " ".join(sanitize.visible(message["content"]).split())
        text.append(f"{message['role']:<9} ", style=style).append(content + "\n")
    text.rstrip()
    title = "" if suitability is None else f"fits: {suitability:.0%}"
    return Panel(text, title=title, title_align="left", width=100)


def role_policies(workspace: Workspace) -> RenderableType:
    """Count what each role policy makes of all threads, and the turns that none can use."""
    table = Table(title="Conversations by role policy", title_justify="left", box=None)
    table.add_column("policy")
    columns = ["threads", "nodes", "paths"]
    for column in columns:
        table.add_column(column, justify="right")
    threads = workspace.read("threads", columns=["thread_id", "not_placed"])
    counts = role_counts.of_threads(workspace.scan("turns"), threads["thread_id"])
    for row in counts.to_dicts():
        table.add_row(row["policy"], *(f"{row[column]:,}" for column in columns))
    strays = int(threads["not_placed"].sum())
    return Group(table, *([Text(role_counts.not_placed(strays))] if strays else []))


def verification(result: Verification) -> RenderableType:
    """List what is wrong with an export, or say that nothing is."""
    lines = [safe(problem) for problem in result.problems]
    if result.deleted:
        lines.append(Text(f"It contains {counted(len(result.deleted), 'tweet')} deleted since."))
    lines += [Text("Note: ").append_text(safe(note)) for note in result.notes]
    summary = f"{counted(result.records, 'record')} read."
    if result.is_ok:
        summary += " The export matches its manifest."
    return Group(*lines, Text(summary))
