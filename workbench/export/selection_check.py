"""Check whether the threads that a caller keeps follow from the recipe of an export."""

import polars as pl

from workbench import recipe, selection
from workbench.export.conversation_trees import NOT_BY_HAND, HandTurns
from workbench.recipe import CATALOGUE, PASSES, SelectSettings
from workbench.selection import by_hand


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
        verdicts: `thread_id`, `kept`, and the masks of rules.
        threads: One row per thread, at least of the kept ones, with the columns of some scores.
        settings: The rules of the recipe.
        decisions: What was decided by hand.

    Returns:
        One sentence per departure; empty if the kept threads follow.
    """
    applied = {name for name in selection.by_rule(verdicts) if name != by_hand.RULE}
    wanted = recipe.active(settings)
    notes = [
        f"The rule “{CATALOGUE[name].title}” (`{name}`) is not in the recipe."
        for name in selection.by_rule(verdicts)
        if name in applied - set(wanted)
    ]
    again = _again(threads, settings)
    unknown = [name for name in wanted if name not in applied and f"{PASSES}{name}" not in again]
    notes += [
        f"It cannot be checked whether `{name}` of the recipe was applied." for name in unknown
    ]
    masks = again.join(
        verdicts.select("thread_id", "kept", pl.col("^passes_.*$").name.prefix("told_")),
        on="thread_id",
    )
    passes = [
        pl.col(f"{PASSES}{name}" if f"{PASSES}{name}" in again else f"told_{PASSES}{name}").alias(
            f"{PASSES}{name}"
        )
        for name in wanted
        if name not in unknown
    ]
    passed = masks.select("thread_id", *passes)
    if decisions is not None:
        passed = by_hand.apply(passed, decisions)
    follows = passed.select(kept=pl.all_horizontal(True, pl.col("^passes_.*$")))["kept"]
    against = int((masks["kept"] & ~follows).sum())
    missing = int((~masks["kept"] & follows).sum()) if not unknown else 0
    if against:
        notes.append(f"{against:,} threads are kept that the recipe removes.")
    if missing:
        notes.append(f"{missing:,} threads are left out that the recipe keeps.")
    return notes


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
