"""Check whether the threads that a caller keeps follow from the recipe of an export."""

import polars as pl

from workbench import recipe, selection
from workbench.export.conversation_trees import NOT_BY_HAND, HandTurns
from workbench.recipe import CATALOGUE, PASSES, SelectSettings
from workbench.selection import by_hand

#: Suffix of masks that the caller has too, and that were computed again.
_AGAIN = " again"


def on_turns(decisions: pl.DataFrame | None) -> HandTurns:
    """Return what was decided by hand on turns, and the threads that were kept by hand."""
    if decisions is None or decisions.is_empty():
        return NOT_BY_HAND
    chosen = [("turn", "drop"), ("turn", "keep"), ("thread", "keep")]
    return HandTurns(
        *(frozenset(decisions.filter(what=what, decision=how)["id"]) for what, how in chosen)
    )


def counts(decisions: pl.DataFrame | None) -> dict[str, int]:
    """Count the decisions by hand for the manifest; empty if there were none."""
    if decisions is None or decisions.is_empty():
        return {}
    return {name: count for name, count in by_hand.counts(decisions)._asdict().items() if count}


def completed(
    verdicts: pl.DataFrame,
    threads: pl.DataFrame,
    *,
    settings: SelectSettings,
    decisions: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add the threads that have no verdict, as threads that are not kept.

    A caller who filters the verdicts leaves threads out. They count as seen, and their masks are
    computed again if the threads have the columns; otherwise they are null.

    Args:
        verdicts: `thread_id`, `kept`, and the masks of rules.
        threads: As for `departures`.
        settings: The rules of the recipe.
        decisions: What was decided by hand.
    """
    lacking = threads.join(verdicts.select("thread_id"), on="thread_id", how="anti")
    if lacking.is_empty():
        return verdicts
    masks = _again(lacking, settings)
    if decisions is not None:
        masks = by_hand.apply(masks, decisions)
    names = [name for name in masks.columns if name in verdicts.columns]
    return pl.concat([verdicts, masks.select(*names, kept=False)], how="diagonal_relaxed")


def departures(
    verdicts: pl.DataFrame,
    threads: pl.DataFrame,
    *,
    settings: SelectSettings,
    decisions: pl.DataFrame | None = None,
) -> list[str]:
    """Say in what the kept threads do not follow from the rules and the decisions by hand.

    Each rule is applied again if the threads have its column. If they do not, the mask in the
    verdicts is believed.

    Args:
        verdicts: Result of `completed`.
        threads: One row per thread, at least of the kept ones, with the columns of some scores.
        settings: The rules of the recipe.
        decisions: What was decided by hand.

    Returns:
        One sentence per departure; empty if the kept threads follow.
    """
    applied = [name for name in selection.by_rule(verdicts) if name != by_hand.RULE]
    wanted = recipe.active(settings)
    masks = _masks(verdicts, threads, settings)
    unknown = [name for name in wanted if f"{PASSES}{name}" not in masks.columns]
    notes = []
    if strange := [name for name in applied if name not in wanted]:
        notes.append(f"Rules that are not in the recipe: {_listed(strange)}.")
    if unknown:
        notes.append(f"It is unknown whether these rules were applied: {_listed(unknown)}.")
    if decisions is not None:
        masks = by_hand.apply(masks, decisions)
    masks = masks.with_columns(follows=pl.all_horizontal(True, pl.col(f"^{PASSES}.*$")))
    kept = verdicts.select("thread_id", "kept").join(
        masks.select("thread_id", "follows"), on="thread_id"
    )
    against, left_out, untold = kept.select(
        against=(pl.col("kept") & ~pl.col("follows")).sum(),
        left_out=(~pl.col("kept") & pl.col("follows")).sum(),
        untold=pl.col("follows").is_null().sum(),
    ).row(0)
    if against:
        notes.append(f"Threads that are kept although the recipe removes them: {against:,}.")
    if left_out and not unknown:
        notes.append(f"Threads that are left out although the recipe keeps them: {left_out:,}.")
    if untold:
        notes.append(f"Threads for which the recipe's verdict is unknown: {untold:,}.")
    return notes


def _listed(rules: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in rules)


def _masks(verdicts: pl.DataFrame, threads: pl.DataFrame, settings: SelectSettings) -> pl.DataFrame:
    """Return `thread_id` and the masks of the recipe's rules that are known, in their order."""
    believed = verdicts.select("thread_id", pl.col(f"^{PASSES}.*$"))
    again = _again(threads, settings)
    both = believed.join(again, on="thread_id", how="left", suffix=_AGAIN, maintain_order="left")
    names = [f"{PASSES}{name}" for name in recipe.active(settings)]
    masks = [
        pl.coalesce(each for each in (f"{name}{_AGAIN}", name) if each in both.columns).alias(name)
        for name in names
        if name in both.columns
    ]
    return both.select("thread_id", *masks)


def _again(threads: pl.DataFrame, settings: SelectSettings) -> pl.DataFrame:
    """Apply the rules whose columns the threads have: `thread_id` and masks."""
    masks = threads.lazy().select("thread_id").collect()
    for name, chosen in recipe.active(settings).items():
        column = CATALOGUE[name].column
        if column not in threads.columns:
            continue
        try:
            mask = threads.lazy().select(CATALOGUE[name].passes(chosen)).collect().to_series()
        except pl.exceptions.PolarsError:
            continue  # A column of the caller that only has the name of a score.
        masks = masks.with_columns(mask.alias(f"{PASSES}{name}"))
    return masks
