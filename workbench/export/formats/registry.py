"""List the export formats and find one by name.

A format is a module with the names of the protocol `Format`. To add one, copy the pattern of
`messages` and add the module to `FORMATS`. A recipe names a format, for example `messages`, or a
format with one of its encodings: `messages.parquet`.
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
    prompt_completion,
    sharegpt,
    tree,
)
from workbench.named_modules import index_by_name

#: What one record is made of: a whole tree, one turn of it, a path from the root to a leaf, the
#: first two turns of a path, or a tweet.
Unit = Literal["tree", "turn", "path", "pair", "tweet"]


class Format(Protocol):
    """The names that the module of a format must define."""

    #: Name of the format in recipes, and of its file.
    NAME: str
    #: One line for `workbench formats` and the data card.
    ABOUT: str
    UNIT: Unit
    #: True if its readers need alternating roles, from a prompter to an assistant.
    IS_STRICT: bool
    #: True if its records need `Turn.user_id`, which takes time to compute.
    HAS_USER_IDS: bool
    #: Suffixes of the file, default first.
    ENCODINGS: tuple[str, ...]
    Record: type[BaseModel]

    def record(self, unit: Any, /) -> Any:  # noqa: ANN401 (each format has its own unit)
        """Return the record of one unit."""


class Target(NamedTuple):
    """A format and the encoding to write it in."""

    format: Format
    encoding: str

    def file(self, split: str | None = None) -> str:
        """Return the name of the file, or of the file of one split."""
        middle = f".{split}" if split else ""
        return f"{self.format.NAME}{middle}.{self.encoding}"


_MODULES: tuple[Any, ...] = (  # mypy sees modules, not formats
    *(
        oasst,
        oasst_messages,
        messages,
        prompt_completion,
        sharegpt,
        instruction,
        alpaca,
        dialog,
        tree,
        ids,
    ),
)

#: Every format by name, in the order of `workbench formats`.
FORMATS: dict[str, Format] = index_by_name(*_MODULES)


def by_name(name: str) -> Target:
    """Return the format and encoding for a name in a recipe.

    Raises:
        ExportError: If the format is unknown, or cannot be written in that encoding.

    Examples:
        >>> by_name("messages.parquet").file("train")
        'messages.train.parquet'
    """
    format_name, _, encoding = name.partition(".")
    if format_name not in FORMATS:
        msg = f"There is no export format `{format_name}`."
        raise ExportError(msg, hint=f"choose one of {', '.join(FORMATS)}.")
    chosen = FORMATS[format_name]
    encoding = encoding or chosen.ENCODINGS[0]
    if encoding not in chosen.ENCODINGS:
        msg = f"The format `{format_name}` cannot be written as `{encoding}`."
        choices = ", ".join(f"{format_name}.{each}" for each in chosen.ENCODINGS)
        raise ExportError(msg, hint=f"choose one of {choices}.")
    return Target(chosen, encoding)
