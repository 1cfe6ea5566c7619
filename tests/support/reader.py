"""Read and draw a thread as the pages do."""

import polars as pl

from workbench.dashboard.components import (
    thread_reader,
)
from workbench.dashboard.components.thread_filter import ANY, KINDS, WHOLES, ThreadQuery
from workbench.recipe import Recipe
from workbench.schemas import Deletions

RECIPE = Recipe()

#: All threads, the newest first.
ALL = ThreadQuery(next(iter(KINDS)), next(iter(WHOLES)), ANY, "Newest first")


def delete(live, *ids):
    rows = pl.DataFrame({"tweet_id": list(ids), "had_row": [True] * len(ids)})
    live.workspace.write("deletions", Deletions.validate(rows))


def show(live, thread_id, **options):
    verdicts = live.verdicts(RECIPE.select)
    rows = live.some(live.scores["thread_id"] == thread_id, verdicts)
    read = thread_reader.read(
        live, rows, thread_id, recipe=RECIPE, explain=thread_reader.full_verdict(verdicts)
    )
    return thread_reader.draw(live, read, **options).text
