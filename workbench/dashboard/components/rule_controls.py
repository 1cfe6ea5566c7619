"""Controls: what a person sets for each rule -> settings, and back."""

from collections.abc import Callable, Mapping
from typing import Any

import marimo as mo
from pydantic import ValidationError

from workbench.facets.score_axes import Axis
from workbench.recipe import CATALOGUE, Bounds, Rule, RuleSettings, SelectSettings
from workbench.recipe import settings_errors as complaints_of
from workbench.text import sanitize

#: Setting of a rule -> what its control is called; the two bounds share a slider without a name.
LABELS = {
    "any_of": "one of",
    "all_of": "all of",
    "none_of": "none of",
    "match": "must match",
    "no_match": "must not match",
    "require": "required",
    "unknown": "keep unknown",
}


def titles(kind: str | None = None) -> dict[str, str]:
    """Give the name of each rule, of one kind if it is named, by its title."""
    return {rule.title: name for name, rule in CATALOGUE.items() if kind in (None, rule.kind)}


def build(
    settings: SelectSettings,
    *,
    axes: Mapping[str, Axis],
    choices: Mapping[str, Mapping[str, int]],
    on_change: Callable[[Any], None] | None = None,
) -> mo.ui.dictionary:
    """Make controls for every setting of every rule: sliders, lists, texts and switches.

    Args:
        settings: What the controls show first.
        axes: Axis of each rule with bounds.
        choices: Values of each rule of choice -> threads.
        on_change: Called when any of them changes.

    Returns:
        Controls by `<rule>` where one is for all its settings, by `<rule>.<setting>` otherwise.
    """
    made: dict[str, Any] = {}
    for name, rule in CATALOGUE.items():
        chosen: Any = getattr(settings, name)
        if rule.kind == "bounds":
            made[name] = _slider(chosen, steps=axes[name].edges)
        elif rule.kind == "demand":
            made[name] = mo.ui.switch(value=chosen.require, label=_small("require"))
        for key in parts(rule):
            value = getattr(chosen, key)
            if rule.kind == "bounds":
                made[f"{name}.{key}"] = mo.ui.switch(value=value == "keep", label=_small(key))
            elif rule.kind == "choice":
                options = _options(choices[name], also=value)
                made[f"{name}.{key}"] = mo.ui.multiselect(
                    options,
                    [shown for shown, option in options.items() if option in value],
                    label=_small(key),
                    full_width=True,
                )
            else:
                made[f"{name}.{key}"] = mo.ui.text(
                    _written(value), label=_small(key), full_width=True
                )
    return mo.ui.dictionary(made, on_change=on_change)


def parts(rule: Rule) -> list[str]:
    """Give the settings of a rule that have a control of their own.

    Examples:
        >>> parts(CATALOGUE["turns"]), parts(CATALOGUE["likes"])
        ([], ['unknown'])
    """
    return [key for key in rule.settings.model_fields if key not in ("min", "max", "require")]


def settings(
    values: Mapping[str, Any], *, axes: Mapping[str, Axis], start: SelectSettings
) -> SelectSettings:
    """Read the controls.

    A slider at its end asks for nothing, unless the recipe that it started from asks for a bound
    there: what the data at hand cannot show must not get lost from the recipe. Words are parted by
    commas; words, patterns and choices that are not valid change nothing, see `complaints`.

    Args:
        values: Value of each control.
        axes: Axis of each rule with bounds, the one that its slider was built from.
        start: What the controls showed first.
    """
    found: dict[str, Any] = {}
    for name, rule in CATALOGUE.items():
        asked: Any = getattr(start, name)
        if rule.kind == "bounds":
            (low, high), edges = values[name], axes[name].edges
            found[name] = {
                "min": low if low > edges[0] or asked.min == low else None,
                "max": high if high < edges[-1] or asked.max == high else None,
            } | {key: "keep" if values[f"{name}.{key}"] else "remove" for key in parts(rule)}
        elif rule.kind == "demand":
            found[name] = {"require": values[name]}
        else:
            typed, wrong = _typed(values, name=name, start=asked)
            found[name] = asked.model_dump() if wrong else typed
    return SelectSettings.model_validate(found)


def complaints(values: Mapping[str, Any], *, start: SelectSettings) -> dict[str, str]:
    """Say of each rule what is wrong with the words, patterns or choices; only of those it is."""
    told = {
        name: _typed(values, name=name, start=getattr(start, name))[1]
        for name, rule in CATALOGUE.items()
        if rule.kind in ("words", "pattern", "choice")
    }
    return {name: wrong for name, wrong in told.items() if wrong}


def _slider(chosen: Bounds, *, steps: list[float]) -> mo.ui.range_slider:
    value = [
        steps[0] if chosen.min is None else chosen.min,
        steps[-1] if chosen.max is None else chosen.max,
    ]
    return mo.ui.range_slider(steps=steps, value=value, full_width=True)


def _written(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _typed(
    values: Mapping[str, Any], *, name: str, start: RuleSettings
) -> tuple[dict[str, Any], str]:
    """Read what somebody typed or chose, and say what is wrong with it, if anything."""
    found: dict[str, Any] = {}
    for key, before in start.model_dump().items():
        text = values[f"{name}.{key}"]
        if not isinstance(text, str):
            found[key] = tuple(text)
        elif text == _written(before):
            found[key] = before
        elif isinstance(before, str):
            found[key] = text
        else:
            found[key] = [part.strip() for part in text.split(",") if part.strip()]
    try:
        type(start).model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        where = f"{LABELS[str(first['loc'][0])]}: " if first["loc"] else ""
        return found, where + complaints_of.explain(first, model=type(start))
    return found, ""


def _small(setting: str) -> str:
    return f'<span style="font-size:.75rem">{LABELS[setting]}</span>'


def _options(choices: Mapping[str, int], *, also: tuple[str, ...]) -> dict[str, str]:
    """Write each value with its number of threads; values that only the recipe has come too."""
    options: dict[str, str] = {}
    for value in dict.fromkeys([*also, *choices]):
        shown = f"{sanitize.plain(value, most=40)} ({choices.get(value, 0):,})"
        options[shown if shown not in options else f"{shown} #{len(options)}"] = value
    return options
