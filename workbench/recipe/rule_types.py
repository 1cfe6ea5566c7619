"""Settings of rules on numbers and flags, and the polars expressions made from them.

`text_rules` has the rules on texts, languages and hashtags.

A thread fails an active rule if its value is unknown (null or NaN): only known facts can keep it.
No expression is ever null.
"""

from typing import Annotated, ClassVar, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from workbench.recipe.section import Section

Kind = Literal["bounds", "choice", "words", "pattern", "flag"]

#: A number; `true` and "3" are refused.
_Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class RuleSettings(Section):
    """Settings of one rule. At the defaults of its class, a rule removes nothing."""

    #: Kind of control that dashboards show for it.
    kind: ClassVar[Kind]

    @property
    def is_active(self) -> bool:
        """Whether the rule can remove anything."""
        return self != type(self)()

    def passes(self, column: str) -> pl.Expr:
        """Return an expression that is true for threads that pass, and never null.

        Args:
            column: Column of `Scores` to check.
        """
        raise NotImplementedError


class Bounds(RuleSettings):
    """The lowest and highest value that passes, both included. Unknown values fail.

    Examples:
        >>> frame = pl.DataFrame({"turns": [1, 2, 9, None]})
        >>> frame.select(Bounds(min=2, max=5).passes("turns"))["turns"].to_list()
        [False, True, False, False]
    """

    kind = "bounds"
    min: _Number | None = Field(None, description="lowest value that passes")
    max: _Number | None = Field(None, description="highest value that passes")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            msg = f"min {self.min:g} is above max {self.max:g}"
            raise ValueError(msg)
        return self

    def passes(self, column: str) -> pl.Expr:
        """Compare in the column's own type, so that a Float32 of 0.3 equals a bound of 0.3."""
        value = pl.col(column)
        tests = [value.is_not_nan()] if self.is_active else []
        if self.min is not None:
            tests.append(value >= self.min)
        if self.max is not None:
            tests.append(value <= self.max)
        return every(tests)


class Engagement(Bounds):
    """Bounds on a count that most dumps lack. Unknown counts pass unless `unknown` is `remove`.

    Examples:
        >>> frame = pl.DataFrame({"likes": [0, 5, None]})
        >>> frame.select(Engagement(min=1).passes("likes"))["likes"].to_list()
        [False, True, True]
    """

    unknown: Literal["keep", "remove"] = Field(
        "keep", description="keep or remove threads with an unknown count; unknown is not 0"
    )

    def passes(self, column: str) -> pl.Expr:
        """Compare known counts; apply `unknown` to the others."""
        known = super().passes(column)
        return pl.col(column).is_null() | known if self.unknown == "keep" else known


class RequiredFlag(RuleSettings):
    """A flag that must be true.

    Examples:
        >>> frame = pl.DataFrame({"is_complete": [True, False, None]})
        >>> frame.select(RequiredFlag(require=True).passes("is_complete"))["is_complete"].to_list()
        [True, False, False]
    """

    kind = "flag"
    require: bool = Field(False, description="keep only threads with this flag known to be true")

    def passes(self, column: str) -> pl.Expr:
        """Require the flag to be true."""
        return every([pl.col(column)] if self.require else [])


class ForbiddenFlag(RequiredFlag):
    """A flag that must be false."""

    require: bool = Field(False, description="keep only threads with this flag known to be false")

    def passes(self, column: str) -> pl.Expr:
        """Require the flag to be false."""
        return every([~pl.col(column)] if self.require else [])


def every(tests: list[pl.Expr]) -> pl.Expr:
    """Combine tests with `and`. Null counts as failed; without tests everything passes."""
    return pl.all_horizontal(tests).fill_null(value=False) if tests else pl.lit(value=True)
