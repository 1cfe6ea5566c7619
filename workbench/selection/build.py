"""Selection: which threads a recipe keeps, and which rule removes each of the others."""

from functools import reduce
from itertools import accumulate
from operator import and_

import dataframely as dy
import polars as pl

from workbench import recipe, selection
from workbench.exceptions import StageError
from workbench.recipe import CATALOGUE, Bounds, SelectSettings
from workbench.schemas import Scores, Verdicts

#: Prefix of the columns of verdicts that say whether a thread passes one rule.
PASSES = "passes_"

_ATTRIBUTION = {
    "rule": pl.String,
    "title": pl.String,
    "removed_first": pl.Int64,
    "removed_at_all": pl.Int64,
    "removed_only": pl.Int64,
}


def masks(
    scores: pl.DataFrame | pl.LazyFrame | dy.DataFrame[Scores], *, settings: SelectSettings
) -> pl.DataFrame:
    """Tell of every thread which active rules it passes; reads no other column.

    Args:
        scores: One row per thread.
        settings: The rules.

    Returns:
        `thread_id` and one `passes_<rule>` per active rule, in order; never null.
    """
    chosen = recipe.active(settings)
    expressions = [
        CATALOGUE[name].passes(rule).alias(CATALOGUE[name].mask) for name, rule in chosen.items()
    ]
    return scores.lazy().select("thread_id", *expressions).collect()


def from_scores(
    scores: pl.DataFrame | pl.LazyFrame | dy.DataFrame[Scores], *, settings: SelectSettings
) -> pl.DataFrame:
    """Decide of every thread whether it is kept; loses no row.

    A thread whose value is not known fails the rules that ask for it.

    Args:
        scores: One row per thread.
        settings: The rules, in the order in which they count as removing first.

    Returns:
        One row per thread in the order given: `Verdicts` and one `passes_<rule>` per active rule.

    Examples:
        >>> scores = pl.DataFrame({"thread_id": [1, 2, 3], "turns": [2, 1, 5]})
        >>> everything = {name: {} for name in CATALOGUE}
        >>> settings = SelectSettings.model_validate(everything | {"turns": {"min": 2}})
        >>> from_scores(scores, settings=settings).rows()
        [(1, True, None, True), (2, False, 'turns', False), (3, True, None, True)]
    """
    passed = masks(scores, settings=settings)
    names = _names(passed)
    # Numbers first, names at the end: choosing among strings a rule at a time is far slower.
    first = pl.lit(None, pl.UInt8)
    for number, name in reversed(list(enumerate(names))):
        first = pl.when(f"{PASSES}{name}").then(first).otherwise(pl.lit(number, pl.UInt8))
    found = passed.with_columns(first=first)["first"]
    removed_by = pl.Series("removed_by", names, pl.String).gather(found)
    verdicts = passed.select(
        "thread_id", removed_by.is_null().alias("kept"), removed_by, *_masks(names)
    )
    Verdicts.validate(verdicts.select(Verdicts.column_names()))
    return verdicts


def attribution(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Count what each active rule removes: first, at all, and alone.

    Loosening a rule to the utmost gives back exactly the threads that it alone removes.

    Args:
        verdicts: What `from_scores` gives.

    Returns:
        One row per active rule in order: `rule`, `title`, `removed_first` (threads that no
        earlier rule removes), `removed_at_all`, `removed_only` (no other rule removes them).

    Examples:
        >>> verdicts = pl.DataFrame(
        ...     {"thread_id": [1, 2], "passes_turns": [True, False], "passes_depth": [False] * 2}
        ... )
        >>> attribution(verdicts).rows()
        [('turns', 'Turns', 1, 1, 0), ('depth', 'Depth', 1, 2, 1)]
    """
    names = _names(verdicts)
    # One chunk each: masks in a thousand pieces take ten times as long.
    passes = [verdicts[mask].rechunk() for mask in _masks(names)]
    everything = pl.repeat(True, verdicts.height, dtype=pl.Boolean, eager=True)
    before = list(accumulate(passes, and_, initial=everything))[:-1]
    after = list(accumulate(reversed(passes), and_, initial=everything))[-2::-1]
    return pl.DataFrame(
        {
            "rule": names,
            "title": [CATALOGUE[name].title for name in names],
            "removed_first": [
                (earlier & ~own).sum() for earlier, own in zip(before, passes, strict=True)
            ],
            "removed_at_all": [(~own).sum() for own in passes],
            "removed_only": [
                (earlier & ~own & later).sum()
                for earlier, own, later in zip(before, passes, after, strict=True)
            ],
        },
        schema=_ATTRIBUTION,
    )


def funnel(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Count the threads that are left after each rule.

    Args:
        verdicts: What `from_scores` gives.

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
    """Give the threads that a small change of one rule would remove or bring back.

    Only threads that every other rule keeps count: of the others this rule decides nothing. A rule
    that sets no bound has no near and far; its threads come in the order of their ids. Threads
    whose value is not known are left out where there is a bound.

    Args:
        scores: One row per thread.
        verdicts: What `from_scores` made of them with the same settings.
        rule: Name of an active rule.
        settings: The rules.
        limit: Threads on each side at most.

    Returns:
        Rows of `scores` with `passes` and `distance` (to the nearest bound, in the rule's unit;
        null where there is no bound): first those that pass, nearest first, then those that fail.

    Raises:
        StageError: If the rule is unknown or not active.
    """
    names = _names(verdicts)
    if rule not in names:
        msg = f"Rule `{rule}` has no threshold here; active are: {', '.join(names) or 'none'}."
        raise StageError(msg, hint=f"set [select.{rule}] in the recipe, or name another rule.")
    others = [pl.col(mask) for mask in _masks(names) if mask != f"{PASSES}{rule}"]
    passes, bounds = pl.col(f"{PASSES}{rule}"), _bounds(rule, settings)
    decided = (
        verdicts.lazy()
        .filter(*others)
        .select("thread_id", passes=passes)
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
    """Give the bounds that a rule sets: one that only removes unknown counts sets none."""
    chosen = getattr(settings, rule)
    if not isinstance(chosen, Bounds):
        return []
    return [bound for bound in (chosen.min, chosen.max) if bound is not None]


def _distance(rule: str, bounds: list[float]) -> pl.Expr:
    if not bounds:
        return pl.lit(None, pl.Float64)
    value = pl.col(CATALOGUE[rule].column).cast(pl.Float64)
    return pl.min_horizontal([(value - bound).abs() for bound in bounds])


def _names(verdicts: pl.DataFrame) -> list[str]:
    return [name.removeprefix(PASSES) for name in verdicts.columns if name.startswith(PASSES)]


def _masks(names: list[str]) -> list[str]:
    return [f"{PASSES}{name}" for name in names]


def removed_first(verdicts: pl.DataFrame, rule: str) -> pl.Series:
    """Mark the threads that a rule removes and no earlier rule; none if it is not active."""
    masks = [name for name in verdicts.columns if name.startswith(selection.PASSES)]
    if (own := f"{selection.PASSES}{rule}") not in masks:
        return pl.repeat(False, verdicts.height, dtype=pl.Boolean, eager=True)
    earlier = [verdicts[name] for name in masks[: masks.index(own)]]
    return reduce(and_, earlier, ~verdicts[own])


def removed_by(verdicts: pl.DataFrame) -> pl.Series:
    """Name the first rule that removes each row; for the few rows of a page."""
    first = pl.lit(None, pl.String)
    for name in reversed([name for name in verdicts.columns if name.startswith(selection.PASSES)]):
        reason = pl.lit(name.removeprefix(selection.PASSES))
        first = pl.when(name).then(first).otherwise(reason)
    return verdicts.with_columns(removed_by=first)["removed_by"]
