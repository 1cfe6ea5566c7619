"""Choose what an export contains, besides its formats."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any, get_args

import marimo as mo
from pydantic import ValidationError

from workbench.export.roles import POLICIES
from workbench.recipe import CATALOGUE, ExportSettings, Recipe, SelectSettings

#: Choices of `replies`.
_REPLIES: list[str | int] = ["auto", "best", 2, 3, 5, "all"]

#: Control that says whether the rule `answer` decides the lowest answer.
_AS_RULE = "min_answer_as_rule"

#: Heading -> controls below it.
_GROUPS = {
    "Conversations": ["roles", "paths", "replies", "min_answer_as_rule", "min_answer"],
    "Texts": ["links", "mentions", "personal_data", "tidy", "meta"],
    "Splits": ["validation", "test"],
    "Preferences and KTO": ["preferred_by", "margin", "kto_good", "kto_bad"],
}


def controls(
    settings: ExportSettings,
    *,
    rule_min: float | None = None,
    on_change: Callable[[Any], None] | None = None,
) -> mo.ui.dictionary:
    """Make the controls of an export.

    Args:
        settings: The settings that they show at first.
        rule_min: Lowest answer by the rule `answer`, where a bound of the export's own begins.
        on_change: Called when any of them changes.
    """
    elements: dict[str, Any] = {
        "roles": mo.ui.dropdown(list(POLICIES), settings.roles, label="Roles"),
    }
    for name in ["paths", "links", "mentions", "personal_data", "meta", "preferred_by"]:
        options = get_args(ExportSettings.model_fields[name].annotation)
        label = name.replace("_", " ").capitalize()
        elements[name] = mo.ui.dropdown(list(options), getattr(settings, name), label=label)
    elements["replies"] = mo.ui.dropdown(
        {str(value): value for value in dict.fromkeys([*_REPLIES, settings.replies])},
        str(settings.replies),
        label="Replies to a prompt",
    )
    title = CATALOGUE["answer"].title
    is_as_rule = settings.min_answer is None
    elements[_AS_RULE] = mo.ui.checkbox(is_as_rule, label=f"Lowest answer of the rule “{title}”")
    lowest = rule_min or 0.0 if is_as_rule else settings.min_answer
    elements["min_answer"] = mo.ui.number(0, 1, step=0.01, value=lowest, label="Own lowest answer")
    elements["tidy"] = mo.ui.checkbox(settings.tidy, label="Tidy texts")
    for name in ["validation", "test"]:
        share = getattr(settings, name)
        elements[name] = mo.ui.number(
            0, max(share, 0.49), step=0.01, value=share, label=f"Share for {name}"
        )
    for name in ["margin", "kto_good", "kto_bad"]:
        value, label = getattr(settings, name), name.replace("_", " ").capitalize()
        lowest = 0.01 if name == "margin" else 0
        elements[name] = mo.ui.number(
            min(lowest, value), 1, step=0.01, value=value, label=label.replace("Kto", "KTO")
        )
    return mo.ui.dictionary(elements, on_change=on_change)


def layout(controls: mo.ui.dictionary) -> mo.Html:
    """Lay out the controls in groups with a heading each."""
    groups = [
        mo.vstack(
            [
                mo.Html(f'<h2 class="wb-group">{escape(title)}</h2>'),
                mo.hstack(
                    [controls.elements[name] for name in names],
                    justify="start",
                    align="center",
                    wrap=True,
                ),
            ],
            gap=0.2,
        )
        for title, names in _GROUPS.items()
    ]
    return mo.vstack(groups, gap=0.8)


def edited(recipe: Recipe, *, select: SelectSettings, values: Mapping[str, Any]) -> Recipe:
    """Return a recipe with other rules and the values of the controls.

    No export setting changes if the values are not valid together.
    """
    changes = {name: value for name, value in values.items() if value is not None}
    if changes.pop(_AS_RULE, False):
        changes["min_answer"] = None
    try:
        settings = ExportSettings.model_validate(recipe.export.model_dump() | changes)
    except ValidationError:
        settings = recipe.export
    return recipe.model_copy(update={"select": select, "export": settings})
