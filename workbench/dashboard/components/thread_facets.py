"""The facets of all threads: their facts in bins, and the verdict of the recipe."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from workbench import selection
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.facets import thread_facts
from workbench.facets.crossfilter import Crossfilter, Facet
from workbench.recipe import CATALOGUE


def of(data: ScoresSession, verdicts: pl.DataFrame, *, also: Sequence[Facet] = ()) -> Crossfilter:
    """Return the facets of all threads; all sessions share those that no recipe changes.

    Args:
        data: The scores.
        verdicts: Result of `ScoresSession.verdicts`.
        also: More facets of these threads.
    """
    known: list[Facet] = data.shared.once(
        "facets", 0, lambda: thread_facts.from_scores(data.scores, data.own)
    )
    return Crossfilter([*known, verdict(verdicts), *also], threads=data.scores.height)


def verdict(verdicts: pl.DataFrame) -> Facet:
    """Return a facet with the kept threads, and the threads that each rule removes first.

    Args:
        verdicts: Result of `ScoresSession.verdicts`.
    """
    passes = selection.by_rule(verdicts)
    slots = np.zeros(verdicts.height, dtype=np.uint8)
    for place, mask in reversed(list(enumerate(passes.values(), start=1))):
        slots[~mask.to_numpy()] = place
    labels = ["kept", *(CATALOGUE[rule].title for rule in passes)]
    about = "Kept by the rules of the recipe, or the first rule that removes the thread."
    return thread_facts.of_slots(
        slots, labels, title="Kept, or removed by", name="verdict", about=about
    )
