"""Lists: which threads each view lists, by which choices, and how they are read there."""

from collections.abc import Mapping
from typing import Any

import marimo as mo
import polars as pl

from workbench.dashboard.components import rule_controls, thread_reader, thread_table
from workbench.dashboard.curate import compare
from workbench.dashboard.session.scores_session import ORDERS, ScoresSession
from workbench.recipe import CATALOGUE, Recipe, SelectSettings

#: View -> what can be chosen there.
VIEWS = {
    "Kept": ["order", "page"],
    "Removed": ["rule", "order", "page"],
    "Borderline": ["edge"],
    "Recipes": ["side", "order", "page"],
}

#: View -> why its list is empty.
EMPTY = {
    "Kept": "No thread passes every rule. Loosen the rule that removes most.",
    "Removed": "This choice removes no thread.",
    "Borderline": "This rule is off, or no thread is near its threshold.",
    "Recipes": "No thread is on this side of the comparison.",
}


def choosers() -> mo.ui.dictionary:
    """Make the choices of all views, so that they stay when the view changes."""
    fits = CATALOGUE["suitability"].title
    return mo.ui.dictionary(
        {
            "order": mo.ui.dropdown(list(ORDERS), "Random sample", label="Order"),
            "page": mo.ui.number(1, 99_999, value=1, label="Page"),
            "rule": mo.ui.dropdown(
                {"any rule": None} | rule_controls.titles(), "any rule", label="Rule"
            ),
            "edge": mo.ui.dropdown(rule_controls.titles(), fits, label="Rule"),
            "side": mo.ui.dropdown(compare.SIDES, next(iter(compare.SIDES)), label="List"),
        }
    )


def rows(
    live: ScoresSession,
    verdicts: pl.DataFrame,
    *,
    view: str,
    asked: Mapping[str, Any],
    settings: SelectSettings,
) -> pl.DataFrame:
    """Give the threads of a view with the text of their first turns.

    Args:
        live: The scores.
        verdicts: What `Live.verdicts` gives.
        view: One of `VIEWS`, but for `Recipes`, see `Comparison.rows`.
        asked: What is chosen.
        settings: The rules.
    """
    if view == "Borderline":
        found = live.borderline(verdicts, rule=asked["edge"], settings=settings)
    else:
        found = live.rows(
            verdicts,
            view=view.lower(),
            rule=asked["rule"],
            order=asked["order"],
            page=asked["page"],
        )
    return live.openings(found)


def table(found: pl.DataFrame, *, view: str, asked: Mapping[str, Any]) -> mo.ui.table:
    """List what `rows` gives, with the score that matters there."""
    rule = asked["edge"] if view == "Borderline" else "suitability"
    return thread_table.table(found, column=thread_table.column_of_rule(rule))


def show(
    live: ScoresSession,
    found: pl.DataFrame,
    listing: mo.ui.table,
    *,
    view: str,
    made: mo.ui.dictionary,
    recipe: Recipe,
) -> mo.Html:
    """Lay out the choices of a view, its list, and the thread chosen there.

    Args:
        live: Where the turns are read from.
        found: What `rows` or `Comparison.rows` gives, with texts.
        listing: What was made of it by `table`.
        view: One of `VIEWS`.
        made: What `choosers` gives.
        recipe: What is set now.
    """
    choices = mo.hstack([made.elements[name] for name in VIEWS[view]], justify="start")
    if not found.height:
        return mo.vstack([choices, mo.callout(mo.Html(EMPTY[view]), kind="neutral")])
    explain = compare.verdict if view == "Recipes" else thread_reader.first_verdict
    picked: Any = listing.value
    reader = thread_reader.show(live, found, picked, recipe=recipe, explain=explain)
    return mo.vstack([choices, thread_table.split(listing, reader)])
