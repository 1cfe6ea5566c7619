"""List the threads of each view of the page, and show the one selected in the list."""

from collections.abc import Mapping
from typing import Any

import marimo as mo
import polars as pl

from workbench.dashboard.components import rule_controls, thread_reader, thread_table
from workbench.dashboard.components.thread_list import ThreadList
from workbench.dashboard.curate import compare
from workbench.dashboard.session.scores_session import ORDERS, ScoresSession
from workbench.recipe import CATALOGUE, Recipe, SelectSettings

#: View -> names of its choices.
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
    """Make the choices of all views; made once, they survive a change of view."""
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
    session: ScoresSession,
    verdicts: pl.DataFrame,
    *,
    view: str,
    choices: Mapping[str, Any],
    settings: SelectSettings,
) -> pl.DataFrame:
    """Return the threads of a view with the text of their opening tweets.

    Args:
        session: Scores and workspace.
        verdicts: Result of `ScoresSession.verdicts`.
        view: One of `VIEWS` except `Recipes`; for that see `Comparison.rows`.
        choices: Values of `choosers`.
        settings: The rules.
    """
    if view == "Borderline":
        threads = session.borderline(verdicts, rule=choices["edge"], settings=settings)
    else:
        threads = session.rows(
            verdicts,
            view=view.lower(),
            rule=choices["rule"],
            order=choices["order"],
            page=choices["page"],
        )
    return session.openings(threads)


def table(rows: pl.DataFrame, *, view: str, choices: Mapping[str, Any]) -> ThreadList:
    """List the threads of a view with the score that matters there."""
    rule = choices["edge"] if view == "Borderline" else "suitability"
    return thread_table.table(rows, columns=[thread_table.column_of_rule(rule)])


def show(
    session: ScoresSession,
    rows: pl.DataFrame,
    listing: ThreadList,
    *,
    view: str,
    choosers: mo.ui.dictionary,
    recipe: Recipe,
) -> mo.Html:
    """Lay out the choices of a view, its list, and the selected thread.

    Args:
        session: Scores and workspace.
        rows: Result of `rows` or `Comparison.rows`, with texts.
        listing: Result of `table`.
        view: One of `VIEWS`.
        choosers: Result of `choosers`.
        recipe: The present recipe.
    """
    choices = mo.hstack([choosers.elements[name] for name in VIEWS[view]], justify="start")
    if not rows.height:
        return mo.vstack([choices, mo.callout(mo.Html(EMPTY[view]), kind="neutral")])
    explain = compare.explain if view == "Recipes" else None
    reader = thread_reader.show(session, rows, listing.value.opened, recipe=recipe, explain=explain)
    return mo.vstack([choices, thread_table.split(listing, reader)])
