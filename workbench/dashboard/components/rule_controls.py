"""Build the controls for every rule, and read them back as settings."""

from collections.abc import Callable, Mapping
from typing import Any

import marimo as mo
from pydantic import ValidationError

from workbench.facets.score_axes import Axis
from workbench.recipe import (
    CATALOGUE,
    Bounds,
    Rule,
    RuleSettings,
    SelectSettings,
    settings_errors,
)
from workbench.text import sanitize

#: Setting of a rule -> label of its control. The two bounds share a slider without a label.
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
    """Return the name of each rule by its title, for all rules or one kind of rules."""
    return {rule.title: name for name, rule in CATALOGUE.items() if kind in (None, rule.kind)}


def build(
    settings: SelectSettings,
    *,
    axes: Mapping[str, Axis],
    choices: Mapping[str, Mapping[str, int]],
    on_change: Callable[[Any], None] | None = None,
) -> mo.ui.dictionary:
    """Return controls for every setting of every rule: sliders, lists, texts and switches.

    Args:
        settings: Settings that the controls start with.
        axes: Axis of each rule with bounds.
        choices: Rule -> value -> number of threads, for each choice rule.
        on_change: Called when any control changes.

    Returns:
        Controls by `<rule>` if one control is for all its settings, else by `<rule>.<setting>`.
    """
    controls: dict[str, Any] = {}
    for name, rule in CATALOGUE.items():
        chosen: Any = getattr(settings, name)
        if rule.kind == "bounds":
            controls[name] = _slider(chosen, steps=axes[name].edges)
        elif rule.kind == "flag":
            controls[name] = mo.ui.switch(value=chosen.require, label=_small("require"))
        for key in parts(rule):
            value = getattr(chosen, key)
            if rule.kind == "bounds":
                controls[f"{name}.{key}"] = mo.ui.switch(value=value == "keep", label=_small(key))
            elif rule.kind == "choice":
                options = _options(choices[name], also=value)
                controls[f"{name}.{key}"] = mo.ui.multiselect(
                    options,
                    [shown for shown, option in options.items() if option in value],
                    label=_small(key),
                    full_width=True,
                )
            else:
                controls[f"{name}.{key}"] = mo.ui.text(
                    _joined(value), label=_small(key), full_width=True
                )
    return mo.ui.dictionary(controls, on_change=on_change)


def parts(rule: Rule) -> list[str]:
    """Name the settings of a rule that have a control of their own.

    Examples:
        >>> parts(CATALOGUE["turns"]), parts(CATALOGUE["likes"])
        ([], ['unknown'])
    """
    return [key for key in rule.settings.model_fields if key not in ("min", "max", "require")]


def settings(
    values: Mapping[str, Any], *, axes: Mapping[str, Axis], start: SelectSettings
) -> SelectSettings:
    """Read the controls.

    A slider at its end means no bound, unless the recipe had a bound there to start with. A bound
    outside the data must not get lost from the recipe. Words are separated by commas. Invalid
    words, patterns and choices change nothing; see `errors`.

    Args:
        values: Value of each control.
        axes: Axis of each rule with bounds, as passed to `build`.
        start: Settings that the controls started with.
    """
    chosen: dict[str, Any] = {}
    for name, rule in CATALOGUE.items():
        before: Any = getattr(start, name)
        if rule.kind == "bounds":
            (low, high), edges = values[name], axes[name].edges
            chosen[name] = {
                "min": low if low > edges[0] or before.min == low else None,
                "max": high if high < edges[-1] or before.max == high else None,
            } | {key: "keep" if values[f"{name}.{key}"] else "remove" for key in parts(rule)}
        elif rule.kind == "flag":
            chosen[name] = {"require": values[name]}
        else:
            typed, error_text = _typed(values, name=name, start=before)
            chosen[name] = before.model_dump() if error_text else typed
    return SelectSettings.model_validate(chosen)


def errors(values: Mapping[str, Any], *, start: SelectSettings) -> dict[str, str]:
    """Return the error texts of invalid words, patterns and choices, by rule."""
    error_texts = {
        name: _typed(values, name=name, start=getattr(start, name))[1]
        for name, rule in CATALOGUE.items()
        if rule.kind in ("words", "pattern", "choice")
    }
    return {name: text for name, text in error_texts.items() if text}


def _slider(chosen: Bounds, *, steps: list[float]) -> mo.ui.range_slider:
    value = [
        steps[0] if chosen.min is None else chosen.min,
        steps[-1] if chosen.max is None else chosen.max,
    ]
    return mo.ui.range_slider(steps=steps, value=value, full_width=True)


def _joined(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _typed(
    values: Mapping[str, Any], *, name: str, start: RuleSettings
) -> tuple[dict[str, Any], str]:
    """Read words, patterns or choices, and return an error text if they are invalid."""
    typed: dict[str, Any] = {}
    for key, before in start.model_dump().items():
        text = values[f"{name}.{key}"]
        if not isinstance(text, str):
            typed[key] = tuple(text)
        elif text == _joined(before):
            typed[key] = before
        elif isinstance(before, str):
            typed[key] = text
        else:
            typed[key] = [part.strip() for part in text.split(",") if part.strip()]
    try:
        type(start).model_validate(typed)
    except ValidationError as error:
        first = error.errors()[0]
        where = f"{LABELS[str(first['loc'][0])]}: " if first["loc"] else ""
        return typed, where + settings_errors.explain(first, model=type(start))
    return typed, ""


def _small(setting: str) -> str:
    return f'<span style="font-size:.75rem">{LABELS[setting]}</span>'


def _options(choices: Mapping[str, int], *, also: tuple[str, ...]) -> dict[str, str]:
    """Label each value with its number of threads, including values only in the recipe."""
    options: dict[str, str] = {}
    for value in dict.fromkeys([*also, *choices]):
        shown = f"{sanitize.plain(value, most=40)} ({choices.get(value, 0):,})"
        options[shown if shown not in options else f"{shown} #{len(options)}"] = value
    return options
