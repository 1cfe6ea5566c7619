"""Summarize a finished run in one line, for the command line and the dashboard."""

from workbench import pipeline
from workbench.storage import Run

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
