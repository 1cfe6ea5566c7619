"""Reports on results: what is selected, how it reads, and the packs that are written."""

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
from workbench.storage import Workspace
from workbench.text import sanitize


def attribution(workspace: Workspace) -> Table:
    """Show what each rule of the last selection removes."""
    table = Table(title="What each rule removes", title_justify="left", box=None)
    table.add_column("rule")
    for column in ["first", "at all", "only this rule"]:
        table.add_column(column, justify="right")
    for row in selection.attribution(workspace.read("verdicts")).to_dicts():
        counts = [row[f"removed_{kind}"] for kind in ("first", "at_all", "only")]
        table.add_row(row["title"], *(f"{count:,}" for count in counts))
    return table


def conversations(workspace: Workspace, recipe: Recipe, *, limit: int) -> RenderableType:
    """Show kept conversations as they are exported, those that fit best first."""
    verdicts = workspace.read("verdicts").filter("kept")
    fitting = workspace.read("scores", columns=["thread_id", "suitability"])
    best = verdicts.join(fitting, on="thread_id").sort(
        "suitability", "thread_id", descending=[True, False], nulls_last=True
    )
    panels: list[RenderableType] = []
    for row in best.iter_rows(named=True):
        chosen = verdicts.filter(pl.col("thread_id") == row["thread_id"])
        records = export.preview(
            workspace.scan("turns"),
            workspace.read("threads"),
            chosen,
            recipe=recipe,
            secret=workspace.secret,
            limit=1,
            format="messages",
        )
        panels += [_conversation(record["messages"], row["suitability"]) for record in records]
        if len(panels) == limit:
            break
    return Group(*panels) if panels else Text("No conversation is kept by this recipe.")


def _conversation(messages: list[dict[str, str]], suitability: float | None) -> Panel:
    text = Text()
    for message in messages:
        style = "bold cyan" if message["role"] == "user" else "bold green"
        said = " ".join(sanitize.visible(message["content"]).split())
        text.append(f"{message['role']:<9} ", style=style).append(said + "\n")
    text.rstrip()
    title = "" if suitability is None else f"fits: {suitability:.0%}"
    return Panel(text, title=title, title_align="left", width=100)


def role_policies(workspace: Workspace) -> Table:
    """Show the yield of each role policy, over all threads."""
    table = Table(title="What each role policy makes", title_justify="left", box=None)
    table.add_column("policy")
    columns = ["threads", "nodes", "paths"]
    for column in columns:
        table.add_column(column, justify="right")
    threads = workspace.read("threads", columns=["thread_id"])["thread_id"]
    for row in role_counts.of_threads(workspace.scan("turns"), threads).to_dicts():
        table.add_row(row["policy"], *(f"{row[column]:,}" for column in columns))
    return table


def verification(found: Verification) -> RenderableType:
    """Show what is wrong with a pack, or that nothing is."""
    lines = [safe(problem) for problem in found.problems]
    if found.deleted:
        lines.append(Text(f"It holds {len(found.deleted):,} tweets deleted since."))
    told = f"{found.records:,} records read."
    return Group(*lines, Text(f"{told} The pack is as it was written." if found.is_ok else told))
