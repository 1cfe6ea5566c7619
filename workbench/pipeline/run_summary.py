"""Describe a finished run in words, for the command line and the dashboard."""

from workbench.pipeline.freshness import State
from workbench.storage import Run

#: Stage -> sentence about a run. The names in braces are those of its counts; what is counted, in
#: the singular, comes after the colon.
_SENTENCES = {
    "ingest": "{lines:line} of {members:member} -> {rows:tweet}, {deleted} of them deleted; "
    "{members_known:member} known before, {rejected:line} rejected",
    "threads": "{tweets:tweet}, {replies} with the id of their parent, {linked} of them "
    "linked to it, {orphans} whose parent is missing -> {threads:thread} of {turns:turn}, "
    "{complete} complete",
    "embed": "{turns:prompt}, {without_text} without text -> {vectors:vector}, {encoded} new",
    "score": "{threads:thread} against {instructions:known instruction}",
    "select": "{threads:thread} -> {kept} kept, {removed} removed",
    "export": "{threads:thread} -> export `{pack}`, {files:file}",
}

#: Stage -> counts that tell the size of its tables.
_SIZES = {
    "ingest": ["tweets"],
    "threads": ["threads", "turns"],
    "embed": ["vectors"],
    "score": ["threads"],
    "select": ["kept", "removed"],
    "export": ["threads"],
}

#: Where to read more about damaged archives.
SEE_LEDGER = "see `workbench ledger`"


def one_line(run: Run) -> str:
    """Summarize a run: its counts and how long it took.

    Examples:
        >>> one_line(Run("select", "", 0.0, 0.25, {"threads": 1200, "kept": 30, "removed": 1170}))
        '1,200 threads -> 30 kept, 1,170 removed (0.2 s)'
        >>> one_line(Run("select", "", 0.0, 0.25, {"threads": 1, "kept": 1, "removed": 0}))
        '1 thread -> 1 kept, 0 removed (0.2 s)'
        >>> names = ["tweets", "replies", "linked", "orphans", "threads", "turns", "complete"]
        >>> counts = dict.fromkeys(names, 9) | {"not_placed": 1234}
        >>> one_line(Run("threads", "", 0.0, 0.25, counts)).partition("; ")[2]
        '1,234 turns not placed (0.2 s)'
        >>> counts = {"turns": 30, "without_text": 1, "vectors": 29, "encoded": 29}
        >>> one_line(Run("embed", "", 0.0, 0.25, counts | {"passed_over": 70})).partition("; ")[2]
        '70 threads skipped by the cascade (0.2 s)'
        >>> counts = dict.fromkeys(["members", "members_known", "lines", "rejected"], 1)
        >>> counts |= {"rows": 2, "deleted": 0, "damaged": 1, "members_repeated": 2}
        >>> one_line(Run("ingest", "", 0.0, 0.25, counts)).split("; ")[2]
        '2 members repeat the content of another'
        >>> one_line(Run("ingest", "", 0.0, 0.25, counts)).rpartition("; ")[2]
        '1 archive or member damaged: see `workbench ledger` (0.2 s)'
    """
    counts = {
        name: _Count(count) if isinstance(count, int) else count
        for name, count in run.counts.items()
    }
    parts = [_SENTENCES[run.stage].format_map(counts)]
    if strays := run.counts.get("not_placed"):
        parts.append(f"{_counted(strays, 'turn')} not placed")
    if skipped := run.counts.get("passed_over"):
        parts.append(f"{_counted(skipped, 'thread')} skipped by the cascade")
    if kept := run.counts.get("kept_by_hand"):
        removed = "a rule removes it" if kept == 1 else "rules remove them"
        parts.append(f"{_counted(kept, 'thread')} kept by hand although {removed}")
    if own := run.counts.get("own_measures"):
        parts.append(_counted(own, "own measure"))
    parts += run.counts.get("notes", [])
    if repeated := run.counts.get("members_repeated"):
        repeat = "repeats" if repeated == 1 else "repeat"
        parts.append(f"{_counted(repeated, 'member')} {repeat} the content of another")
    if run.stage == "ingest" and (edits := edits_note(run)):
        parts.append(edits)
    if run.stage == "ingest" and (damage := damage_note(run)):
        parts.append(f"{damage}: {SEE_LEDGER}")
    if run.stage == "ingest" and (unread := unread_note(run)):
        parts.append(f"{unread}: {SEE_LEDGER}")
    if run.stage == "ingest" and (odd := run.counts.get("odd")):
        parts.append(f"{odd:,} odd {'value' if odd == 1 else 'values'} left out: {SEE_LEDGER}")
    return f"{'; '.join(parts)} ({run.seconds:.1f} s)"


def damage_note(ingest: Run | None) -> str:
    """Count the damaged archives and members after an ingest; return "" if there are none."""
    count = ingest.counts.get("damaged", 0) if ingest else 0  # Older records lack the count.
    what = "archive or member" if count == 1 else "archives or members"
    return f"{count:,} {what} damaged" if count else ""


def edits_note(ingest: Run | None) -> str:
    """Count the edited tweets, and those that stand in an earlier version; "" if there are none.

    Examples:
        >>> edits_note(Run("ingest", "", 0.0, 0.25, {"edited": 2, "replaced": 3, "outdated": 1}))
        '2 edited tweets: 3 earlier versions replaced, 1 last version missing'
    """
    counts = ingest.counts if ingest else {}  # Older records lack the counts.
    edited, replaced, outdated = (
        counts.get(name, 0) for name in ("edited", "replaced", "outdated")
    )
    notes = [f"{_counted(replaced, 'earlier version')} replaced"] if replaced else []
    notes += [f"{_counted(outdated, 'last version')} missing"] if outdated else []
    return f"{_counted(edited, 'edited tweet')}: {', '.join(notes)}" if edited else ""


class _Count(int):
    """A number that is written with what it counts: `{:thread}` is "1 thread" or "2 threads"."""

    def __format__(self, noun: str) -> str:
        return _counted(self, noun) if noun else f"{int(self):,}"


def _counted(count: int, noun: str) -> str:
    return f"{int(count):,} {noun}{'s' if count != 1 else ''}"


def unread_note(ingest: Run | None) -> str:
    """Count the members with authors, times or parents in fields that are not read; "" if none."""
    count = ingest.counts.get("unread", 0) if ingest else 0  # Older records lack the count.
    fields = "fields that hold authors, times, parents or conversations were not read"
    if not ingest or not count:
        return ""
    lacking = [
        f"{rows:,} {'row lacks' if rows == 1 else 'rows lack'} the {what}"
        for what in ("author", "time", "parent", "conversation")
        if (rows := ingest.counts.get(f"unread_{what}"))
    ]
    ending = f" ({', '.join(lacking)})" if lacking else ""
    return f"{fields} in {count:,} member{'s' if count != 1 else ''}{ending}"


def is_unreadable(ingest: Run) -> bool:
    """Return whether an ingest read no line because of damage."""
    return not ingest.counts["lines"] and bool(damage_note(ingest))


def hint_after_ingest(ingest: Run) -> str:
    """Say what to do after an ingest without a single tweet; return "" after any other."""
    if is_unreadable(ingest):
        return f"nothing could be read, {damage_note(ingest)}: {SEE_LEDGER}."
    if ingest.counts["lines"] == 0:
        return "there was no line to read; is this the right file?"
    notices = 0 if ingest.counts.get("rejected") else ingest.counts.get("deletions", 0)
    if ingest.counts["rows"] == 0 and notices:
        return (
            f"no line contains a tweet, but {notices:,} "
            f"{'says that a tweet was' if notices == 1 else 'say that tweets were'} deleted. "
            "Ingest the tweets into the same workspace."
        )
    if ingest.counts["rows"] == 0:
        return (
            "no line contains a tweet; `workbench ledger --rejects` shows some of the lines, "
            "`workbench formats` lists the formats that can be read, and `workbench ingest FILE "
            "--show` suggests how to read a table of your own."
        )
    return ""


def table_sizes(state: State) -> str:
    """Count the rows that the last run of a stage wrote, by table, and the turns not placed.

    Tables that were written outside a run are not counted.

    Examples:
        >>> from workbench.pipeline.stages import BY_NAME
        >>> run = Run("threads", "", 0.0, 0.25, {"threads": 1200, "turns": 5000, "orphans": 7})
        >>> table_sizes(State(BY_NAME["threads"], run, ""))
        '1,200 threads, 5,000 turns'
    """
    counts = state.counts
    sizes = [f"{counts[key]:,} {key}" for key in _SIZES[state.stage.name] if key in counts]
    if strays := counts.get("not_placed"):
        sizes.append(f"{strays:,} of them not placed")
    return ", ".join(sizes) or "-"
