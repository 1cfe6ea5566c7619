"""Decide how a text is searched for: by its meaning, or by its words only.

The page *Search* and `workbench search` use it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from workbench.embeddings.embedders import Embedder
from workbench.embeddings.search import Mode
from workbench.text import normalize, sanitize, search_query
from workbench.text.search_query import TextQuery

_NOTHING_TO_FIND = "There is only something to leave out, so threads are listed by words."


@dataclass(frozen=True)
class QueryPlan:
    """How a text is searched for.

    Args:
        mode: The mode to use, which may differ from the one that was asked for.
        text: Text for the model and for the index of words.
        required: What every thread must meet.
        notes: Sentences on what was not understood, or why another mode is used.
    """

    mode: Mode
    text: str
    required: TextQuery
    notes: tuple[str, ...] = ()


def make(text: str, *, mode: Mode, embedder: Callable[[], Embedder]) -> QueryPlan:
    """Plan a search.

    A search by words requires the whole query. One by meaning requires what is in quotes and leaves
    out what follows a minus sign; the rest goes to the model. If the model cannot read it, the
    search is by words.

    Args:
        text: What somebody typed; see `search_query.SYNTAX`.
        mode: The mode asked for.
        embedder: Loads the embedder; called only if its vectors are needed.

    Examples:
        >>> from workbench.embeddings import embedders
        >>> plan = make('boil "an egg"', mode="both", embedder=lambda: embedders.load("hashing"))
        >>> plan.mode, plan.text, len(plan.required.groups)
        ('both', 'boil an egg', 1)
    """
    query = search_query.parse(text)
    if mode == "words":
        return QueryPlan("words", query.meaning, query, query.notes)
    if not query.groups:
        notes = (*query.notes, _NOTHING_TO_FIND) if query.excluded else query.notes
        return QueryPlan("words", "", query, notes)
    words = pl.select(normalize.bare(pl.lit(query.meaning))).item()
    if not words or not embedder().can_read(words):
        shown = sanitize.plain(query.meaning, most=40)
        note = f"The model cannot read “{shown}”, so it is searched for by words."
        return QueryPlan("words", query.meaning, query, (*query.notes, note))
    return QueryPlan(mode, query.meaning, query.filters, query.notes)
