"""Compare two recipes on the same threads: which threads enter or leave, and by which rule."""

from collections.abc import Mapping
from html import escape
from itertools import accumulate
from operator import and_
from typing import Any, NamedTuple

import marimo as mo
import polars as pl

from workbench import selection
from workbench.dashboard.components import messages
from workbench.dashboard.session.recipe_files import ChosenRecipe
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import CATALOGUE, Recipe
from workbench.text import sanitize
from workbench.text.counts import counted

#: Sides of a comparison that can be listed -> name of the mask.
SIDES = {"Only kept here": "enters", "Only kept there": "leaves"}


class Comparison(NamedTuple):
    """The threads that only the recipe of the page keeps (here), or only another one (there).

    Args:
        here: Result of `ScoresSession.verdicts` for the recipe of the page.
        there: The same for the other recipe.
        enters: Marks the threads kept only here.
        leaves: Marks the threads kept only there.
    """

    here: pl.DataFrame
    there: pl.DataFrame
    enters: pl.Series
    leaves: pl.Series

    @classmethod
    def of(cls, here: pl.DataFrame, there: pl.DataFrame) -> "Comparison":
        """Compare two tables of verdicts on the same threads in the same order."""
        enters, leaves = here["kept"] & ~there["kept"], ~here["kept"] & there["kept"]
        return cls(here, there, enters, leaves)

    def rows(self, session: ScoresSession, choices: Mapping[str, Any]) -> pl.DataFrame:
        """Return one page of the threads on a side, with the rule that removes them on the other.

        Args:
            session: Scores and workspace.
            choices: `side` (a value of `SIDES`), `order` and `page`.
        """
        mask, other = (
            (self.enters, self.there) if choices["side"] == "enters" else (self.leaves, self.here)
        )
        return session.some(mask, other, order=choices["order"], page=choices["page"])


def by_rule(verdicts: pl.DataFrame, mask: pl.Series) -> dict[str, int]:
    """Count removed threads by the first rule that removes them.

    Args:
        verdicts: Verdicts on all threads.
        mask: Marks the removed threads to count.

    Returns:
        Title of the rule -> number of threads, largest first; rules that remove none are left out.

    Examples:
        >>> verdicts = pl.DataFrame({"passes_turns": [False, True], "passes_depth": [False, False]})
        >>> by_rule(verdicts, pl.Series([True, True]))
        {'Turns': 1, 'Depth': 1}
    """
    passes = selection.by_rule(verdicts)
    alive = accumulate(passes.values(), and_, initial=mask)
    counts = {
        CATALOGUE[rule].title: int((before & ~own).sum())
        for (rule, own), before in zip(passes.items(), alive, strict=False)
    }
    by_count = sorted(counts.items(), key=lambda item: -item[1])
    return {title: count for title, count in by_count if count}


def differences(here: Recipe, there: Recipe) -> list[tuple[str, str, str]]:
    r"""List the settings that differ as (name, value here, value there).

    Examples:
        >>> differences(Recipe(), Recipe.from_toml("[select.turns]\nmin = 3"))
        [('select.turns.min', '2', '3')]
    """
    mine, theirs = (dict(_flat(recipe.model_dump())) for recipe in (here, there))
    return [
        (name, _text(mine.get(name)), _text(theirs.get(name)))
        for name in mine | theirs
        if mine.get(name) != theirs.get(name)
    ]


def show(
    session: ScoresSession,
    compared: Comparison,
    *,
    here: Recipe,
    there: ChosenRecipe,
    chooser: mo.ui.dropdown,
) -> mo.Html:
    """Show both counts, the rules that cause the difference, and the settings that differ.

    Args:
        session: Scores, to count the turns.
        compared: Result of `Comparison.of`.
        here: The recipe of the page.
        there: The other recipe.
        chooser: Control to choose the other recipe.
    """
    if there.problem:
        return mo.vstack([chooser, messages.error(there.problem)])
    both = session.kept(compared.here), session.kept(compared.there)
    counts = "".join(
        f'<div><b data-testid="{key}">{value:,}</b> <span>{label}</span></div>'
        for key, value, label in [
            ("here", both[0][0], f"kept here, {counted(both[0][1], 'turn')}"),
            ("there", both[1][0], f"kept by {escape(there.name)}, {counted(both[1][1], 'turn')}"),
            ("enters", int(compared.enters.sum()), "enter: kept only here"),
            ("leaves", int(compared.leaves.sum()), "leave: kept only there"),
        ]
    )
    reasons = [
        _table(
            "Rules that remove the entering threads there", by_rule(compared.there, compared.enters)
        ),
        _table(
            "Rules that remove the leaving threads here", by_rule(compared.here, compared.leaves)
        ),
        _settings(differences(here, there.recipe)),
    ]
    text = mo.Html(
        f'<div class="wb-counts" aria-live="polite">{counts}</div>'
        f'<div class="wb-columns">{"".join(reasons)}</div>'
    )
    return mo.vstack([chooser, text])


def explain(row: dict[str, Any]) -> str:
    """Return a sentence on why a thread is listed."""
    return f"Kept by one recipe, removed by the rule “{_title(row['removed_by'])}” of the other."


def _title(rule: str | None) -> str:
    return CATALOGUE[rule].title if rule else "none"


def _table(caption: str, counts: dict[str, int]) -> str:
    rows = "".join(
        f"<tr><td>{escape(title)}</td><td>{count:,}</td></tr>" for title, count in counts.items()
    )
    return f'<table class="wb-files"><caption>{caption}</caption>{rows or _NOTHING}</table>'


def _settings(differing: list[tuple[str, str, str]]) -> str:
    cells = "".join(
        f"<tr>{''.join(f'<td>{escape(sanitize.plain(cell, most=60))}</td>' for cell in row)}</tr>"
        for row in differing
    )
    head = "<tr><th>setting</th><th>here</th><th>there</th></tr>" if differing else _NOTHING
    outside = not all(name.startswith(("select.", "export.")) for name, _, _ in differing)
    note = "<p>Both counts use the present scores of this workspace.</p>" * outside
    caption = "<caption>Settings that differ</caption>"
    return f'<div><table class="wb-files">{caption}{head}{cells}</table>{note}</div>'


def _flat(settings: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    leaves: list[tuple[str, Any]] = []
    for name, value in settings.items():
        inner = _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else []
        leaves += inner or [(f"{prefix}{name}", value)]
    return leaves


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "-"
    if isinstance(value, float):
        return f"{value:,.10g}"
    return "-" if value in (None, "") else str(value)


_NOTHING = "<tr><td>nothing</td></tr>"
