"""Controls: what a person sets in the dashboard -> recipe, and back."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

import marimo as mo
import polars as pl
from pydantic import ValidationError

from workbench import charts, render
from workbench.dashboard.axes import Axis
from workbench.dashboard.styles import STYLE
from workbench.exceptions import RecipeError
from workbench.formats import FORMATS
from workbench.roles import POLICIES
from workbench.rules import CATALOGUE, Bounds, Pattern, RuleSettings, SelectSettings
from workbench.settings import ExportSettings, Recipe
from workbench.workspace import Workspace

#: What the two lists of a rule of choice are called.
LISTS = {"any_of": "one of", "none_of": "none of"}
#: What the two patterns of a rule are called.
PATTERNS = {"match": "must match", "no_match": "must not match"}


def titles(kind: str | None = None) -> dict[str, str]:
    """Give the name of each rule, of one kind if it is named, by its title."""
    return {rule.title: name for name, rule in CATALOGUE.items() if kind in (None, rule.kind)}


def build(
    settings: SelectSettings,
    *,
    axes: Mapping[str, Axis],
    choices: Mapping[str, Mapping[str, int]],
) -> mo.ui.dictionary:
    """Make a control for each rule: a slider, lists to choose from, or a switch.

    Args:
        settings: What the controls show first.
        axes: Axis of each rule with bounds.
        choices: Values of each rule of choice -> threads.

    Returns:
        Controls by `<rule>`, or `<rule>.<setting>` where a rule has several.
    """
    made: dict[str, Any] = {}
    for name, rule in CATALOGUE.items():
        chosen: Any = getattr(settings, name)
        if rule.kind == "bounds":
            steps = axes[name].edges
            value = [
                steps[0] if chosen.min is None else chosen.min,
                steps[-1] if chosen.max is None else chosen.max,
            ]
            made[name] = mo.ui.range_slider(steps=steps, value=value, full_width=True)
        elif rule.kind == "demand":
            made[name] = mo.ui.switch(value=chosen.require, label=_small("required"))
        elif rule.kind in ("words", "pattern"):
            for key, label in (LISTS if rule.kind == "words" else PATTERNS).items():
                made[f"{name}.{key}"] = mo.ui.text(
                    _written(getattr(chosen, key)), label=_small(label), full_width=True
                )
        else:
            for key, label in LISTS.items():
                picked = getattr(chosen, key)
                options = _options(choices[name], also=picked)
                value = [shown for shown, option in options.items() if option in picked]
                made[f"{name}.{key}"] = mo.ui.multiselect(
                    options, value, label=_small(label), full_width=True
                )
    return mo.ui.dictionary(made)


def settings(
    values: Mapping[str, Any], *, axes: Mapping[str, Axis], start: SelectSettings
) -> SelectSettings:
    """Read the controls.

    A slider at its end asks for nothing, unless the recipe that it started from asks for a bound
    there: what the data at hand cannot show must not get lost from the recipe. Words are parted by
    commas; those, and patterns, that are not valid change nothing.

    Args:
        values: Value of each control.
        axes: Axis of each rule with bounds, the one that its slider was built from.
        start: What the controls showed first.
    """
    found: dict[str, Any] = {}
    for name, rule in CATALOGUE.items():
        if rule.kind == "bounds":
            (low, high), edges = values[name], axes[name].edges
            asked: Bounds = getattr(start, name)
            found[name] = asked.model_dump() | {
                "min": low if low > edges[0] or asked.min == low else None,
                "max": high if high < edges[-1] or asked.max == high else None,
            }
        elif rule.kind == "demand":
            found[name] = {"require": values[name]}
        elif rule.kind in ("words", "pattern"):
            found[name] = _typed(values, name=name, start=getattr(start, name)).model_dump()
        else:
            chosen = {key: tuple(values[f"{name}.{key}"]) for key in LISTS}
            found[name] = getattr(start, name).model_dump() | chosen
    return SelectSettings.model_validate(found)


def build_export(settings: ExportSettings) -> mo.ui.dictionary:
    """Make the controls for what a pack holds."""
    named = {name: name for name in dict.fromkeys([*settings.formats, *FORMATS])}
    named.pop("ids", None)
    return mo.ui.dictionary(
        {
            "formats": mo.ui.multiselect(named, settings.formats, label="Formats"),
            "roles": mo.ui.dropdown(list(POLICIES), settings.roles, label="Roles"),
            "paths": mo.ui.dropdown(["best", "all", "tree"], settings.paths, label="Paths"),
        }
    )


def finish(recipe: Recipe, *, select: SelectSettings, contents: Mapping[str, Any]) -> Recipe:
    """Put what the controls say into a recipe; formats of which none is left stay as they were."""
    export = recipe.export.model_copy(
        update={**contents, "formats": tuple(contents["formats"]) or recipe.export.formats}
    )
    return recipe.model_copy(update={"select": select, "export": export})


def bounds(chosen: Bounds) -> str:
    """Say in words what a rule with bounds asks for.

    Examples:
        >>> bounds(Bounds(min=2)), bounds(Bounds())
        ('at least 2', 'any')
    """
    low, high = (None if value is None else f"{value:,.10g}" for value in (chosen.min, chosen.max))
    if low and high:
        return f"{low} to {high}" if low != high else f"just {low}"
    if low or high:
        return f"at least {low}" if low else f"at most {high}"
    return "any"


def to_query(recipe: Recipe) -> str:
    r"""Write what a recipe selects and how it exports, so far as it is not the default.

    Examples:
        >>> to_query(Recipe.from_toml("[select.turns]\nmin = 3"))
        '{"select":{"turns":{"min":3.0}}}'
    """
    dump = recipe.model_dump(
        mode="json", include={"select", "export"}, exclude_defaults=True, exclude_none=True
    )
    return json.dumps(dump, separators=(",", ":"))


def from_query(text: str | None, *, recipe: Recipe) -> Recipe:
    """Read back what `to_query` wrote; the other sections stay as they are.

    Raises:
        RecipeError: If the text is damaged or asks for something impossible.
    """
    if not text:
        return recipe
    try:
        asked = Recipe.model_validate(json.loads(text))
    except (ValueError, ValidationError) as error:
        msg = "The recipe in this address is damaged."
        raise RecipeError(
            msg, hint="open the page without `?recipe=...` and set it anew."
        ) from error
    return recipe.model_copy(update={"select": asked.select, "export": asked.export})


def start(
    workspace: Workspace, *, upload: bytes | None = None, query: str | None = None
) -> tuple[Recipe, str]:
    """Choose the recipe to begin with: the file just loaded, the address, or the workspace's own.

    Returns:
        The recipe, and what was wrong with the first one tried; empty if nothing was.
    """
    path = workspace.root / "recipe.toml"
    recipe, complaint = Recipe(), ""
    try:
        recipe = Recipe.load(path) if path.exists() else recipe
        if upload is not None:
            recipe = Recipe.from_toml(upload.decode("utf-8", "replace"), name="that you loaded")
        else:
            recipe = from_query(query, recipe=recipe)
    except RecipeError as error:
        complaint = str(error)
    return recipe, complaint


def panel(
    controls: mo.ui.dictionary,
    settings: SelectSettings,
    *,
    axes: Mapping[str, Axis],
    kept: pl.Series,
    attribution: pl.DataFrame,
) -> mo.Html:
    """Lay out the controls, and beside each what its rule removes.

    Args:
        controls: What `build` gives.
        settings: What the controls ask for now.
        axes: Axis of each rule with bounds.
        kept: One boolean a thread.
        attribution: What `selection.attribution` gives.
    """
    removes = {row["rule"]: row for row in attribution.iter_rows(named=True)}
    cards = []
    for name, rule in CATALOGUE.items():
        chosen, effect = getattr(settings, name), mo.Html(_effect(removes.get(name)))
        head = mo.Html(
            f'<div class="wb-rule" title="{escape(rule.why)}"><b>{escape(rule.title)}</b>'
            f"<span>{_asked(chosen, unit=rule.unit)}</span></div>"
        )
        parts: list[Any] = [
            item for key, item in controls.elements.items() if key.split(".")[0] == name
        ]
        if rule.kind == "bounds":
            parts = [head, mo.Html(charts.spark(axes[name].bins(kept))), *parts, effect]
        elif rule.kind == "demand":
            row = mo.hstack([head, *parts], justify="space-between", align="center")
            parts = [row, effect]
        else:
            parts = [head, mo.hstack(parts, widths="equal", gap=0.5), effect]
        card = mo.vstack(parts, gap=0.15)
        cards.append(
            mo.Html(f'<div role="group" aria-label="{escape(rule.title)}">{card.text}</div>')
        )
    return mo.vstack([mo.Html(f"<style>{STYLE}</style>"), *cards], gap=0.9)


def _written(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _typed(values: Mapping[str, Any], *, name: str, start: RuleSettings) -> RuleSettings:
    """Read words or patterns that somebody typed; where they are not valid, `start` stays."""
    found: dict[str, Any] = {}
    for key, before in start.model_dump().items():
        text = values[f"{name}.{key}"]
        if text == _written(before):
            found[key] = before
        elif isinstance(before, str):
            found[key] = text
        else:
            found[key] = [part.strip() for part in text.split(",") if part.strip()]
    try:
        return type(start).model_validate(found)
    except ValidationError:
        return start


def _small(label: str) -> str:
    return f'<span style="font-size:.75rem">{label}</span>'


def _asked(chosen: RuleSettings, *, unit: str) -> str:
    if isinstance(chosen, Bounds):
        said = bounds(chosen)
        return escape(said if said == "any" else f"{said} {unit}")
    if isinstance(chosen, Pattern):
        return escape(", ".join(filter(None, [chosen.match, chosen.no_match])))
    return ""


def _effect(removes: Mapping[str, Any] | None) -> str:
    """Say what a rule removes; first, at all, and what no other rule would."""
    if removes is None:
        return '<div class="wb-effect">off: removes nothing</div>'
    return (
        '<div class="wb-effect" title="first: no earlier rule removes them; '
        'alone: no other rule would">'
        f"removes <b>{removes['removed_at_all']:,}</b> · first {removes['removed_first']:,}"
        f" · alone {removes['removed_only']:,}</div>"
    )


def _options(choices: Mapping[str, int], *, also: tuple[str, ...]) -> dict[str, str]:
    """Write each value with its number of threads; values that only the recipe has come too."""
    options: dict[str, str] = {}
    for value in dict.fromkeys([*also, *choices]):
        shown = f"{render.plain(value, most=40)} ({choices.get(value, 0):,})"
        options[shown if shown not in options else f"{shown} #{len(options)}"] = value
    return options
