"""Estimate what each format and role policy would contain, before anything is written."""

from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

import marimo as mo
import polars as pl

from workbench import export
from workbench.dashboard.components import messages
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.exceptions import WorkbenchError
from workbench.export import batches, record_units, selection_check, target_checks
from workbench.export.batches import Batch
from workbench.export.conversation_trees import TreeKind, Turn
from workbench.export.formats import FORMATS, Target, Unit, by_name
from workbench.export.roles import POLICIES
from workbench.progress import OnProgress, silent
from workbench.recipe import ExportSettings, Recipe
from workbench.text.counts import counted

#: Maximum number of threads and turns that are counted; of more, a random sample is.
THREADS, TURNS = 10_000, 100_000

#: Counts of a format.
_COUNTS = ("records", "turns", "words")


class Estimate(NamedTuple):
    """Contents of an export of the kept threads.

    Args:
        counts: One row per policy and format: `policy`, `format`, `records`, `turns`, `words`. A
            count is null if the format cannot represent what the recipe asks for, or does not
            count it.
        lost: Policy -> number of kept threads without a complete tree.
        counted: Number of threads that were counted.
        kept: Number of kept threads. If it is larger than `counted`, all counts are scaled up.
    """

    counts: pl.DataFrame
    lost: dict[str, int]
    counted: int
    kept: int


class Sample(NamedTuple):
    """Some kept threads, ready to be counted.

    Args:
        plan: Result of `batches.plan` for these threads.
        turns: Their turns.
        answers: Their rated replies.
        kept: Number of all kept threads.
        decisions: What was decided by hand.
    """

    plan: pl.DataFrame
    turns: pl.DataFrame
    answers: pl.DataFrame
    kept: int
    decisions: pl.DataFrame

    @classmethod
    def of(
        cls,
        session: ScoresSession,
        verdicts: pl.DataFrame,
        *,
        threads: int,
        turns: int,
        seed: int = 0,
    ) -> "Sample":
        """Read all kept threads, or a random sample of at most so many threads and turns.

        Raises:
            ExportError: If no thread is kept, or the tables do not belong together.
        """
        kept = session.scores.select("thread_id", "lang", "turns").filter(verdicts["kept"])
        most = max(1, turns * kept.height // max(int(kept["turns"].sum()), 1))
        sample = kept.sample(min(most, threads, kept.height), seed=seed)
        chosen = sample.select("thread_id", kept=pl.lit(value=True))
        plan = batches.plan(sample, chosen, turns_at_once=export.TURNS_AT_ONCE)
        rows = session.workspace.scan("turns").join(sample.lazy(), on="thread_id", how="semi")
        answers = session.answers(sample["thread_id"])
        return cls(plan, rows.collect(), answers, kept.height, session.decisions())

    @property
    def factor(self) -> float:
        """Number of kept threads per thread of the sample."""
        return self.kept / self.plan.height

    def batches(self, targets: Iterable[Target], settings: ExportSettings) -> Iterator[Batch]:
        """Build the trees of the threads for some formats."""
        # Nobody counts user ids, so the key is not needed.
        return batches.read(
            self.turns,
            self.plan,
            targets=list(targets),
            settings=settings,
            secret=b"",
            answers=self.answers,
            by_hand=selection_check.on_turns(self.decisions),
        )


def of(
    session: ScoresSession,
    verdicts: pl.DataFrame,
    *,
    recipe: Recipe,
    seed: int = 0,
    on_progress: OnProgress = silent,
) -> Estimate:
    """Count the records of every format and role policy, on at most `THREADS` threads.

    Args:
        session: Scores and workspace.
        verdicts: Result of `ScoresSession.verdicts`.
        recipe: Its export settings.
        seed: Seed of the sample.
        on_progress: Called with the number of policies done.

    Raises:
        ExportError: If no thread is kept, or the tables do not belong together.
    """
    sample = Sample.of(session, verdicts, threads=THREADS, turns=TURNS, seed=seed)
    factor, rows, lost = sample.factor, [], {}
    for done, policy in enumerate(POLICIES):
        on_progress(done, len(POLICIES))
        settings = recipe.export_settings.model_copy(update={"roles": policy})
        by_format, complete = _count(sample, settings=settings)
        lost[policy] = round((sample.plan.height - complete) * factor)
        for name, counts in by_format.items():
            scaled = [None if count is None else round(count * factor) for count in counts]
            rows.append((policy, name, *scaled))
    on_progress(len(POLICIES), len(POLICIES))
    types = dict.fromkeys(_COUNTS, pl.Int64)
    frame = pl.DataFrame(
        rows, schema={"policy": pl.String, "format": pl.String, **types}, orient="row"
    )
    return Estimate(frame, lost, sample.plan.height, sample.kept)


def _count(
    sample: Sample, *, settings: ExportSettings
) -> tuple[dict[str, tuple[int | None, ...]], int]:
    """Count one policy: (format -> counts, number of threads with a complete tree)."""
    targets = [by_name(name) for name in FORMATS]
    targets = [target for target in targets if target_checks.can_express(target, settings)]
    counts = {_shape(each): Counter[str]() for each in targets}
    complete = 0
    for part in sample.batches(targets, settings):
        complete += len({root.thread_id for root in part.trees["whole"]})
        for (unit, kind), sums in counts.items():
            _add(sums, part.trees[kind], unit=unit, settings=settings)
    return {name: _counts_of(by_name(name), counts) for name in FORMATS}, complete


def _add(
    sums: Counter[str], roots: Iterable[Turn], *, unit: Unit, settings: ExportSettings
) -> None:
    for root in roots:
        for _, written in record_units.units(root, unit, settings=settings):
            sums["records"] += 1
            sums["turns"] += len(written)
            sums["words"] += sum(turn.words for turn in written)


def _shape(target: Target) -> tuple[Unit, TreeKind]:
    """Return what the records of a format are; formats of the same shape have equal counts."""
    return target.format.UNIT, target.format.TREES


def _counts_of(
    target: Target, counts: dict[tuple[Unit, TreeKind], Counter[str]]
) -> tuple[int | None, ...]:
    count = counts.get(_shape(target))
    if count is None:
        return (None, None, None)
    rest = (None, None) if target.format.UNIT == "tweet" else (count["turns"], count["words"])
    return (count["records"], *rest)


def show(session: ScoresSession, verdicts: pl.DataFrame, *, recipe: Recipe) -> mo.Html:
    """Count with a spinner, then show a table with a row per format and columns per policy."""
    try:
        with mo.status.spinner(title="Counting the records of each format"):
            estimate = of(session, verdicts, recipe=recipe)
    except WorkbenchError as error:
        return messages.error(str(error))
    about = "about " if estimate.kept > estimate.counted else ""
    basis = (
        f"Estimated on a random {estimate.counted:,} of the {estimate.kept:,} kept threads."
        if about
        else f"Counted on all {estimate.kept:,} kept threads."
    )
    head = "".join(
        f'<th colspan="3">{escape(policy)}<br><small>loses {about}'
        f"{counted(lost, 'thread')}</small></th>"
        for policy, lost in estimate.lost.items()
    )
    units = "".join(f"<th>{unit}</th>" for unit in _COUNTS) * len(estimate.lost)
    body = "".join(
        f"<tr><td>{escape(name)}</td>{_cells(estimate.counts.filter(format=name))}</tr>"
        for name in estimate.counts["format"].unique(maintain_order=True)
    )
    return mo.Html(
        f'<div data-testid="estimate" class="wb-effect">{basis} Words are separated by '
        "spaces. A dash: the format cannot represent the recipe, or does not count this.</div>"
        f'<table class="wb-files wb-numbers"><tr><th></th>{head}</tr>'
        f"<tr><th>format</th>{units}</tr>{body}</table>"
    )


def _cells(rows: pl.DataFrame) -> str:
    values = [value for row in rows.select(_COUNTS).iter_rows() for value in row]
    return "".join(f"<td>{'-' if value is None else f'{value:,}'}</td>" for value in values)
