"""Lay out the controls of all rules, with what each rule requires and removes."""

from collections.abc import Mapping
from html import escape
from typing import Any

import marimo as mo
import polars as pl

from workbench import charts
from workbench.display.css import STYLE
from workbench.facets.score_axes import Axis
from workbench.recipe import CATALOGUE, Bounds, Pattern, RuleSettings, SelectSettings
from workbench.text import sanitize


def rules(
    controls: mo.ui.dictionary,
    settings: SelectSettings,
    *,
    axes: Mapping[str, Axis],
    kept: pl.Series,
    attribution: pl.DataFrame,
    errors: Mapping[str, str],
) -> mo.Html:
    """Lay out the controls, with the effect of each rule.

    Args:
        controls: Result of `rule_controls.build`.
        settings: Settings that the controls show now.
        axes: Axis of each rule with bounds.
        kept: One boolean per thread.
        attribution: Result of `selection.attribution`.
        errors: Result of `rule_controls.errors`.
    """
    removes = {row["rule"]: row for row in attribution.iter_rows(named=True)}
    cards = []
    for name, rule in CATALOGUE.items():
        chosen, effect = getattr(settings, name), _effect(removes.get(name), errors.get(name))
        head = mo.Html(
            f'<div class="wb-rule" title="{escape(rule.why)}"><b>{escape(rule.title)}</b>'
            f"<span>{_required(chosen, unit=rule.unit)}</span></div>"
        )
        own: list[Any] = [
            item for key, item in controls.elements.items() if key.split(".")[0] == name
        ]
        if rule.kind == "bounds":
            foot = mo.hstack([effect, *own[1:]], justify="space-between", align="center")
            shown = [head, mo.Html(charts.spark(axes[name].bins(kept))), own[0], foot]
        elif rule.kind == "flag":
            shown = [mo.hstack([head, *own], justify="space-between", align="center"), effect]
        else:
            shown = [head, mo.hstack(own, widths="equal", gap=0.5), effect]
        card = mo.vstack(shown, gap=0.15)
        cards.append(
            mo.Html(f'<div role="group" aria-label="{escape(rule.title)}">{card.text}</div>')
        )
    return mo.vstack([mo.Html(f"<style>{STYLE}</style>"), *cards], gap=0.9)


def bounds(chosen: Bounds) -> str:
    """Describe the bounds of a rule in words.

    Examples:
        >>> bounds(Bounds(min=2)), bounds(Bounds())
        ('at least 2', 'any')
    """
    low, high = (None if value is None else f"{value:,.10g}" for value in (chosen.min, chosen.max))
    if low and high:
        return f"{low} to {high}" if low != high else f"exactly {low}"
    if low or high:
        return f"at least {low}" if low else f"at most {high}"
    return "any"


def _required(chosen: RuleSettings, *, unit: str) -> str:
    if isinstance(chosen, Bounds):
        text = bounds(chosen)
        return escape(text if text == "any" else f"{text} {unit}")
    if isinstance(chosen, Pattern):
        return escape(
            sanitize.plain(" / ".join(filter(None, [chosen.match, chosen.no_match])), most=40)
        )
    return ""


def _effect(removes: Mapping[str, Any] | None, error_text: str | None) -> mo.Html:
    """Say how many threads a rule removes (at all, first, alone), or why it is not used."""
    if error_text:
        text = escape(sanitize.visible(error_text)[:300])
        return mo.Html(f'<div class="wb-wrong" role="alert">Not used. {text}</div>')
    if removes is None:
        return mo.Html('<div class="wb-effect">off: removes nothing</div>')
    return mo.Html(
        '<div class="wb-effect" title="first: no earlier rule removes them; '
        'alone: no other rule would">'
        f"removes <b>{removes['removed_at_all']:,}</b> · first {removes['removed_first']:,}"
        f" · alone {removes['removed_only']:,}</div>"
    )
