"""Describe every setting of a recipe, from its classes; the rules are part of it."""

import json
import types
import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.reference import markdown
from workbench.recipe import CATALOGUE, Recipe, Rule, SelectSettings
from workbench.recipe.column_map import ColumnMap


def page() -> str:
    """Return the page of all keys: one table per section, and one part per rule."""
    parts = [
        "A recipe is a TOML file that contains only what differs from the defaults. "
        "`workbench recipe` prints all settings, `workbench rules` the rules. Unknown keys and "
        "impossible values are refused, with the name of the nearest key."
    ]
    for name, field in Recipe.model_fields.items():
        section = field.annotation
        parts.append(f"## [{name}] {{#{name}}}")
        parts.append(markdown.text(str(section.__doc__).splitlines()[0]))
        if section is SelectSettings:
            parts += _rules()
        else:
            parts.append(_settings(section, prefix=""))
        if name == "ingest":
            parts += ["### [ingest.columns] {#ingest-columns}", _columns()]
    return markdown.page("Recipe", *parts)


def _columns() -> str:
    about = (
        "Field of a tweet -> column of a table, or key of JSON objects. Only `tweet_id` and `text` "
        "are required. See [Bring your own table](../reading.md#bring-your-own-table)."
    )
    return f"{about}\n\n{_settings(ColumnMap, prefix='')}"


def _rules() -> Iterator[str]:
    defaults = SelectSettings()
    yield (
        "A thread is kept if it passes every rule, unless a [decision by hand]"
        "(../own-measures.md#keep-or-drop-by-hand) says otherwise. Unknown values fail a rule that "
        "is in use, except where `unknown` says otherwise."
    )
    rows = [
        (f"[`{name}`](#select-{name})", rule.title, _active(getattr(defaults, name)))
        for name, rule in CATALOGUE.items()
    ]
    yield markdown.table(["rule", "title", "by default"], rows)
    for name, rule in CATALOGUE.items():
        yield from _rule(rule, getattr(defaults, name))
    about = markdown.text(str(SelectSettings.model_fields["own"].description))
    yield "### [select.own.NAME] {#select-own}"
    yield f"{about[0].upper()}{about[1:]}. See [Your own measures](../own-measures.md)."


def _active(settings: BaseModel) -> str:
    changed = settings.model_dump(mode="json", exclude_defaults=True)
    shown = ", ".join(f"`{key} = {_literal(value)}`" for key, value in changed.items())
    return shown or "removes nothing"


def _rule(rule: Rule, defaults: BaseModel) -> Iterator[str]:
    yield f"### [select.{rule.name}] {{#select-{rule.name}}}"
    yield (
        f"**{rule.title}.** {markdown.text(rule.tooltip)} Column "
        f"[`{rule.column}`](scores.md#{rule.column})."
    )
    yield _settings(type(defaults), prefix="", defaults=defaults)


def _settings(
    section: Any,  # noqa: ANN401 (a class of settings)
    *,
    prefix: str,
    defaults: BaseModel | None = None,
) -> str:
    rows = []
    for name, field in section.model_fields.items():
        if _is_section(field):
            continue
        default = getattr(defaults, name) if defaults else field.default
        shown = "required" if field.is_required() else _shown(default)
        allowed = _choices(field)
        about = markdown.text(str(field.description))
        rows.append((f"`{prefix}{name}`", shown, allowed, about))
    return markdown.table(["key", "default", "allowed", "meaning"], rows)


def _is_section(field: FieldInfo) -> bool:
    arguments = [field.annotation, *typing.get_args(field.annotation)]
    return any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in arguments)


def _shown(default: Any) -> str:  # noqa: ANN401 (any setting)
    return "" if default is None else f"`{_literal(default)}`"


def _literal(value: Any) -> str:  # noqa: ANN401 (any setting)
    is_whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if is_whole else value)


def _choices(field: FieldInfo) -> str:
    """Name the values of a choice, the limits of a number, or the type."""
    limits = [_limit(item) for item in field.metadata]
    known = " ".join(filter(None, limits)).replace(" below", ", below")
    return known or ", ".join(dict.fromkeys(_kinds(field.annotation)))


def _limit(item: object) -> str:
    words = {"ge": "from {}", "gt": "above {}", "le": "to {}", "lt": "below {}"}
    return next(
        (text.format(getattr(item, key)) for key, text in words.items() if hasattr(item, key)), ""
    )


def _kinds(annotation: Any) -> Iterator[str]:  # noqa: ANN401 (any annotation)
    names = {str: "text", bool: "`true`, `false`", int: "whole number", float: "number"}
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        yield from (f'`"{choice}"`' for choice in typing.get_args(annotation))
    elif origin in (typing.Union, types.UnionType):
        for kind in typing.get_args(annotation):
            if kind is not type(None):
                yield from _kinds(kind)
    elif origin is typing.Annotated:
        yield from _kinds(typing.get_args(annotation)[0])
    elif origin is tuple:
        yield "list of texts"
    else:
        yield names.get(annotation, str(annotation))
