"""History: the recipes that one person went through, for undo and redo."""

import time
from collections.abc import Callable
from html import escape

import marimo as mo

from workbench.recipe import CATALOGUE, Recipe

#: Recipes that are remembered.
MOST = 200

#: Seconds within which changes of the same rule are one change, such as the drag of a slider.
PAUSE = 1.0


class History:
    r"""Recipes in the order in which somebody set them, one of them the present.

    Args:
        first: The recipe to begin with.

    Examples:
        >>> history = History(Recipe())
        >>> history.note(Recipe.from_toml("[select.turns]\nmin = 3"))
        >>> history.step(-1) == Recipe()
        True
    """

    def __init__(self, first: Recipe) -> None:
        self._recipes = [first]
        self._at = 0
        self._last = ("", float("-inf"))

    @property
    def present(self) -> Recipe:
        """The recipe that is set now."""
        return self._recipes[self._at]

    def note(self, recipe: Recipe, *, now: float | None = None) -> None:
        """Remember what is set now; nothing happens where that is the present already.

        What was undone before is forgotten.

        Args:
            recipe: What the controls say.
            now: Seconds on any clock.
        """
        if recipe == self.present:
            return
        what, now = changed(self.present, recipe), time.monotonic() if now is None else now
        before, moment = self._last
        goes_on = what == before and now - moment < PAUSE and self._at > 0
        kept = self._recipes[: self._at + (not goes_on)][-MOST + 1 :]
        self._recipes = kept if kept[-1] == recipe else [*kept, recipe]
        self._at = len(self._recipes) - 1
        self._last = (what, now)

    def step(self, by: int) -> Recipe:
        """Go back (`by` below 0) or forth, as far as there is anything, and give what is there."""
        self._at = min(max(self._at + by, 0), len(self._recipes) - 1)
        self._last = ("", float("-inf"))
        return self.present

    def next_change(self, by: int) -> str:
        """Say what a step would change; empty where there is nothing to go to."""
        to = self._at + by
        return changed(self.present, self._recipes[to]) if 0 <= to < len(self._recipes) else ""


def changed(before: Recipe, after: Recipe) -> str:
    r"""Name what differs between two recipes: a rule, or how many, or the export.

    Examples:
        >>> changed(Recipe(), Recipe.from_toml("[select.turns]\nmin = 3"))
        'Turns'
    """
    rules = [
        rule.title
        for name, rule in CATALOGUE.items()
        if getattr(before.select, name) != getattr(after.select, name)
    ]
    if len(rules) > 1:
        return f"{len(rules)} rules"
    return rules[0] if rules else "export" if before.export != after.export else "recipe"


def buttons(history: History, go: Callable[[Recipe], object]) -> list[mo.ui.button]:
    """Make the buttons to undo and redo; what they would change is in their tooltips.

    Args:
        history: What there is to go to.
        go: Called with the recipe to set.
    """
    return [_button(history, go, name=name, by=by) for name, by in [("Undo", -1), ("Redo", 1)]]


def _button(
    history: History, go: Callable[[Recipe], object], *, name: str, by: int
) -> mo.ui.button:
    what = history.next_change(by)
    return mo.ui.button(
        label=name,
        tooltip=escape(f"{name}: {what}") if what else f"Nothing to {name.lower()}",
        disabled=not what,
        on_click=lambda _: go(history.step(by)),
    )
