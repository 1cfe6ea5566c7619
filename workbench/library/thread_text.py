"""Print one thread: its scores, why it is kept or removed, and its turns as a tree."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.text import Text

from workbench.display import numbers, thread_outline
from workbench.library import turn_facts
from workbench.library.thread_lookup import Conversation
from workbench.recipe import CATALOGUE
from workbench.selection import PASSES, by_hand
from workbench.text import sanitize

#: Deepest indent. Deeper replies keep this indent and show their level as a number.
DEEPEST = 12
#: Columns of a level.
STEP = 2
#: What is before every line of a tweet.
BAR = "│ "

#: Scores to show -> their labels.
SCORES = {
    "suitability": "fits",
    "answer": "answered",
    "similarity": "similarity",
    "link_share": "links",
    "mention_share": "mentions",
}
#: Flags of a turn that matter for judging its text -> note.
NOTES = {
    "is_truncated": "the end of this text is missing",
    "is_inferred": "placed by its conversation id, not by a reply id",
    "is_sensitive": "marked as sensitive by the platform",
    "has_media": "picture or video not shown",
}
ROLES = {"prompter": "bold cyan", "assistant": "bold green"}


def report(thread: Conversation) -> RenderableType:
    """Return the facts of a thread, and its turns below each other."""
    outline = thread_outline.from_turns(thread.turns, gone=thread.gone)
    facts = turn_facts.scores(thread.scores, answers=thread.answers)
    rows = [
        _gap(row, gone=thread.gone)
        if row["gap_id"] is not None
        else _turn(row, thread, facts=facts.get(row["tweet_id"], {}))
        for row in outline.iter_rows(named=True)
    ]
    return Group(*_facts(thread), Text(), *rows)


def _facts(thread: Conversation) -> Iterator[Text]:
    turns, scores = thread.turns, thread.scores
    people = turns["author_id"].n_unique()
    facts = [
        f"{turns.height:,} turn{'' if turns.height == 1 else 's'}",
        f"{people:,} {'person' if people == 1 else 'people'}",
    ]
    if scores:
        facts.append("complete" if scores["is_complete"] else "incomplete")
        facts.append(scores["language"] or "language unknown")
    text = Text(f"Thread {thread.thread_id}", style="bold")
    yield text.append(sanitize.visible(f"  {', '.join(facts)}"), "not bold")
    yield Text(verdict(thread.verdict, thread.decision))
    if scores:
        yield Text(_named({label: scores[column] for column, label in SCORES.items()}))
        if scores["twins"]:
            count = f"{scores['twins']:,} near duplicate{'s' if scores['twins'] != 1 else ''}"
            yield Text(f"{count}, represented by {scores['representative_id']}")
    else:
        yield Text("Not scored.")
    if thread.nearest:
        yield Text("Nearest known instruction: ").append(sanitize.visible(thread.nearest))


def verdict(
    row: Mapping[str, Any] | None, decision: tuple[by_hand.Decision, str] | None = None
) -> str:
    """Say why a thread is kept or removed.

    Args:
        row: Its row of the verdicts; None if there is none. With a decision, the masks of the rules
            alone.
        decision: What was decided by hand, and why.

    Examples:
        >>> verdict({"kept": True}), verdict(None)
        ('Kept by every rule.', 'No selection is up to date.')
        >>> verdict({"kept": False, "passes_turns": False, "passes_depth": False})
        'Removed by the rule “Turns”; also by Depth.'
        >>> verdict({"kept": True, "passes_turns": False}, ("keep", "a good answer"))
        'Kept by hand: a good answer. The rules alone remove it: Turns.'
    """
    if row is None:
        return "No selection is up to date."
    failed = [
        CATALOGUE[name.removeprefix(PASSES)].title
        for name, passes in row.items()
        if name.startswith(PASSES) and not passes and name != f"{PASSES}{by_hand.RULE}"
    ]
    if decision:
        return _by_hand(*decision, failed)
    if row["kept"]:
        return "Kept by every rule."
    first, *others = failed
    rest = f"; also by {', '.join(others)}" if others else ""
    return f"Removed by the rule “{first}”{rest}."


def _by_hand(decision: by_hand.Decision, note: str, failed: list[str]) -> str:
    """Say what was decided by hand, why, and what the rules alone do."""
    reason = f": {sanitize.plain(note).rstrip('.')}" if note else ""
    rules = f"The rules alone remove it: {', '.join(failed)}." if failed else "Every rule keeps it."
    return f"{by_hand.PAST[decision].capitalize()} by hand{reason}. {rules}"


def _turn(row: dict[str, Any], thread: Conversation, *, facts: Mapping[str, Any]) -> Padding:
    """Return the author, the role, the time and the text of a turn, and what to know about it."""
    tweet_id = row["tweet_id"]
    named = row["author_name"] is not None
    author = f"@{row['author_name']}" if named else f"user {row['author_id'] or 'unknown'}"
    role = thread.roles.get(tweet_id, "left out")
    head = Text.assemble(
        (sanitize.visible(author), "bold"),
        "  ",
        (role, ROLES.get(role, "dim")),
        (f"  {numbers.moment(row['created_at'])}  {tweet_id}{_level(row)}", "dim"),
    )
    notes = [note for flag, note in NOTES.items() if row[flag]]
    notes += [] if row["is_placed"] else ["the turn that this one answers is not known"]
    lines: list[RenderableType] = [head, _Quoted(Text(sanitize.visible(row["text"])))]
    marks = [*([_named(facts)] if facts else []), *notes]
    lines += [Text("; ".join(marks), style="dim italic")] if marks else []
    return _indented(Group(*lines), row)


class _Quoted:
    """A text with a bar before each of its lines, so that no tweet can imitate what is around it.

    Args:
        text: The text; it wraps at the edge of the terminal.
    """

    def __init__(self, text: Text) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - len(BAR), 1)
        for line in console.render_lines(self._text, options.update(width=width), pad=False):
            yield Segment(BAR)
            yield from line
            yield Segment.line()


def _gap(row: dict[str, Any], *, gone: Mapping[int, str]) -> Padding:
    """Return the line of a missing tweet."""
    reason = gone.get(row["gap_id"], "not in the data")
    text = Text(f"A tweet is missing here: {reason}. {row['gap_id']}", style="dim italic")
    return _indented(text, row)


def _level(row: dict[str, Any]) -> str:
    return f"  level {row['level']}" if row["level"] > DEEPEST else ""


def _indented(content: RenderableType, row: dict[str, Any]) -> Padding:
    return Padding(content, (0, 0, 1, STEP * min(row["level"], DEEPEST)))


def _named(values: Mapping[str, float | None]) -> str:
    return ", ".join(f"{name} {numbers.score(value)}" for name, value in values.items())
