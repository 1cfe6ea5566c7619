"""Apply what people decided by hand: which threads and turns to keep or to drop.

A decision by hand outranks the rules. A thread kept by hand passes every rule, and one dropped by
hand is removed first, whatever the rules say. `hand_list` reads and writes the decisions.
"""

from typing import Literal, NamedTuple

import polars as pl

from workbench.recipe import PASSES

#: Name of the rule in verdicts and in attributions.
RULE = "by_hand"

#: Column of verdicts: threads kept by hand although a rule removes them.
KEPT = "kept_by_hand"

#: What a decision is about, and the decisions.
What = Literal["thread", "turn"]
Decision = Literal["keep", "drop"]

#: Decision -> what became of the thread or turn.
PAST = {"keep": "kept", "drop": "dropped"}

#: Columns of a list of decisions: `id` is the id of a thread or of a tweet.
SCHEMA = {"what": pl.String, "id": pl.Int64, "decision": pl.String, "note": pl.String}


class HandCounts(NamedTuple):
    """Number of decisions of each kind."""

    threads_kept: int = 0
    threads_dropped: int = 0
    turns_kept: int = 0
    turns_dropped: int = 0

    @property
    def total(self) -> int:
        """Number of all decisions."""
        return sum(self)


def nothing() -> pl.DataFrame:
    """Return an empty list of decisions."""
    return pl.DataFrame(schema=SCHEMA)


def ids(decisions: pl.DataFrame, what: What, decision: Decision) -> pl.Series:
    """Return the ids of the threads or turns with a decision."""
    return decisions.filter(what=what, decision=decision)["id"]


def counts(decisions: pl.DataFrame) -> HandCounts:
    """Count the decisions."""
    rows = decisions.group_by("what", "decision").len().iter_rows()
    numbers = {f"{what}s_{PAST[decision]}": count for what, decision, count in rows}
    return HandCounts(**numbers)


def apply(passed: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Change the masks of the rules: threads that were kept by hand pass all of them.

    Args:
        passed: `thread_id` and one `passes_<rule>` per active rule.
        decisions: The decisions, see `SCHEMA`.

    Returns:
        The same with `passes_by_hand` before the other rules, false for threads that were dropped
        by hand, and `kept_by_hand` at the end, true for threads that were kept by hand although a
        rule removes them. Without decisions on threads, the masks as they are.

    Examples:
        >>> passed = pl.DataFrame({"thread_id": [1, 2, 3], "passes_turns": [True, False, False]})
        >>> decisions = pl.DataFrame(
        ...     {"what": "thread", "id": [1, 2], "decision": ["drop", "keep"], "note": ""}
        ... )
        >>> apply(passed, decisions).rows()
        [(1, False, True, False), (2, True, True, True), (3, True, False, False)]
    """
    if decisions.filter(what="thread").is_empty():
        return passed
    thread_id = pl.col("thread_id")
    kept = thread_id.is_in(ids(decisions, "thread", "keep").implode())
    dropped = thread_id.is_in(ids(decisions, "thread", "drop").implode())
    fails = ~pl.all_horizontal(True, pl.exclude("thread_id"))
    return passed.select(
        "thread_id",
        (~dropped).alias(f"{PASSES}{RULE}"),
        pl.exclude("thread_id") | kept,
        (kept & fails).alias(KEPT),
    )


def kept_anyway(verdicts: pl.DataFrame) -> int:
    """Count the threads that were kept by hand although a rule removes them."""
    return int(verdicts[KEPT].sum()) if KEPT in verdicts.columns else 0


def sentence(count: int) -> str:
    """Say how many threads were kept by hand against the rules; empty if none were.

    Examples:
        >>> sentence(1), sentence(0)
        ('1 thread is kept by hand although a rule removes it.', '')
    """
    if count == 1:
        return "1 thread is kept by hand although a rule removes it."
    return f"{count:,} threads are kept by hand although a rule removes them." if count else ""
