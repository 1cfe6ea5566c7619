"""List the export formats and find one by name.

A format is a module with the names of the protocol `Format`. To add one, copy the pattern of
`messages` and add the module to `FORMATS`. A recipe names a format, for example `messages`, or a
format with one of its encodings: `messages.parquet`.
"""

from types import ModuleType
from typing import Any, Literal, NamedTuple, Protocol, cast

from pydantic import BaseModel

from workbench.exceptions import ExportError
from workbench.export.conversation_trees import TreeKind
from workbench.export.formats import (
    alpaca,
    dialog,
    ids,
    instruction,
    kto,
    messages,
    oasst,
    oasst_messages,
    preference,
    prompt_completion,
    sharegpt,
    tree,
)
from workbench.named_modules import index_by_name
from workbench.recipe.export_formats import EXPORT_FORMATS

#: What one record is made of: a whole tree, one turn of it, a path from the root to a leaf, the
#: first two turns of a path, two replies to one prompt, one reply and its prompt, or a tweet.
Unit = Literal["tree", "turn", "path", "pair", "comparison", "rated_reply", "tweet"]

#: Units that cannot branch, so that `paths` decides which of them a tree has.
LINEAR: tuple[Unit, ...] = ("path", "pair", "comparison", "rated_reply")
#: Units of which the reply classifier decides.
RATED: tuple[Unit, ...] = ("comparison", "rated_reply")


class Format(Protocol):
    """The names that the module of a format must define."""

    #: Name of the format in recipes, and of its file.
    NAME: str
    #: One line for `workbench formats` and the data card.
    ABOUT: str
    UNIT: Unit
    #: Trees that its records are made from, see `conversation_trees.TreeKind`.
    TREES: TreeKind
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

    def sidecar(self, split: str | None = None) -> str:
        """Return the name of the file that describes the records of another, line by line."""
        middle = f".{split}" if split else ""
        return f"{self.format.NAME}{middle}.meta.{self.encoding}"


_MODULES: tuple[Any, ...] = (  # mypy sees modules, not formats
    *(
        oasst,
        oasst_messages,
        messages,
        prompt_completion,
        preference,
        kto,
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


def register(format: Format | ModuleType) -> None:
    """Add a format of your own, for this process; a recipe can then name it.

    Args:
        format: A module or an object with the names of `Format`. It replaces one of its name.

    Raises:
        ExportError: If a name is missing.
    """
    needed = [*Format.__annotations__, "record"]
    if missing := [name for name in needed if not hasattr(format, name)]:
        msg = f"The format lacks {', '.join(missing)}."
        raise ExportError(msg, hint="copy the pattern of `workbench.export.formats.messages`.")
    added = cast(Format, format)
    FORMATS[added.NAME] = added
    EXPORT_FORMATS[added.NAME] = added.ENCODINGS


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
