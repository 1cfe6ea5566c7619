"""Explain wrong settings in the words of a recipe."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from workbench.recipe.own_rules import KEYS

#: Where a recipe has the rules on measures of one's own.
OWN_RULES = ("select", "own")

#: Words of pydantic -> words of a recipe.
_WORDS = {
    "Value error, ": "",
    "Input should be": "should be",
    "a valid tuple": 'a list, like ["a", "b"]',
    "a valid string": "text in quotes",
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid boolean, unable to interpret input": "true or false",
    "a valid boolean": "true or false",
    "Field required": "is missing",
}


def lines(error: ValidationError, *, model: type[BaseModel]) -> list[str]:
    """Return one line per wrong setting: where it is, and what is wrong with it.

    Args:
        error: What validation raised.
        model: What was validated; its names are suggested in place of unknown ones.
    """
    return [f"{_dotted(item['loc'])}: {explain(item, model=model)}" for item in error.errors()]


def explain(item: Mapping[str, Any], *, model: type[BaseModel]) -> str:
    """Explain what is wrong with one setting.

    Args:
        item: Item of `ValidationError.errors`.
        model: What was validated; its names are suggested in place of unknown ones.
    """
    place = item["loc"]
    if item["type"] == "extra_forbidden":
        near = get_close_matches(str(place[-1]), _names(model, place[:-1]), n=1)
        return f"unknown name; did you mean `{near[0]}`?" if near else "unknown name"
    if item["type"] == "model_type":
        return f"should be a table, written [{_dotted(place)}]"
    message = str(item["msg"])
    for words, replacement in _WORDS.items():
        message = message.replace(words, replacement)
    return message


def _dotted(place: Sequence[int | str]) -> str:
    """Write a place as in a recipe, without what only validation knows of: kinds of own rules."""
    if tuple(place[:2]) == OWN_RULES:
        place = [*place[:3], *(part for part in place[4:] if part != "[key]")]
    return ".".join(map(str, place))


def _names(model: type[BaseModel], place: Sequence[int | str]) -> list[str]:
    """Return the names that a table of the recipe can have."""
    if tuple(place[:2]) == OWN_RULES:
        return list(KEYS)
    for name in place:
        annotation = model.model_fields[str(name)].annotation
        tables = [each for each in (annotation, *get_args(annotation)) if _is_model(each)]
        model = tables[0]
    return list(model.model_fields)


def _is_model(annotation: Any) -> bool:  # noqa: ANN401 (any type)
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
