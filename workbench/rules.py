"""Rules: what a recipe can ask of a thread, each a polars expression over the scores."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator


class RuleSettings(BaseModel):
    """Settings of one rule; a rule whose settings all are at their defaults removes nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def is_active(self) -> bool:
        """Tell whether the rule can remove anything."""
        return self != type(self)()


class Bounds(RuleSettings):
    """Lowest and highest value that passes, both included; an unknown value fails."""

    min: float | None = Field(None, description="lowest value that passes")
    max: float | None = Field(None, description="highest value that passes")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            msg = f"min {self.min:g} is above max {self.max:g}"
            raise ValueError(msg)
        return self


class Choice(RuleSettings):
    """Values of which one must, or none may, be there."""

    any_of: tuple[str, ...] = Field((), description="at least one of these; empty: no demand")
    none_of: tuple[str, ...] = Field((), description="none of these")


class Demand(RuleSettings):
    """A yes-or-no property that a thread must have."""

    require: bool = Field(False, description="remove threads without it")


class SelectSettings(BaseModel):
    """One table a rule, in the order in which they are counted as removing first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    completeness: Demand = Demand()
    untruncated: Demand = Demand()
    insensitive: Demand = Demand(require=True)
    language: Choice = Choice(any_of=("en",))
    hashtags: Choice = Choice()
    turns: Bounds = Bounds(min=2)
    depth: Bounds = Bounds()
    participants: Bounds = Bounds(min=2)
    prompt_characters: Bounds = Bounds(min=20)
    reply_characters: Bounds = Bounds(min=20)
    link_share: Bounds = Bounds(max=0.3)
    mention_share: Bounds = Bounds(max=0.5)
    similarity: Bounds = Bounds(min=0.45)


@dataclass(frozen=True)
class Rule:
    """A named condition on a thread.

    Args:
        name: Key of the rule in the recipe's `[select]`.
        title: What a dashboard calls it.
        column: Column of `Scores` that it looks at.
        unit: Unit of that column; empty for lists and flags.
        why: What the rule is for, one sentence.
        settings: Class of its settings.
        passes: Settings -> expression that is true for the threads that stay.
    """

    name: str
    title: str
    column: str
    unit: str
    why: str
    settings: type[RuleSettings]
    passes: Callable[..., pl.Expr]
    kind: Literal["bounds", "choice", "demand"]
