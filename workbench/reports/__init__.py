"""Reports: what the command line shows, as tables for a terminal.

Everything that comes from a dump goes through `render.visible`, so that no tweet and no file name
can steer the terminal.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import polars as pl
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from workbench import deletions, export, packs, pipeline, render, roles, selection
from workbench import formats as exports
from workbench.schemas import Turns
from workbench.settings import Recipe
from workbench.sources import Source
from workbench.workspace import Run, Workspace

#: Rows of the ledger and of the rejects that are shown.
ROWS = 40
REJECTS_SHOWN = 5


#: What a run is told as; the names are those of its counts.
_LINES = {
    "ingest": "{lines} lines of {members} members -> {rows} tweets, {deleted} of them deleted; "
    "{members_known} members known before, {rejected} lines rejected",
    "threads": "{tweets} tweets, {replies} replies, {linked} linked, {orphans} orphans -> "
    "{threads} threads of {turns} turns, {complete} complete",
    "embed": "{turns} prompts, {without_text} without text -> {vectors} vectors, {encoded} new",
    "score": "{threads} threads against {instructions} known instructions",
    "select": "{threads} threads -> {kept} kept, {removed} removed",
    "export": "{threads} threads -> pack `{pack}`, {files} files",
}


def line(run: Run) -> str:
    """Tell a run in one line: what came of what, and how long it took.

    Examples:
        >>> line(Run("select", "", 0.0, 0.25, {"threads": 1200, "kept": 30, "removed": 1170}))
        '1,200 threads -> 30 kept, 1,170 removed (0.2 s)'
        >>> counts = {"turns": 30, "without_text": 1, "vectors": 29, "encoded": 29}
        >>> line(Run("embed", "", 0.0, 0.25, counts | {"passed_over": 70})).partition("; ")[2]
        '70 threads passed over by the cascade (0.2 s)'
    """
    counts = {
        name: f"{count:,}" if isinstance(count, int) else count
        for name, count in run.counts.items()
    }
    told = _LINES[run.stage].format_map(counts)
    if passed_over := run.counts.get("passed_over"):
        told += f"; {passed_over:,} threads passed over by the cascade"
    return f"{told} ({run.seconds:.1f} s)"


def hint_after_ingest(run: Run) -> str:
    """Say what to make of an ingest that found nothing; empty where it found something."""
    if run.counts["lines"] == 0:
        return "there was no line to read; is this the right file?"
    if run.counts["rows"] == 0:
        return (
            "no line held a tweet; `workbench ledger --rejects` shows some, and "
            "`workbench formats` what is read."
        )
    return ""


def funnel(workspace: Workspace) -> Table:
    """Show what is left after each stage."""
    table = Table(title="From lines to conversations", title_justify="left", box=None)
    table.add_column("")
    table.add_column("rows", justify="right")
    table.add_column("of the step before", justify="right")
    before = None
    for title, count in pipeline.funnel(workspace):
        share = f"{count / before:.1%}" if before else ""
        table.add_row(title, f"{count:,}", share)
        before = count
    return table


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
        said = " ".join(render.visible(message["content"]).split())
        text.append(f"{message['role']:<9} ", style=style).append(said + "\n")
    text.rstrip()
    title = "" if suitability is None else f"fits: {suitability:.0%}"
    return Panel(text, title=title, title_align="left", width=100)


def status(workspace: Workspace, recipe: Recipe) -> RenderableType:
    """Show each stage's tables: rows, age, and why it is stale if it is."""
    table = Table(title=f"Workspace {workspace.root}", title_justify="left", box=None)
    for column, justify in [("stage", "left"), ("rows", "right"), ("age", "right"), ("", "left")]:
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    found = pipeline.states(workspace, recipe)
    for state in found:
        fresh = "up to date" if state.last else "nothing to do: no thread is kept"
        note = Text(fresh, style="green") if state.is_fresh else Text(state.reason)
        table.add_row(state.stage.name, rows(state), age(state.last), note)
    stale = [state.stage.name for state in found if not state.is_fresh]
    advice = "Nothing to do." if not stale else "`workbench run` brings all of it up to date."
    if "ingest" in stale:
        advice = "Begin with `workbench ingest PATH...`."
    held = [
        Text(f"The pack `{name}` holds {len(ids):,} tweets deleted since: ", style="yellow")
        + Text(f"`workbench export {name} --redo` makes it again.")
        for name, ids in deletions.held_by_packs(workspace).items()
    ]
    return Group(table, Text(advice), *held)


def rows(state: pipeline.State) -> str:
    """Name the rows that a stage last gave, by table."""
    keys = {
        "ingest": ["tweets"],
        "threads": ["threads", "turns"],
        "embed": ["vectors"],
        "score": ["threads"],
        "select": ["kept", "removed"],
        "export": ["threads"],
    }[state.stage.name]
    counts = state.last.counts if state.last else {}
    return ", ".join(f"{counts[key]:,} {key}" for key in keys if key in counts) or "-"


def age(run: Run | None) -> str:
    """Tell how long ago a run finished.

    Examples:
        >>> age(None)
        '-'
    """
    if run is None:
        return "-"
    passed = datetime.now(UTC) - datetime.fromtimestamp(run.finished_at, UTC)
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{passed.seconds // 60} min"
    if passed < timedelta(days=1):
        return f"{passed.seconds // 3600} h"
    return f"{passed.days} days"


def role_policies(workspace: Workspace) -> Table:
    """Show the yield of each role policy, over all threads."""
    table = Table(title="What each role policy makes", title_justify="left", box=None)
    table.add_column("policy")
    columns = ["threads", "nodes", "paths"]
    for column in columns:
        table.add_column(column, justify="right")
    turns = Turns.cast(workspace.read("turns"))
    for row in roles.yield_of(turns).to_dicts():
        table.add_row(row["policy"], *(f"{row[column]:,}" for column in columns))
    return table


def ledger(workspace: Workspace) -> RenderableType:
    """Show what became of every line, by member, with totals."""
    frame = workspace.read("ledger")
    counted = ["lines", "tweets", "carriers", "deletions", "notices", "blank", "rejected"]
    table = Table(title="What became of every line", title_justify="left", box=None)
    table.add_column("member", overflow="fold", ratio=1)
    for column in counted:
        table.add_column(column, justify="right", no_wrap=True)
    for row in frame.head(ROWS).to_dicts():
        told = [f"{row[column]:,}" for column in counted]
        table.add_row(_safe(row["name"] or row["archive"]), *told)
    totals = [f"{int(frame[column].sum()):,}" for column in counted]
    if frame.height > ROWS:
        table.add_row(f"and {frame.height - ROWS:,} more", "")
    table.add_row(f"all {frame.height:,} members", *totals, style="bold")
    damaged = frame.filter(pl.col("damage").is_not_null())
    lines = [
        Text.assemble(("damaged: ", "yellow"), _safe(f"{row['archive']} {row['name']}: "))
        + _safe(row["damage"])
        for row in damaged.head(ROWS).to_dicts()
    ]
    return Group(table, *lines)


def rejects(workspace: Workspace) -> RenderableType:
    """Show the lines that were not understood by reason: how many, where, and how they begin."""
    members = workspace.read("ledger", columns=["member", "archive", "name", "reject_reasons"])
    reasons = (
        members.select(pl.col("reject_reasons").list.explode().struct.unnest())
        .drop_nulls()
        .group_by("kind")
        .agg(pl.col("count").sum())
        .sort("count", "kind", descending=[True, False])
    )
    if reasons.is_empty():
        return Text("No line was rejected.")
    few = workspace.scan("rejects").group_by("reason", maintain_order=True).head(REJECTS_SHOWN)
    found = few.collect().join(members, on="member", how="left", maintain_order="left")
    lines = []
    for reason in reasons.head(ROWS).to_dicts():
        counted = f": {reason['count']:,} lines"
        lines.append(Text.assemble((render.visible(reason["kind"]), "bold"), counted))
        for row in found.filter(pl.col("reason") == reason["kind"]).to_dicts():
            where = f"  {row['name'] or row['archive'] or ''}:{row['line']} "
            excerpt = " ".join(row["excerpt"].split())
            lines.append(Text.assemble((render.visible(where), "dim"), _safe(excerpt)))
    for text in lines:
        text.no_wrap, text.overflow = True, "ellipsis"
    return Group(*lines)


def verification(found: packs.Verification) -> RenderableType:
    """Show what is wrong with a pack, or that nothing is."""
    lines = [_safe(problem) for problem in found.problems]
    if found.deleted:
        lines.append(Text(f"It holds {len(found.deleted):,} tweets deleted since."))
    told = f"{found.records:,} records read."
    return Group(*lines, Text(f"{told} The pack is as it was written." if found.is_ok else told))


def formats(sources: Mapping[str, Source]) -> RenderableType:
    """List the formats that are read and those that are written."""
    read = Table(title="Dumps that are read (told by content)", title_justify="left", box=None)
    written = Table(title="Exports that are written", title_justify="left", box=None)
    for table in (read, written):
        table.add_column("format")
        table.add_column("what it is", overflow="fold")
    for source in sources.values():
        read.add_row(source.NAME, source.ABOUT)
    for written_format in exports.FORMATS.values():
        written.add_row(written_format.NAME, written_format.ABOUT)
    return Group(read, Text(), written)


def _safe(text: str) -> Text:
    return Text(render.visible(text))
