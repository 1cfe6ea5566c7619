"""Count what the export of the page would write, again whenever a control moves.

`export_estimates` compares all formats and policies, which takes longer.
"""

from collections import Counter
from html import escape
from typing import NamedTuple

import marimo as mo
import polars as pl

from workbench.dashboard.curate.export_estimates import Sample
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.export import record_units, target_checks
from workbench.export.formats import FORMATS, by_name
from workbench.recipe import Recipe

#: Maximum number of threads and turns that are counted; of more, a random sample is.
THREADS, TURNS = 2_000, 20_000

_TOO_LOW = "below_the_answer_threshold"


class LiveCounts(NamedTuple):
    """What an export of the kept threads would contain.

    Args:
        records: Format -> number of records, for each format that can express the recipe.
        too_low: Replies that are left out because they do not answer well enough.
        counted: Number of threads that were counted.
        kept: Number of kept threads. If it is larger than `counted`, the counts are scaled up.
    """

    records: dict[str, int]
    too_low: int
    counted: int
    kept: int

    @property
    def is_estimate(self) -> bool:
        """Whether only a sample was counted."""
        return self.kept > self.counted


def of(session: ScoresSession, verdicts: pl.DataFrame, *, recipe: Recipe) -> LiveCounts:
    """Count the records of every format that can express a recipe.

    The turns stay in memory as long as the same threads are kept.

    Args:
        session: Scores and workspace.
        verdicts: Result of `ScoresSession.verdicts`.
        recipe: Its export settings.

    Raises:
        ExportError: If no thread is kept, or a format cannot express what the recipe asks for.
    """
    decided = session.decisions().select("what", "id", "decision").rows()
    key = verdicts.select("thread_id").filter(verdicts["kept"]).hash_rows().sum()
    sample: Sample = session.shared.once(
        "live sample",
        (session.workspace.path("turns").stat().st_mtime_ns, key, *decided),
        lambda: Sample.of(session, verdicts, threads=THREADS, turns=TURNS),
    )
    settings = recipe.export_settings
    chosen = [by_name(name) for name in settings.formats if name not in ("ids", "ids.txt")]
    target_checks.check(chosen, settings, is_rated=True)
    targets = [by_name(name) for name in FORMATS if name != "ids"]
    targets = [target for target in targets if target_checks.can_express(target, settings)]
    shapes = {(target.format.UNIT, target.format.TREES) for target in targets}
    records, too_low = Counter(dict.fromkeys(shapes, 0)), 0
    for batch in sample.batches(targets, settings):
        for unit, trees in shapes:
            units = (
                record_units.units(root, unit, settings=settings) for root in batch.trees[trees]
            )
            records[unit, trees] += sum(1 for each in units for _ in each)
        too_low += max((cuts[_TOO_LOW] for cuts in batch.cuts.values()), default=0)
    factor = sample.factor
    scaled = {
        target.format.NAME: round(records[target.format.UNIT, target.format.TREES] * factor)
        for target in targets
    }
    return LiveCounts(scaled, round(too_low * factor), sample.plan.height, sample.kept)


def sentence(counts: LiveCounts, *, recipe: Recipe) -> mo.Html:
    """Say what the formats of a recipe would contain."""
    about = "About " if counts.is_estimate else ""
    names = dict.fromkeys(by_name(name).format.NAME for name in recipe.export.formats)
    records = ", ".join(
        f'<b data-format="{escape(name)}">{counts.records[name]:,}</b> {escape(name)}'
        for name in names
        if name in counts.records
    )
    lowest = recipe.export_settings.min_answer or 0
    low = f" {counts.too_low:,} replies are left out: they answer with less than {lowest:g}."
    return mo.Html(
        f'<p class="wb-effect" data-testid="live-counts" aria-live="polite">{about}{records} '
        f"records of {counts.kept:,} kept threads.{low if lowest else ''}</p>"
    )
