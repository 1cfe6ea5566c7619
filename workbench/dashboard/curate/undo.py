"""Undo and redo: the recipes that one person has set on the page."""

import time

from workbench.recipe import CATALOGUE, Recipe

#: Maximum number of recipes in a history.
MOST = 200

#: Seconds within which changes of the same rule count as one, as while a slider is dragged.
PAUSE = 1.0


class History:
    r"""Recipes in the order in which they were set; one of them is the present one.

    Args:
        first: The recipe to start with.

    Examples:
        >>> history = History(Recipe())
        >>> history.note(Recipe.from_toml("[select.turns]\nmin = 3"))
        >>> history.step(-1) == Recipe()
        True
    """

    def __init__(self, first: Recipe) -> None:
        self._recipes = [first]
        self._position = 0
        self._last_change = ("", float("-inf"))

    @property
    def present(self) -> Recipe:
        """The present recipe."""
        return self._recipes[self._position]

    def note(self, recipe: Recipe, *, now: float | None = None) -> None:
        """Add a recipe and make it the present one, unless it is that already.

        Recipes that were undone before are forgotten.

        Args:
            recipe: The recipe that was set.
            now: Seconds on any clock.
        """
        if recipe == self.present:
            return
        what, now = changed(self.present, recipe), time.monotonic() if now is None else now
        last_what, last_time = self._last_change
        is_same_change = what == last_what and now - last_time < PAUSE and self._position > 0
        recipes = self._recipes[: self._position + (not is_same_change)][-MOST + 1 :]
        self._recipes = recipes if recipes[-1] == recipe else [*recipes, recipe]
        self._position = len(self._recipes) - 1
        self._last_change = (what, now)

    def step(self, by: int) -> Recipe:
        """Go back (`by` below 0) or forward as far as possible, and return the recipe there."""
        self._position = min(max(self._position + by, 0), len(self._recipes) - 1)
        self._last_change = ("", float("-inf"))
        return self.present

    def next_change(self, by: int) -> str:
        """Return what a step would change; empty if there is no recipe in that direction."""
        to = self._position + by
        return changed(self.present, self._recipes[to]) if 0 <= to < len(self._recipes) else ""


def changed(before: Recipe, after: Recipe) -> str:
    r"""Name the rule in which two recipes differ, the number of rules, or the export.

    Examples:
        >>> changed(Recipe(), Recipe.from_toml("[select.turns]\nmin = 3"))
        'Turns'
    """
    rules = [
        CATALOGUE[name].title
        for name in dict.fromkeys([*CATALOGUE, *before.select.own, *after.select.own])
        if before.select.rule(name) != after.select.rule(name)
    ]
    if len(rules) > 1:
        return f"{len(rules)} rules"
    return rules[0] if rules else "export" if before.export != after.export else "recipe"
