"""Formats: one module a shape of export, each with a strict model of its record.

A format is a module with the names of the protocol `Format`; to add one, write it after the pattern
of `messages` and name it in `FORMATS`. A recipe asks for `messages`, or with an encoding of the
format's own for `messages.parquet`.
"""

from typing import Any, Literal, NamedTuple, Protocol

from pydantic import BaseModel

from workbench.exceptions import ExportError
from workbench.export.formats import (
    alpaca,
    dialog,
    ids,
    instruction,
    messages,
    oasst,
    oasst_messages,
    sharegpt,
    tree,
)

#: What a format makes one record of: a whole tree, one turn of it, a path from the root to a leaf,
#: the first two turns of a path, or a tweet.
Unit = Literal["tree", "turn", "path", "pair", "tweet"]


class Format(Protocol):
    """What a format's module offers."""

    #: How a recipe calls it, and the name of its file.
    NAME: str
    #: One line for `workbench formats` and the data card.
    ABOUT: str
    UNIT: Unit
    #: True where its readers want prompter and assistant in strict turn, an assistant last.
    IS_STRICT: bool
    #: True where `Turn.user_id` is wanted, which takes time.
    HAS_USER_IDS: bool
    #: Suffixes of the file, the default first.
    ENCODINGS: tuple[str, ...]
    Record: type[BaseModel]

    def record(self, unit: Any, /) -> Any:  # noqa: ANN401 (each format has its own unit)
        """Make the record of one unit."""


class Target(NamedTuple):
    """A format and the encoding in which it is wanted."""

    format: Format
    encoding: str

    def file(self, split: str | None = None) -> str:
        """Name the file, of a split where there are several."""
        middle = f".{split}" if split else ""
        return f"{self.format.NAME}{middle}.{self.encoding}"


def _registry(*modules: Any) -> dict[str, Format]:  # noqa: ANN401 (mypy sees modules, not formats)
    found: dict[str, Format] = {}
    for module in modules:
        if module.NAME in found:
            msg = f"two formats are called {module.NAME}"
            raise ValueError(msg)
        found[module.NAME] = module
    return found


#: Every format by name, in the order in which they are listed.
FORMATS = _registry(
    oasst, oasst_messages, messages, sharegpt, instruction, alpaca, dialog, tree, ids
)


def by_name(name: str) -> Target:
    """Give the format and encoding that a recipe means.

    Raises:
        ExportError: If there is no such format or it is not written in that encoding.

    Examples:
        >>> by_name("messages.parquet").file("train")
        'messages.train.parquet'
    """
    called, _, encoding = name.partition(".")
    if called not in FORMATS:
        msg = f"There is no export format `{called}`."
        raise ExportError(msg, hint=f"choose among {', '.join(FORMATS)}.")
    found = FORMATS[called]
    encoding = encoding or found.ENCODINGS[0]
    if encoding not in found.ENCODINGS:
        msg = f"The format `{called}` is not written as `{encoding}`."
        choices = ", ".join(f"{called}.{each}" for each in found.ENCODINGS)
        raise ExportError(msg, hint=f"choose among {choices}.")
    return Target(found, encoding)
