"""Reports on runs: what came of each stage, and which of them are out of date."""

from datetime import UTC, datetime, timedelta

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench import pipeline
from workbench.pipeline import deletions
from workbench.recipe import Recipe
from workbench.storage import Run, Workspace

#: What a run is told as; the names are those of its counts.
_LINES = {
    "ingest": "{lines} lines of {members} members -> {rows} tweets, {deleted} of them deleted; "
    "{members_known} members known before, {rejected} lines rejected",
    "threads": "{tweets} tweets, {replies} with the id of what they answer, {linked} of them "
    "linked to it, {orphans} whose parent is missing -> {threads} threads of {turns} turns, "
    "{complete} complete",
    "embed": "{turns} prompts, {without_text} without text -> {vectors} vectors, {encoded} new",
    "score": "{threads} threads against {instructions} known instructions",
    "select": "{threads} threads -> {kept} kept, {removed} removed",
    "export": "{threads} threads -> pack `{pack}`, {files} files",
}

#: Where damage is told of.
_SEE = "see `workbench ledger`"


def line(run: Run) -> str:
    """Tell a run in one line: what came of what, and how long it took.

    Examples:
        >>> line(Run("select", "", 0.0, 0.25, {"threads": 1200, "kept": 30, "removed": 1170}))
        '1,200 threads -> 30 kept, 1,170 removed (0.2 s)'
        >>> counts = {"turns": 30, "without_text": 1, "vectors": 29, "encoded": 29}
        >>> line(Run("embed", "", 0.0, 0.25, counts | {"passed_over": 70})).partition("; ")[2]
        '70 threads passed over by the cascade (0.2 s)'
        >>> counts = dict.fromkeys(["members", "members_known", "lines", "rejected"], 1)
        >>> counts |= {"rows": 2, "deleted": 0, "damaged": 1}
        >>> line(Run("ingest", "", 0.0, 0.25, counts)).rpartition("; ")[2]
        '1 archive or member damaged: see `workbench ledger` (0.2 s)'
    """
    counts = {
        name: f"{count:,}" if isinstance(count, int) else count
        for name, count in run.counts.items()
    }
    told = _LINES[run.stage].format_map(counts)
    if passed_over := run.counts.get("passed_over"):
        told += f"; {passed_over:,} threads passed over by the cascade"
    if run.stage == "ingest" and (amiss := damage(run)):
        told += f"; {amiss}: {_SEE}"
    return f"{told} ({run.seconds:.1f} s)"


def damage(run: Run | None) -> str:
    """Say how much of what an ingest knows was damaged; empty where nothing was."""
    # Older records do not tell.
    count = run.counts.get("damaged", 0) if run else 0
    what = "archive or member" if count == 1 else "archives or members"
    return f"{count:,} {what} damaged" if count else ""


def hint_after_ingest(run: Run) -> str:
    """Say what to make of an ingest that found nothing; empty where it found something."""
    if run.counts["lines"] == 0:
        if amiss := damage(run):
            return f"nothing could be read, {amiss}: {_SEE}."
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
    amiss = damage(found[0].last)
    notes = [Text(f"{amiss}: {_SEE}.", style="yellow")] if amiss else []
    notes += [
        Text(f"The pack `{name}` holds {len(ids):,} tweets deleted since: ", style="yellow")
        + Text(f"`workbench export {name} --redo` makes it again.")
        for name, ids in deletions.held_by_packs(workspace).items()
    ]
    return Group(table, Text(advice), *notes)


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
