"""Read and draw a thread as the pages do."""

import polars as pl

from workbench.dashboard.components import thread_filter, thread_reader
from workbench.recipe import Recipe
from workbench.schemas import Deletions

RECIPE = Recipe()


def delete(live, *ids):
    rows = pl.DataFrame({"tweet_id": list(ids), "had_row": [True] * len(ids)})
    live.workspace.write("deletions", Deletions.validate(rows))


def newest(live, verdicts, **options):
    """Return a page of all threads, the newest first."""
    mask = pl.repeat(True, live.scores.height, dtype=pl.Boolean, eager=True)
    return thread_filter.rows(live, mask, verdicts, order="Newest first", page=1, **options)


def view(live, thread_id):
    """Draw a thread, and return the part of the browser."""
    rows = live.some(live.scores["thread_id"] == thread_id, live.verdicts(RECIPE.select))
    return thread_reader.show(live, rows, thread_id, recipe=RECIPE).widget


def show(live, thread_id):
    """Draw a thread, and return its HTML."""
    drawn = view(live, thread_id)
    return drawn.head + "".join(drawn.parts)
