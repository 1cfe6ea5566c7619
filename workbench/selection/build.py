"""Decide which threads a recipe keeps, and count what each rule removes."""

from functools import reduce
from itertools import accumulate, takewhile
from operator import and_

import dataframely as dy
import polars as pl

from workbench import recipe
from workbench.exceptions import StageError
from workbench.recipe import CATALOGUE, PASSES, Bounds, SelectSettings
from workbench.schemas import Scores, Verdicts
from workbench.selection import by_hand, rule_columns

_ATTRIBUTION = {
    "rule": pl.String,
    "title": pl.String,
    "removed_first": pl.Int64,
    "removed_at_all": pl.Int64,
    "removed_only": pl.Int64,
    by_hand.KEPT: pl.Int64,
}


def masks(
    scores: pl.DataFrame | pl.LazyFrame | dy.DataFrame[Scores],
    *,
    settings: SelectSettings,
    decisions: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Apply each active rule to every thread; read only the columns that the rules need.

    Args:
        scores: One row per thread.
        settings: The rules.
        decisions: What was decided by hand, see `hand_list.load`; nothing if None.

    Returns:
        `thread_id` and one `passes_<rule>` per active rule, in order; never null. With decisions
        on threads, `passes_by_hand` comes first and `kept_by_hand` last, see `by_hand.apply`.

    Raises:
        StageError: If an own rule has no column, or one of another type.
    """
    active = recipe.active(settings)
    rule_columns.check(scores.lazy().collect_schema(), settings=settings)
    passes = [
        CATALOGUE[name].passes(rule).alias(CATALOGUE[name].mask) for name, rule in active.items()
    ]
    passed = scores.lazy().select("thread_id", *passes).collect()
    return passed if decisions is None else by_hand.apply(passed, decisions)


def from_scores(
    scores: pl.DataFrame | pl.LazyFrame | dy.DataFrame[Scores],
    *,
    settings: SelectSettings,
    decisions: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Decide for every thread whether it is kept; no row is lost.

    If a value is unknown, the thread fails the rules that need it.

    Args:
        scores: One row per thread.
        settings: The rules. A thread is counted under the first rule that removes it.
        decisions: What was decided by hand, see `hand_list.load`; nothing if None.

    Returns:
        One row per thread in the same order: `Verdicts` and one `passes_<rule>` per active rule.
        With decisions on threads, `passes_by_hand` and `kept_by_hand` too.

    Raises:
        StageError: See `masks`.

    Examples:
        >>> scores = pl.DataFrame({"thread_id": [1, 2, 3], "turns": [2, 1, 5]})
        >>> inactive = {name: {} for name in CATALOGUE}
        >>> settings = SelectSettings.model_validate(inactive | {"turns": {"min": 2}})
        >>> from_scores(scores, settings=settings).rows()
        [(1, True, None, True), (2, False, 'turns', False), (3, True, None, True)]
    """
    passed = masks(scores, settings=settings, decisions=decisions)
    first = removed_by(passed)
    verdicts = passed.select(
        "thread_id", first.is_null().alias("kept"), first, pl.exclude("thread_id")
    )
    Verdicts.validate(verdicts.select(Verdicts.column_names()))
    return verdicts


def removed_by(verdicts: pl.DataFrame) -> pl.Series:
    """Name the first rule that removes each thread, from its `passes_<rule>` columns.

    Args:
        verdicts: Result of `masks` or `from_scores`.

    Returns:
        `removed_by`: name of the rule, null if every rule keeps the thread.

    Examples:
        >>> passes = {"passes_turns": [True, False, True], "passes_depth": [True, False, False]}
        >>> removed_by(pl.DataFrame(passes)).to_list()
        [None, 'turns', 'depth']
    """
    names = list(by_rule(verdicts))
    # Number the rules and look the names up at the end: choosing among strings is far slower.
    first = pl.lit(None, pl.UInt8)
    for number, name in reversed(list(enumerate(names))):
        first = pl.when(f"{PASSES}{name}").then(first).otherwise(pl.lit(number, pl.UInt8))
    numbers = verdicts.with_columns(first=first)["first"]
    return pl.Series("removed_by", names, pl.String).gather(numbers)


def removed_first(verdicts: pl.DataFrame, rule: str) -> pl.Series:
    """Mark the threads that a rule removes and every earlier rule keeps.

    Args:
        verdicts: Result of `masks` or `from_scores`.
        rule: Name of a rule. A rule that is not active removes nothing.

    Examples:
        >>> passes = {"passes_turns": [True, False, True], "passes_depth": [True, False, False]}
        >>> removed_first(pl.DataFrame(passes), "depth").to_list()
        [False, False, True]
    """
    passes = by_rule(verdicts)
    if rule not in passes:
        return pl.repeat(False, verdicts.height, dtype=pl.Boolean, eager=True)
    earlier = takewhile(lambda name: name != rule, passes)
    return reduce(and_, (passes[name] for name in earlier), ~passes[rule])


def attribution(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Count what each active rule removes: first, at all, and alone.

    Switching a rule off brings back exactly the threads that it removes alone.

    Args:
        verdicts: Result of `from_scores`.

    Returns:
        One row per active rule in order: `rule`, `title`, `removed_first` (threads that no
        earlier rule removes), `removed_at_all`, `removed_only` (no other rule removes them).
        `kept_by_hand` of the rule `by_hand` counts the threads that were kept by hand although a
        rule removes them; no rule counts them as removed. It is 0 for the other rules.

    Examples:
        >>> verdicts = pl.DataFrame(
        ...     {"thread_id": [1, 2], "passes_turns": [True, False], "passes_depth": [False] * 2}
        ... )
        >>> attribution(verdicts).rows()
        [('turns', 'Turns', 1, 1, 0, 0), ('depth', 'Depth', 1, 2, 1, 0)]
    """
    masks_by_rule = by_rule(verdicts)
    names = list(masks_by_rule)
    # Rechunk: masks in a thousand chunks take ten times as long.
    passes = [mask.rechunk() for mask in masks_by_rule.values()]
    everything = pl.repeat(True, verdicts.height, dtype=pl.Boolean, eager=True)
    passes_earlier = list(accumulate(passes, and_, initial=everything))[:-1]
    passes_later = list(accumulate(reversed(passes), and_, initial=everything))[-2::-1]
    return pl.DataFrame(
        {
            "rule": names,
            "title": [CATALOGUE[name].title for name in names],
            "removed_first": [
                (earlier & ~own).sum() for earlier, own in zip(passes_earlier, passes, strict=True)
            ],
            "removed_at_all": [(~own).sum() for own in passes],
            "removed_only": [
                (earlier & ~own & later).sum()
                for earlier, own, later in zip(passes_earlier, passes, passes_later, strict=True)
            ],
            by_hand.KEPT: [
                by_hand.kept_anyway(verdicts) if name == by_hand.RULE else 0 for name in names
            ],
        },
        schema=_ATTRIBUTION,
    )


def funnel(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Count the threads that are left after each rule.

    Args:
        verdicts: Result of `from_scores`.

    Returns:
        `rule`, `title`, `removed`, `left`: a first row for all threads (`rule` null), then one
        per active rule in order. The last `left` is the number of threads kept.
    """
    start = pl.DataFrame(
        {"rule": [None], "title": ["All threads"], "removed": [0]},
        schema={"rule": pl.String, "title": pl.String, "removed": pl.Int64},
    )
    steps = attribution(verdicts).select("rule", "title", removed="removed_first")
    return pl.concat([start, steps]).with_columns(
        left=verdicts.height - pl.col("removed").cum_sum()
    )


def borderline(
    scores: pl.DataFrame | pl.LazyFrame | dy.DataFrame[Scores],
    verdicts: pl.DataFrame,
    *,
    rule: str,
    settings: SelectSettings,
    limit: int = 20,
) -> pl.DataFrame:
    """Return the threads that a small change of one rule would remove or bring back.

    Only threads that every other rule keeps are considered. If the rule has no bound, there is no
    distance, and threads come by id. If it has one, threads with an unknown value are left out.

    Args:
        scores: One row per thread.
        verdicts: Result of `from_scores` with the same settings.
        rule: Name of an active rule.
        settings: The rules.
        limit: Most threads on each side.

    Returns:
        Rows of `scores` with `passes` and `distance` (to the nearest bound, in the rule's unit;
        null without a bound). Threads that pass come first, each side sorted by distance.

    Raises:
        StageError: If the rule is unknown or not active.
    """
    passes = by_rule(verdicts)
    if rule not in passes:
        msg = f"The rule `{rule}` is not active. Active rules: {', '.join(passes) or 'none'}."
        hint = f"set [select.{rule}] in the recipe, or choose an active rule."
        raise StageError(msg, hint=hint)
    own = f"{PASSES}{rule}"
    others = [pl.col(f"{PASSES}{name}") for name in passes if name != rule]
    bounds = _bounds(rule, settings)
    decided = (
        verdicts.lazy()
        .filter(*others)
        .select("thread_id", passes=own)
        .join(scores.lazy(), on="thread_id")
        .with_columns(distance=_distance(rule, bounds))
        .sort("passes", "distance", "thread_id", descending=[True, False, False])
    )
    if bounds:
        decided = decided.filter(pl.col("distance").is_not_nan())
    return (
        decided.filter(pl.int_range(pl.len()).over("passes") < limit)
        .select(pl.exclude("passes", "distance"), "passes", "distance")
        .collect()
    )


def _bounds(rule: str, settings: SelectSettings) -> list[float]:
    """Return the bounds that a rule sets; none if it only removes unknown counts."""
    chosen = settings.rule(rule)
    if not isinstance(chosen, Bounds):
        return []
    return [bound for bound in (chosen.min, chosen.max) if bound is not None]


def _distance(rule: str, bounds: list[float]) -> pl.Expr:
    if not bounds:
        return pl.lit(None, pl.Float64)
    value = pl.col(CATALOGUE[rule].column).cast(pl.Float64)
    return pl.min_horizontal([(value - bound).abs() for bound in bounds])


def by_rule(verdicts: pl.DataFrame) -> dict[str, pl.Series]:
    """Return the mask of each active rule: rule -> which threads it keeps, in order.

    Args:
        verdicts: Result of `masks`, `from_scores` or `ScoresSession.verdicts`.

    Examples:
        >>> passes = {"passes_turns": [True], "passes_depth": [False]}
        >>> masks_by_rule = by_rule(pl.DataFrame({"kept": [False]} | passes))
        >>> {rule: mask.to_list() for rule, mask in masks_by_rule.items()}
        {'turns': [True], 'depth': [False]}
    """
    return {
        name.removeprefix(PASSES): verdicts[name]
        for name in verdicts.columns
        if name.startswith(PASSES)
    }
