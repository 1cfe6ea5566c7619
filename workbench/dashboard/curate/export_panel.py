"""Choose what an export contains, and preview its first record."""

import json
from collections.abc import Callable, Mapping
from html import escape
from typing import Any, get_args

import marimo as mo
import polars as pl
from pydantic import ValidationError

from workbench import export
from workbench.dashboard.components import messages
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.exceptions import WorkbenchError
from workbench.export.formats import FORMATS
from workbench.export.roles import POLICIES
from workbench.recipe import CATALOGUE, ExportSettings, Recipe, SelectSettings
from workbench.text import sanitize

#: Number of kept threads that are tried for a first record.
TRIED = 200

#: Characters and lines of the previewed record.
LONGEST, MOST_LINES = 20_000, 200

#: Choices of `replies`.
_REPLIES: list[str | int] = ["auto", "best", 2, 3, 5, "all"]

#: Control that says whether the rule `answer` decides the lowest answer.
_AS_RULE = "min_answer_as_rule"

#: Rows of controls.
_ROWS = [
    ["formats", "roles", "paths"],
    ["replies", "min_answer_as_rule", "min_answer"],
    ["links", "mentions", "personal_data", "tidy", "meta"],
    ["validation", "test"],
    ["preferred_by", "margin", "kto_good", "kto_bad"],
]


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
    formats = {name: name for name in dict.fromkeys([*settings.formats, *FORMATS])}
    formats.pop("ids", None)
    elements: dict[str, Any] = {
        "formats": mo.ui.multiselect(formats, settings.formats, label="Formats"),
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


def layout(controls: mo.ui.dictionary, actions: list[Any]) -> mo.Html:
    """Lay out the controls in rows, with the actions below."""
    rows = [[controls.elements[name] for name in names] for names in _ROWS]
    return mo.vstack(
        [mo.hstack(row, justify="start", align="center", wrap=True) for row in [*rows, actions]]
    )


def edited(recipe: Recipe, *, select: SelectSettings, values: Mapping[str, Any]) -> Recipe:
    """Return a recipe with other rules and the values of the controls.

    The formats do not change if none is selected. No export setting changes if the values are not
    valid together.
    """
    changes = {name: value for name, value in values.items() if value is not None}
    if changes.pop(_AS_RULE, False):
        changes["min_answer"] = None
    changes["formats"] = tuple(values["formats"]) or recipe.export.formats
    try:
        settings = ExportSettings.model_validate(recipe.export.model_dump() | changes)
    except ValidationError:
        settings = recipe.export
    return recipe.model_copy(update={"select": select, "export": settings})


def records(
    session: ScoresSession, verdicts: pl.DataFrame, *, recipe: Recipe, limit: int = 1
) -> list[Any]:
    """Return the first records of an export, in the first format of the recipe.

    Threads with tweets that were deleted since are left out.
    """
    threads = session.scores.filter(verdicts["kept"]).head(TRIED)
    is_tried = pl.col("thread_id").is_in(threads["thread_id"].implode())
    turns = session.workspace.scan("turns").filter(is_tried).collect()
    deleted = turns.join(session.workspace.without_deleted(turns), on="tweet_id", how="anti")
    threads = threads.join(deleted, on="thread_id", how="anti", maintain_order="left")
    return export.preview(
        turns.join(deleted, on="thread_id", how="anti", maintain_order="left"),
        threads,
        threads.select("thread_id", kept=pl.lit(value=True)),
        recipe=recipe,
        secret=session.workspace.secret,
        answers=session.answers(threads["thread_id"]),
        limit=limit,
    )


def preview(session: ScoresSession, verdicts: pl.DataFrame, *, recipe: Recipe) -> mo.Html:
    """Show the first record of an export, in the first format of the recipe."""
    try:
        first = records(session, verdicts, recipe=recipe)
    except WorkbenchError as error:
        return messages.error(str(error))
    if not first:
        kept = int(verdicts["kept"].sum())
        which = "No kept thread" if kept <= TRIED else f"None of the first {TRIED} kept threads"
        return mo.Html(f'<p class="wb-gap">{which} has a record in this format.</p>')
    text = json.dumps(first[0], indent=2, ensure_ascii=False, default=str)
    lines = [sanitize.visible(line) for line in text[:LONGEST].split("\n")[:MOST_LINES]]
    return mo.Html(
        f'<p class="wb-effect">First record as <b>{escape(recipe.export.formats[0])}</b></p>'
        f'<pre class="wb-record" tabindex="0">{escape(chr(10).join(lines))}</pre>'
    )
