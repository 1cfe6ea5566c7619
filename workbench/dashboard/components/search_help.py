"""Explain the syntax of search fields, and what of a text was not understood."""

from collections.abc import Sequence
from html import escape

import marimo as mo

from workbench.text import search_query


def disclosure(where: str) -> mo.Html:
    """Show what can be typed, behind a line to open.

    Args:
        where: Sentence on which tweets are searched.
    """
    rows = "".join(
        f"<tr><td><code>{escape(typed)}</code></td><td>{escape(what)}</td></tr>"
        for typed, what in search_query.SYNTAX.items()
    )
    text = f"Case and accents do not matter. {where}"
    return mo.Html(
        f'<details class="wb-help"><summary>How to search</summary><table>{rows}</table>'
        f"<p>{escape(text)}</p></details>"
    )


def notes(sentences: Sequence[str]) -> mo.Html:
    """Show sentences on what was not understood; nothing if there are none."""
    if not sentences:
        return mo.Html("")
    text = escape(" ".join(sentences))
    return mo.Html(f'<p class="wb-listed" role="status" data-testid="search-note">{text}</p>')
