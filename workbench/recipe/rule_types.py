"""Conditions: the settings of a rule, and the polars expression that they make of it.

Here are those on numbers and flags; `wordings` has those on what is said.

An active condition fails where the value is not known (null, or not a number): a thread is kept
for what is known of it. No expression here ever gives null.
"""

from typing import Annotated, ClassVar, Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal["bounds", "choice", "words", "pattern", "demand"]

#: A number; `true` and "3" are none.
_Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class RuleSettings(BaseModel):
    """Settings of one rule; a rule whose settings all are at their defaults removes nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    #: Which control a dashboard draws for it.
    kind: ClassVar[Kind]

    @property
    def is_active(self) -> bool:
        """Tell whether the rule can remove anything."""
        return self != type(self)()

    def passes(self, column: str) -> pl.Expr:
        """Give the expression that is true for the threads that stay, and never null."""
        raise NotImplementedError


class Bounds(RuleSettings):
    """Lowest and highest value that passes, both included; an unknown value fails.

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
        """Compare in the column's own type, so that a Float32 of 0.3 meets a bound of 0.3."""
        value = pl.col(column)
        tests = [value.is_not_nan()] if self.is_active else []
        if self.min is not None:
            tests.append(value >= self.min)
        if self.max is not None:
            tests.append(value <= self.max)
        return every(tests)


class Engagement(Bounds):
    """Bounds on a count that most dumps do not tell; an unknown count passes unless refused.

    Examples:
        >>> frame = pl.DataFrame({"likes": [0, 5, None]})
        >>> frame.select(Engagement(min=1).passes("likes"))["likes"].to_list()
        [False, True, True]
    """

    unknown: Literal["keep", "remove"] = Field(
        "keep", description="what becomes of threads whose count is not known, which is not 0"
    )

    def passes(self, column: str) -> pl.Expr:
        """Compare what is known; `Bounds` removes what is not."""
        known = super().passes(column)
        return pl.col(column).is_null() | known if self.unknown == "keep" else known


class RequiredFlag(RuleSettings):
    """A yes-or-no property that a thread must have.

    Examples:
        >>> frame = pl.DataFrame({"is_complete": [True, False, None]})
        >>> frame.select(RequiredFlag(require=True).passes("is_complete"))["is_complete"].to_list()
        [True, False, False]
    """

    kind = "demand"
    require: bool = Field(False, description="keep only threads where the flag is known to be true")

    def passes(self, column: str) -> pl.Expr:
        """Ask for the flag."""
        return every([pl.col(column)] if self.require else [])


class ForbiddenFlag(RequiredFlag):
    """A flag that a thread must not have."""

    require: bool = Field(
        False, description="keep only threads where the flag is known to be false"
    )

    def passes(self, column: str) -> pl.Expr:
        """Ask for the absence of the flag."""
        return every([~pl.col(column)] if self.require else [])


def every(tests: list[pl.Expr]) -> pl.Expr:
    """Ask for all of some tests; one that gives null fails, and none at all passes everything."""
    return pl.all_horizontal(tests).fill_null(value=False) if tests else pl.lit(value=True)
