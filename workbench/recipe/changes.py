"""Change some settings of a recipe by Python values, and list what differs from the defaults."""

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from workbench.exceptions import RecipeError

#: The section with one table per rule.
RULES = "select"


def merge(
    settings: Mapping[str, Any], changes: Mapping[str, Any], *, rules: tuple[str, ...]
) -> dict[str, Any]:
    """Return the settings of a recipe with some of them changed.

    Args:
        settings: All settings by section.
        changes: Name of a section or a rule -> its new settings, see `Recipe.with_`.
        rules: Names of the rules.

    Raises:
        RecipeError: If there is no section and no rule of a name.

    Examples:
        >>> before = {"select": {"turns": {"min": 2, "max": 9}}}
        >>> merge(before, {"turns": {"max": None}}, rules=("turns",))
        {'select': {'turns': {'min': 2, 'max': None}}}
    """
    merged = dict(settings)
    for name, change in changes.items():
        if name not in rules and name not in settings:
            raise _unknown(name, known=[*rules, *settings])
        section, value = (RULES, {name: change}) if name in rules else (name, change)
        if value is None:
            merged[section] = {}
        elif section == RULES and isinstance(value, Mapping):
            merged[RULES] = merged[RULES] | {
                # A rule without settings removes nothing.
                rule: {} if chosen is None else _changed(merged[RULES].get(rule), chosen)
                for rule, chosen in value.items()
            }
        else:
            merged[section] = _changed(merged[section], value)
    return merged


def _changed(before: Any, change: Any) -> Any:  # noqa: ANN401 (settings of every type)
    """Merge a table into a table; any other value replaces the old one."""
    if isinstance(change, BaseModel):
        return change.model_dump()
    if not isinstance(before, Mapping) or not isinstance(change, Mapping):
        return change
    return {**before, **{name: _changed(before.get(name), value) for name, value in change.items()}}


def _unknown(name: str, *, known: list[str]) -> RecipeError:
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean `{near[0]}`? " if near else ""
    msg = f"A recipe has no section and no rule called {name!r}."
    return RecipeError(msg, hint=f"{hint}`workbench recipe` prints every setting.")


def lines(settings: Mapping[str, Any], *, inside: str = "") -> Iterator[str]:
    """Write settings one per line; a rule without settings is off.

    Examples:
        >>> list(lines({"select": {"turns": {}, "depth": {"min": 2}}}))
        ['select.turns: off', 'select.depth.min = 2']
    """
    for name, value in settings.items():
        path = f"{inside}{name}"
        if isinstance(value, Mapping):
            yield from lines(value, inside=f"{path}.") if value else [f"{path}: off"]
        else:
            yield f"{path} = {json.dumps(value, ensure_ascii=False)}"
