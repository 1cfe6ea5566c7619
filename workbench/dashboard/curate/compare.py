"""Comparing: two recipes on the same threads; what enters, what leaves, and by which rule."""

from collections.abc import Mapping
from html import escape
from itertools import accumulate
from operator import and_
from typing import Any, NamedTuple

import marimo as mo
import polars as pl

from workbench import selection
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import CATALOGUE, Recipe
from workbench.text import sanitize

#: The two sides of a comparison, as a choice of what to list -> name of the mask.
SIDES = {"Only kept here": "enters", "Only kept there": "leaves"}


class Comparison(NamedTuple):
    """What the recipe of the page (here) keeps and another (there) does not, and the reverse.

    Args:
        here: What `Live.verdicts` gives for the recipe of the page.
        there: The same for the other.
        enters: Marks the threads kept here only.
        leaves: Marks the threads kept there only.
    """

    here: pl.DataFrame
    there: pl.DataFrame
    enters: pl.Series
    leaves: pl.Series

    @classmethod
    def of(cls, here: pl.DataFrame, there: pl.DataFrame) -> "Comparison":
        """Compare verdicts on the same threads in the same order."""
        enters, leaves = here["kept"] & ~there["kept"], ~here["kept"] & there["kept"]
        return cls(here, there, enters, leaves)

    def rows(self, live: ScoresSession, asked: Mapping[str, Any]) -> pl.DataFrame:
        """Give a page of the threads of a side, with the rule that removes them on the other.

        Args:
            live: The scores.
            asked: `side` (a value of `SIDES`), `order` and `page`.
        """
        mask, other = (
            (self.enters, self.there) if asked["side"] == "enters" else (self.leaves, self.here)
        )
        return live.some(mask, other, order=asked["order"], page=asked["page"])


def by_rule(verdicts: pl.DataFrame, mask: pl.Series) -> dict[str, int]:
    """Count some threads by the first rule that removes them.

    Args:
        verdicts: What removes them.
        mask: Marks the threads, all of them removed.

    Returns:
        Title of the rule -> threads, most first; rules without any are left out.

    Examples:
        >>> verdicts = pl.DataFrame({"passes_turns": [False, True], "passes_depth": [False, False]})
        >>> by_rule(verdicts, pl.Series([True, True]))
        {'Turns': 1, 'Depth': 1}
    """
    names = [name for name in verdicts.columns if name.startswith(selection.PASSES)]
    alive = accumulate((verdicts[name] for name in names), and_, initial=mask)
    counts = {
        CATALOGUE[name.removeprefix(selection.PASSES)].title: int((before & ~verdicts[name]).sum())
        for name, before in zip(names, alive, strict=False)
    }
    most = sorted(counts.items(), key=lambda item: -item[1])
    return {title: count for title, count in most if count}


def differences(here: Recipe, there: Recipe) -> list[tuple[str, str, str]]:
    r"""List the settings that differ: name, value here, value there.

    Examples:
        >>> differences(Recipe(), Recipe.from_toml("[select.turns]\nmin = 3"))
        [('select.turns.min', '2', '3')]
    """
    mine, theirs = (dict(_flat(recipe.model_dump())) for recipe in (here, there))
    return [
        (name, _said(value), _said(theirs[name]))
        for name, value in mine.items()
        if value != theirs[name]
    ]


def show(
    live: ScoresSession, compared: Comparison, *, here: Recipe, there: Recipe, name: str
) -> mo.Html:
    """Show the counts side by side, the rules that make them differ, and the settings that do.

    Args:
        live: Counts the turns.
        compared: What `Comparison.of` gives.
        here: The recipe of the page.
        there: The other recipe.
        name: What the other is called.
    """
    both = live.kept(compared.here), live.kept(compared.there)
    counts = "".join(
        f'<div><b data-testid="{key}">{value:,}</b> <span>{said}</span></div>'
        for key, value, said in [
            ("here", both[0][0], f"kept here, {both[0][1]:,} turns"),
            ("there", both[1][0], f"kept by {escape(name)}, {both[1][1]:,} turns"),
            ("enters", int(compared.enters.sum()), "enter: kept here only"),
            ("leaves", int(compared.leaves.sum()), "leave: kept there only"),
        ]
    )
    reasons = [
        _table("What enters was removed there by", by_rule(compared.there, compared.enters)),
        _table("What leaves is removed here by", by_rule(compared.here, compared.leaves)),
        _settings(differences(here, there)),
    ]
    return mo.Html(
        f'<div class="wb-counts" aria-live="polite">{counts}</div>'
        f'<div class="wb-columns">{"".join(reasons)}</div>'
    )


def verdict(row: dict[str, Any]) -> str:
    """Say in a sentence why a thread is listed."""
    return f"Kept by one of the two, removed by the other's rule “{_title(row['removed_by'])}”."


def _title(rule: str | None) -> str:
    return CATALOGUE[rule].title if rule else "none"


def _table(caption: str, counts: dict[str, int]) -> str:
    rows = "".join(
        f"<tr><td>{escape(title)}</td><td>{count:,}</td></tr>" for title, count in counts.items()
    )
    return f'<table class="wb-files"><caption>{caption}</caption>{rows or _NOTHING}</table>'


def _settings(found: list[tuple[str, str, str]]) -> str:
    cells = "".join(
        f"<tr>{''.join(f'<td>{escape(sanitize.plain(cell, most=60))}</td>' for cell in row)}</tr>"
        for row in found
    )
    head = "<tr><th>setting</th><th>here</th><th>there</th></tr>" if found else _NOTHING
    outside = not all(name.startswith(("select.", "export.")) for name, _, _ in found)
    note = "<p>Both are counted on the scores as they are in this workspace.</p>" * outside
    caption = "<caption>Settings that differ</caption>"
    return f'<div><table class="wb-files">{caption}{head}{cells}</table>{note}</div>'


def _flat(settings: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in settings.items():
        inner = _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else []
        found += inner or [(f"{prefix}{name}", value)]
    return found


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "-"
    if isinstance(value, float):
        return f"{value:,.10g}"
    return "-" if value in (None, "") else str(value)


_NOTHING = "<tr><td>nothing</td></tr>"
