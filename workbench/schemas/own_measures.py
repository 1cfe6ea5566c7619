"""Describe the measures that people add to the scores: files of scores, and Python functions.

The table of scores has one column per own measure, after those of the schema. Its name is also the
name of the rule in `[select.own.NAME]` of a recipe.
"""

import re
from collections.abc import Mapping
from typing import Literal

import msgspec
import polars as pl

from workbench.schemas.measures import MEASURES, Direction, Measure
from workbench.schemas.scores import ReplyScores, Scores, Verdicts

#: Kind of the values of an own measure.
OwnKind = Literal["count", "score", "flag", "text"]

#: How a measure is made: read from a file, by a function on a frame, or by an expression.
MadeBy = Literal["file", "scorer", "rule"]

#: Name of a column and a rule.
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")

#: Names that have another meaning in tables and on pages.
RESERVED = frozenset(
    {
        *(*Scores.column_names(), *ReplyScores.column_names(), *Verdicts.column_names()),
        *("by_hand", "kept_by_hand", "distance", "hit", "key", "nearness", "own", "passes"),
        *("place", "reply_text"),
        *("row", "shuffle", "text", "tweet_ids", "unknown", "before", "after", "verdict"),
    }
)


class OwnMeasure(msgspec.Struct, frozen=True):
    """What is known of one column of the scores that somebody added.

    Args:
        name: Its column, and its rule.
        kind: How its values are shown.
        about: What it measures.
        unit: Unit of its values; may be empty.
        higher: What a higher value means.
        made_by: How it is made; empty if unknown.
        origin: Name of the file or package that it comes from; empty if unknown.
        sha256: Hash of that file; empty if unknown.
    """

    name: str
    kind: OwnKind
    about: str = ""
    unit: str = ""
    higher: Direction = "neither"
    made_by: MadeBy | Literal[""] = ""
    origin: str = ""
    sha256: str = ""

    @property
    def measure(self) -> Measure:
        """Its meaning, as pages and reports show it."""
        default = MEASURES[self.name]
        about = self.about or ("" if self.origin else default.about)
        about = f"{about[:1].upper()}{about[1:]}"
        if self.origin:
            about += "" if about.endswith((".", "!", "?")) or not about else "."
            about = f"{about} From {self.origin}.".lstrip()
        return Measure(default.title, default.short, self.kind, self.unit, about, self.higher)


def problem_of_name(name: str) -> str:
    """Return why a measure cannot have a name; empty if it can.

    Examples:
        >>> problem_of_name("politeness"), problem_of_name("turns")
        ('', '`turns` is the name of a built-in column')
    """
    if not NAME.fullmatch(name):
        return f"`{name[:60]}` is not a name: use lower-case letters, digits and `_`, up to 60"
    if name in RESERVED or name.startswith("passes_"):
        return f"`{name}` is the name of a built-in column"
    return ""


def kind_of(dtype: pl.DataType) -> OwnKind | None:
    """Return the kind of the values in a column; None if rules cannot use them."""
    if dtype == pl.Boolean:
        return "flag"
    if dtype == pl.String:
        return "text"
    if dtype.is_integer():
        return "count"
    return "score" if dtype.is_float() else None


def of_columns(
    columns: Mapping[str, pl.DataType], described: Mapping[str, OwnMeasure] | None = None
) -> list[OwnMeasure]:
    """Return the own measures among the columns of a table of scores, in their order.

    Args:
        columns: Column -> type.
        described: What is known of some of them, by name.

    Examples:
        >>> columns = {"turns": pl.UInt32(), "politeness": pl.Float64()}
        >>> [(own.name, own.kind) for own in of_columns(columns)]
        [('politeness', 'score')]
    """
    described = described or {}
    return [
        described.get(name) or OwnMeasure(name, kind)
        for name, dtype in columns.items()
        if not problem_of_name(name) and (kind := kind_of(dtype))
    ]
