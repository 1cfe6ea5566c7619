"""Say why a thread is kept or removed: every active rule with its value and its bound."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import polars as pl

from workbench.dashboard.components import rule_controls
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import numbers
from workbench.recipe import CATALOGUE, Bounds, Rule, RuleSettings, SelectSettings, active
from workbench.recipe.rule_types import ForbiddenFlag
from workbench.selection import by_hand
from workbench.text import sanitize

#: Most characters of a value or of what a rule asks for.
LONGEST = 60

#: What a rule can ask for, in words: field of its settings -> how it is said.
_ASKS = {
    "any_of": "one of",
    "all_of": "all of",
    "none_of": "none of",
    "match": "matches",
    "no_match": "does not match",
}


@dataclass(frozen=True)
class Check:
    """One rule and one thread; the texts are plain texts.

    Args:
        title: Name of the rule.
        about: What the rule checks, and why.
        value: Value of the thread; empty if the rule reads a text.
        asks: What the rule asks for.
        passes: Whether the thread passes.
        decides: Whether this outranks all other checks.
    """

    title: str
    about: str
    value: str
    asks: str
    passes: bool
    decides: bool = False


def of_thread(session: ScoresSession, thread_id: int, settings: SelectSettings) -> list[Check]:
    """Check one thread against every active rule, in the order of the rules."""
    rules = active(settings)
    row = session.scores.filter(pl.col("thread_id") == thread_id)
    row = _with_texts(session, row, {CATALOGUE[name].column for name in rules})
    if row.is_empty() or not rules:
        return [] if row.is_empty() else _by_hand(session, thread_id)
    passes = row.select(
        CATALOGUE[name].passes(chosen).alias(name) for name, chosen in rules.items()
    ).row(0, named=True)
    values = row.row(0, named=True)
    checks = [
        _check(session.rules[name], chosen, values, passes=passes[name])
        for name, chosen in rules.items()
    ]
    return [*_by_hand(session, thread_id), *checks]


def _by_hand(session: ScoresSession, thread_id: int) -> list[Check]:
    """Return the decision by hand on a thread, if there is one."""
    rows = session.decisions().filter(what="thread", id=thread_id)
    return [
        Check(
            title=CATALOGUE[by_hand.RULE].title,
            about="What somebody decided, whatever the rules say.",
            value=by_hand.PAST[decision],
            asks=sanitize.plain(note, most=LONGEST),
            passes=decision == "keep",
            decides=True,
        )
        for decision, note in rows.select("decision", "note").rows()
    ]


def is_kept(checks: Sequence[Check]) -> bool:
    """Return whether a thread is kept: a decision by hand outranks the rules."""
    deciding = [check for check in checks if check.decides]
    return all(check.passes for check in deciding or checks)


def sentence(checks: Sequence[Check]) -> str:
    """Say in one sentence what decides on a thread: somebody, or how many rules remove it."""
    if checks and checks[0].decides:
        rules = checks[1:]
        failed = sum(not check.passes for check in rules)
        reason = f": {checks[0].asks}" if checks[0].asks else ""
        decision = f"{checks[0].value.capitalize()} by hand{reason}"
        return f"{decision}; {failed:,} of {len(rules):,} rules remove it"
    failed = sum(not check.passes for check in checks)
    if failed:
        return f"Removed by {failed:,} of {len(checks):,} rules"
    return f"Kept: it passes {_all(len(checks))}" if checks else "Kept: no rule is active"


def draw(checks: Sequence[Check]) -> str:
    """Draw checks as a table of safe HTML; nothing if there are none."""
    if not checks:
        return ""
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in ("Result", "Rule", "This thread", "Asked for")
    )
    rows = "".join(_row(check) for check in checks)
    return f'<table class="wb-checks"><tr>{heads}</tr>{rows}</table>'


def _all(count: int) -> str:
    return "the only rule" if count == 1 else f"all {count:,} rules"


def _with_texts(session: ScoresSession, row: pl.DataFrame, columns: set[str]) -> pl.DataFrame:
    """Add the columns that a session does not keep in memory."""
    missing = sorted(columns - set(row.columns))
    if not missing or row.is_empty():
        return row
    scores = session.workspace.scan("scores").filter(pl.col("thread_id") == row["thread_id"][0])
    return row.hstack(scores.select(missing).collect())


def _check(rule: Rule, chosen: RuleSettings, row: Mapping[str, Any], *, passes: bool) -> Check:
    is_text = rule.kind in ("words", "pattern")
    return Check(
        title=rule.title,
        about=rule.tooltip,
        value="" if is_text else _value(row[rule.column], rule.column, chosen),
        asks=sanitize.plain(_asks(rule.unit, chosen), most=LONGEST),
        passes=passes,
    )


def _value(value: Any, column: str, chosen: RuleSettings) -> str:  # noqa: ANN401 (of any column)
    if isinstance(value, list):
        return sanitize.plain(", ".join(map(str, value)) or "none", most=LONGEST)
    if isinstance(value, float) and isinstance(chosen, Bounds):
        return numbers.score(value, bounds=[chosen.min, chosen.max])
    return sanitize.plain(numbers.measure(value, column), most=LONGEST)


def _asks(unit: str, chosen: RuleSettings) -> str:
    if isinstance(chosen, Bounds):
        return f"{rule_controls.bounds(chosen)} {unit}".strip()
    parts = []
    for field, words in _ASKS.items():
        wanted = getattr(chosen, field, ())
        if wanted:
            parts.append(f"{words} {wanted if isinstance(wanted, str) else ', '.join(wanted)}")
    return "; ".join(parts) or ("no" if isinstance(chosen, ForbiddenFlag) else "yes")


def _row(check: Check) -> str:
    mark, word = ("✓", "passes") if check.passes else ("✗", "fails")
    return (
        f'<tr class="wb-{word}"><td><span role="img" aria-label="{word}">{mark}</span></td>'
        f'<th scope="row" title="{escape(check.about)}">{escape(check.title)}</th>'
        f"<td>{escape(check.value)}</td><td>{escape(check.asks)}</td></tr>"
    )
