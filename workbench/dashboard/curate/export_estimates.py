"""Estimates: what each format and policy of roles would give, before anything is written."""

from collections import Counter
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

import marimo as mo
import polars as pl

from workbench import export
from workbench.dashboard.components import messages
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.exceptions import WorkbenchError
from workbench.export import batches, conversation_trees, file_writers
from workbench.export.conversation_trees import Turn
from workbench.export.formats import FORMATS, Target, by_name
from workbench.export.roles import POLICIES
from workbench.progress import OnProgress, silent
from workbench.recipe import ExportSettings, Recipe

#: Kept threads that are counted, and turns of those; of more, a sample is.
THREADS, TURNS = 10_000, 100_000

#: What is counted of the records of a format.
_COUNTS = ("records", "turns", "words")


class Estimate(NamedTuple):
    """What the kept threads would give.

    Args:
        counts: One row per policy and format: `policy`, `format`, `records`, `turns`, `words`; null
            where the format cannot hold what the recipe asks for or counts no such thing.
        lost: Policy -> kept threads of which no whole tree is left.
        counted: Threads that were counted.
        kept: Threads that are kept; where it is more, all counts are scaled up to it.
    """

    counts: pl.DataFrame
    lost: dict[str, int]
    counted: int
    kept: int


def of(
    live: ScoresSession,
    verdicts: pl.DataFrame,
    *,
    recipe: Recipe,
    seed: int = 0,
    on_progress: OnProgress = silent,
) -> Estimate:
    """Count the records of every format by every policy of roles, on at most `THREADS` threads.

    Args:
        live: The scores, and where the turns are read from.
        verdicts: What `Live.verdicts` gives.
        recipe: Says what is cleaned, and which paths of a tree are taken.
        seed: Start of the choice of the sample.
        on_progress: Told of policies done.

    Raises:
        ExportError: If nothing is kept, or the tables do not belong together.
    """
    kept = live.scores.select("thread_id", "lang", "turns").filter(verdicts["kept"])
    most = max(1, TURNS * kept.height // max(int(kept["turns"].sum()), 1))
    some = kept.sample(min(most, THREADS, kept.height), seed=seed)
    chosen = some.select("thread_id", kept=pl.lit(value=True))
    plan = batches.plan(some, chosen, turns_at_once=export.TURNS_AT_ONCE)
    turns = live.workspace.scan("turns").join(some.lazy(), on="thread_id", how="semi").collect()
    factor, rows, lost = kept.height / some.height, [], {}
    for done, policy in enumerate(POLICIES):
        on_progress(done, len(POLICIES))
        settings = recipe.export.model_copy(update={"roles": policy})
        found, left = _count(turns, plan, settings=settings)
        lost[policy] = round((some.height - left) * factor)
        for name, counts in found.items():
            scaled = [None if count is None else round(count * factor) for count in counts]
            rows.append((policy, name, *scaled))
    on_progress(len(POLICIES), len(POLICIES))
    kinds = dict.fromkeys(_COUNTS, pl.Int64)
    frame = pl.DataFrame(
        rows, schema={"policy": pl.String, "format": pl.String, **kinds}, orient="row"
    )
    return Estimate(frame, lost, some.height, kept.height)


def _count(
    turns: pl.DataFrame, plan: pl.DataFrame, *, settings: ExportSettings
) -> tuple[dict[str, tuple[int | None, ...]], int]:
    """Count what one policy gives by format, and the threads of which a whole tree is left."""
    targets = [by_name(name) for name in FORMATS]
    counts: dict[tuple[str, bool], Counter[str]] = {_shape(each): Counter() for each in targets}
    left = 0
    # Without a key there are no ids of users, which nobody counts.
    for part in batches.read(turns, plan, targets=targets, settings=settings, secret=b""):
        left += len({root.thread_id for root in part.trees[False]})
        for (unit, is_strict), counted in counts.items():
            _add(counted, part.trees[is_strict], unit=unit, paths=settings.paths)
    return {target.format.NAME: _told(target, counts, settings) for target in targets}, left


def _add(counted: Counter[str], roots: Iterable[Turn], *, unit: str, paths: str) -> None:
    for root in roots:
        if unit == "tweet":
            turns = conversation_trees.all_turns(root)
            counted["records"] += sum(len(turn.tweet_ids) for turn in turns)
        elif not (paths == "tree" and unit in ("path", "pair")):
            for _, written in file_writers.units(root, unit, paths=paths):  # type: ignore[arg-type]
                counted["records"] += 1
                counted["turns"] += len(written)
                counted["words"] += sum(turn.words for turn in written)


def _shape(target: Target) -> tuple[str, bool]:
    """Tell what a format makes records of; formats of one shape have equal counts."""
    return target.format.UNIT, target.format.IS_STRICT and target.format.UNIT != "tweet"


def _told(
    target: Target, counts: dict[tuple[str, bool], Counter[str]], settings: ExportSettings
) -> tuple[int | None, ...]:
    if settings.paths == "tree" and target.format.UNIT in ("path", "pair"):
        return (None, None, None)
    found = counts[_shape(target)]
    rest = (None, None) if target.format.UNIT == "tweet" else (found["turns"], found["words"])
    return (found["records"], *rest)


def show(live: ScoresSession, verdicts: pl.DataFrame, *, recipe: Recipe) -> mo.Html:
    """Count with a spinner, and show the counts as a table: formats down, policies across."""
    try:
        with mo.status.spinner(title="Counting what each format would hold"):
            found = of(live, verdicts, recipe=recipe)
    except WorkbenchError as error:
        return messages.error(str(error))
    about = "about " if found.kept > found.counted else ""
    basis = (
        f"Estimated from {found.counted:,} of the {found.kept:,} kept threads, drawn at random."
        if about
        else f"Counted on all {found.kept:,} kept threads."
    )
    head = "".join(
        f'<th colspan="3">{escape(policy)}<br><small>loses {about}{lost:,} threads</small></th>'
        for policy, lost in found.lost.items()
    )
    units = "".join(f"<th>{unit}</th>" for unit in _COUNTS) * len(found.lost)
    body = "".join(
        f"<tr><td>{escape(name)}</td>{_cells(found.counts.filter(format=name))}</tr>"
        for name in found.counts["format"].unique(maintain_order=True)
    )
    return mo.Html(
        f'<div data-testid="estimate" class="wb-effect">{basis} Words are parted by blanks; '
        "a dash stands for what a format cannot hold or does not count.</div>"
        f'<table class="wb-files wb-numbers"><tr><th></th>{head}</tr>'
        f"<tr><th>format</th>{units}</tr>{body}</table>"
    )


def _cells(rows: pl.DataFrame) -> str:
    values = [value for row in rows.select(_COUNTS).iter_rows() for value in row]
    return "".join(f"<td>{'-' if value is None else f'{value:,}'}</td>" for value in values)
