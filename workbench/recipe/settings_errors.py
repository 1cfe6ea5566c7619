"""Complaints: what is wrong with settings, in the words of a recipe."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

#: How pydantic puts it -> how a recipe calls it.
_WORDS = {
    "Value error, ": "",
    "Input should be": "should be",
    "a valid tuple": 'a list, such as ["a", "b"]',
    "a valid string": "text in quotes",
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid boolean, unable to interpret input": "true or false",
    "a valid boolean": "true or false",
}


def lines(error: ValidationError, *, model: type[BaseModel]) -> list[str]:
    """Say of each wrong setting where it is and what is wrong with it.

    Args:
        error: What validation raised.
        model: What was validated; its names are offered in place of unknown ones.
    """
    return [f"{_dotted(item['loc'])}: {said(item, model=model)}" for item in error.errors()]


def said(item: Mapping[str, Any], *, model: type[BaseModel]) -> str:
    """Say what is wrong with one setting, an item of `ValidationError.errors`."""
    place = item["loc"]
    if item["type"] == "extra_forbidden":
        near = get_close_matches(str(place[-1]), _names(model, place[:-1]), n=1)
        return f"unknown name; did you mean `{near[0]}`?" if near else "unknown name"
    if item["type"] == "model_type":
        return f"should be a table, written [{_dotted(place)}]"
    message = str(item["msg"])
    for theirs, ours in _WORDS.items():
        message = message.replace(theirs, ours)
    return message


def _dotted(place: Sequence[int | str]) -> str:
    return ".".join(map(str, place))


def _names(model: type[BaseModel], place: Sequence[int | str]) -> list[str]:
    """Give the names that are known in a table of the recipe."""
    for name in place:
        model = model.model_fields[str(name)].annotation  # type: ignore[assignment]
    return list(model.model_fields)
