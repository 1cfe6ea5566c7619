"""List the threads that the rules keep or remove, beside the charts or the thread that is read."""

from collections.abc import Mapping
from typing import Any

import marimo as mo
import polars as pl

from workbench.dashboard.components import rule_controls, thread_cards, thread_reader
from workbench.dashboard.components.thread_list import ThreadList
from workbench.dashboard.curate import compare
from workbench.dashboard.session.scores_session import ORDERS, ScoresSession
from workbench.recipe import CATALOGUE, Recipe, SelectSettings
from workbench.selection import by_hand

#: List -> names of its choices.
LISTS = {
    "Kept": ["order", "page"],
    "Removed": ["rule", "order", "page"],
    "Borderline": ["edge"],
}

#: Choices of the list of a comparison.
COMPARED = ["side", "order", "page"]

#: List -> why it is empty.
EMPTY = {
    "Kept": "No thread passes every rule. Loosen the rule that removes most.",
    "Removed": "This choice removes no thread.",
    "Borderline": "This rule is off, or no thread is near its threshold.",
    "Compare": "No thread is on this side of the comparison.",
}


def choosers(session: ScoresSession) -> mo.ui.dictionary:
    """Make the choices of all lists; made once, they survive a change of view."""
    titles = rule_controls.titles(session.rules)
    removing = {"any rule": None, CATALOGUE[by_hand.RULE].title: by_hand.RULE} | titles
    fits = CATALOGUE["suitability"].title
    return mo.ui.dictionary(
        {
            "list": mo.ui.radio(list(LISTS), "Kept", inline=True, label="Show"),
            "order": mo.ui.dropdown(list(ORDERS), "Random sample", label="Order"),
            "page": mo.ui.number(1, 99_999, value=1, label="Page"),
            "rule": mo.ui.dropdown(removing, "any rule", label="Removed by"),
            "edge": mo.ui.dropdown(titles, fits, label="Near the threshold of"),
            "side": mo.ui.dropdown(compare.SIDES, next(iter(compare.SIDES)), label="Show"),
        }
    )


def rows(
    session: ScoresSession,
    verdicts: pl.DataFrame,
    *,
    choices: Mapping[str, Any],
    settings: SelectSettings,
) -> pl.DataFrame:
    """Return the threads of a list with the text of their opening tweets.

    Args:
        session: Scores and workspace.
        verdicts: Result of `ScoresSession.verdicts`.
        choices: Values of `choosers`.
        settings: The rules.
    """
    if choices["list"] == "Borderline":
        threads = session.borderline(verdicts, rule=choices["edge"], settings=settings)
    else:
        threads = session.rows(
            verdicts,
            view=choices["list"].lower(),
            rule=choices["rule"],
            order=choices["order"],
            page=choices["page"],
        )
    return session.openings(threads)


def table(rows: pl.DataFrame, *, choices: Mapping[str, Any]) -> ThreadList:
    """List threads with the score that matters in the list, and the rule that removes them."""
    rule = choices["edge"] if choices["list"] == "Borderline" else "suitability"
    return thread_cards.table(rows, columns=[thread_cards.column_of_rule(rule)])


def show(
    session: ScoresSession,
    rows: pl.DataFrame,
    listing: ThreadList,
    *,
    choosers: mo.ui.dictionary,
    recipe: Recipe,
    is_compared: bool = False,
) -> mo.Html:
    """Lay out a list with its choices, and the thread that is read.

    Args:
        session: Scores and workspace.
        rows: Result of `rows` or `Comparison.rows`, with texts.
        listing: Result of `table`.
        choosers: Result of `choosers`.
        recipe: The present recipe.
        is_compared: Whether these are the threads on which two recipes differ.
    """
    name = "Compare" if is_compared else str(choosers.value["list"])
    names = COMPARED if is_compared else ["list", *LISTS[name]]
    choices = mo.hstack([choosers.elements[each] for each in names], justify="start", wrap=True)
    if not rows.height:
        return mo.vstack([choices, mo.callout(mo.Html(EMPTY[name]), kind="neutral")])
    explain = compare.explain if is_compared else None
    reader = thread_reader.show(session, rows, listing.value.opened, recipe=recipe, explain=explain)
    return mo.vstack([choices, thread_cards.split(listing, reader)])
