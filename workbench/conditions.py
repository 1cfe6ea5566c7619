"""Conditions: the settings of a rule, and the polars expression that they make of it.

An active condition fails where the value is not known (null, or not a number): a thread is kept
for what is known of it. No expression here ever gives null.
"""

from typing import ClassVar, Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal["bounds", "choice", "demand"]


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
    min: float | None = Field(None, allow_inf_nan=False, description="lowest value that passes")
    max: float | None = Field(None, allow_inf_nan=False, description="highest value that passes")

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
        return _all(tests)


class Choice(RuleSettings):
    """Values of which one must, or none may, be there."""

    kind = "choice"
    any_of: tuple[str, ...] = Field((), description="at least one of these; empty: no demand")
    none_of: tuple[str, ...] = Field((), description="none of these")

    def passes(self, column: str) -> pl.Expr:
        """Ask for one of `any_of` and none of `none_of`; an unknown value fails both."""
        tests = [self._has(column, self.any_of)] if self.any_of else []
        if self.none_of:
            tests.append(~self._has(column, self.none_of))
        return _all(tests)

    def _has(self, column: str, values: tuple[str, ...]) -> pl.Expr:
        raise NotImplementedError


class Languages(Choice):
    """Language codes, in any case; `en` stands for `en-gb` too, `en-gb` only for itself.

    Examples:
        >>> frame = pl.DataFrame({"lang": ["en", "en-GB", "enm", "de", None]})
        >>> frame.select(Languages(any_of=["EN"]).passes("lang"))["lang"].to_list()
        [True, True, False, False, False]
    """

    def _has(self, column: str, values: tuple[str, ...]) -> pl.Expr:
        codes = "|".join(pl.escape_regex(value.strip().replace("_", "-")) for value in values)
        return (
            pl.col(column)
            .str.replace_all("_", "-", literal=True)
            .str.contains(f"(?i)^(?:{codes})(?:-|$)")
        )


class Hashtags(Choice):
    """Hashtags, in any case, with or without the `#`.

    Examples:
        >>> frame = pl.DataFrame({"hashtags": [["help"], ["ad", "help"], [], None]})
        >>> rule = Hashtags(any_of=["#Help"], none_of=["ad"])
        >>> frame.select(rule.passes("hashtags"))["hashtags"].to_list()
        [True, False, False, False]
    """

    def _has(self, column: str, values: tuple[str, ...]) -> pl.Expr:
        # Hashtags are stored in lower case, see `schemas.Sightings`.
        wanted = [value.strip().lstrip("#＃").lower() for value in values]  # noqa: RUF001
        return pl.col(column).list.eval(pl.element().is_in(wanted)).list.any()


class Demand(RuleSettings):
    """A yes-or-no property that a thread must have.

    Examples:
        >>> frame = pl.DataFrame({"is_complete": [True, False, None]})
        >>> frame.select(Demand(require=True).passes("is_complete"))["is_complete"].to_list()
        [True, False, False]
    """

    kind = "demand"
    require: bool = Field(False, description="remove threads without it")

    def passes(self, column: str) -> pl.Expr:
        """Ask for the flag."""
        return _all([pl.col(column)] if self.require else [])


class Freedom(Demand):
    """A flag that a thread must not have."""

    def passes(self, column: str) -> pl.Expr:
        """Ask for the absence of the flag."""
        return _all([~pl.col(column)] if self.require else [])


def _all(tests: list[pl.Expr]) -> pl.Expr:
    return pl.all_horizontal(tests).fill_null(value=False) if tests else pl.lit(value=True)
