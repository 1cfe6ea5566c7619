"""Rules: what a recipe can ask of a thread, each a condition on one column of the scores."""

from dataclasses import dataclass
from typing import Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationInfo, field_validator

from workbench.recipe.rule_types import (
    Bounds,
    Engagement,
    ForbiddenFlag,
    Kind,
    RequiredFlag,
    RuleSettings,
)
from workbench.recipe.text_rules import Choice, Hashtags, Keywords, Languages, Pattern
from workbench.schemas import Scores

__all__ = [
    "CATALOGUE",
    "Bounds",
    "Choice",
    "Engagement",
    "ForbiddenFlag",
    "Hashtags",
    "Keywords",
    "Languages",
    "Pattern",
    "RequiredFlag",
    "Rule",
    "RuleSettings",
    "SelectSettings",
    "active",
]


def _rule(default: RuleSettings, *, title: str, column: str, why: str, unit: str = "") -> Any:  # noqa: ANN401
    """Declare a rule: its default settings, and what a dashboard says of it."""
    extra: dict[str, JsonValue] = {"column": column, "unit": unit}
    return Field(default, title=title, description=why, json_schema_extra=extra)


class SelectSettings(BaseModel):
    """One table a rule, in the order in which they are counted as removing first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    completeness: RequiredFlag = _rule(
        RequiredFlag(),
        title="Complete",
        column="is_complete",
        why="A fragment lacks turns that the answers refer to.",
    )
    untruncated: ForbiddenFlag = _rule(
        ForbiddenFlag(),
        title="Not cut off",
        column="is_truncated",
        why="The tail of a cut tweet is lost, often with the question in it.",
    )
    insensitive: ForbiddenFlag = _rule(
        ForbiddenFlag(require=True),
        title="Not sensitive",
        column="is_sensitive",
        why="The platform flags sensitive media and links.",
    )
    language: Languages = _rule(
        Languages(any_of=("en",)),
        title="Language",
        column="language",
        why="The known instructions and the model are of one language.",
    )
    hashtags: Hashtags = _rule(
        Hashtags(),
        title="Hashtags",
        column="hashtags",
        why="Hashtags gather a topic, or mark advertising and games.",
    )
    keywords: Keywords = _rule(
        Keywords(),
        title="Keywords",
        column="prompt",
        why="Words and phrases of the prompt name a topic, or give advertising away.",
    )
    pattern: Pattern = _rule(
        Pattern(),
        title="Pattern",
        column="prompt",
        why="A regular expression finds forms of a prompt that words cannot say.",
    )
    duplicates: ForbiddenFlag = _rule(
        ForbiddenFlag(require=True),
        title="No duplicate",
        column="is_duplicate",
        why="Of threads that begin the same, one is enough; copies teach a model to recite.",
    )
    burst: Bounds = _rule(
        Bounds(),
        title="Burst",
        column="burst",
        unit="authors a day",
        why="Many authors with the very same words within a day are spam, or a chain letter; "
        "tweets that nobody answers are counted, too.",
    )
    profanity: Bounds = _rule(
        Bounds(),
        title="Profanity",
        column="profanity",
        unit="words",
        why="What a model reads it says; the list is `profanity` of `[score]`.",
    )
    likes: Engagement = _rule(
        Engagement(),
        title="Likes",
        column="likes",
        unit="likes",
        why="What many like is often good, or famous.",
    )
    retweets: Engagement = _rule(
        Engagement(),
        title="Retweets",
        column="retweets",
        unit="retweets",
        why="What is passed on much is news more often than a question.",
    )
    replies_told: Engagement = _rule(
        Engagement(),
        title="Replies on the platform",
        column="replies_told",
        unit="replies",
        why="A prompt with hundreds of replies is a crowd, even where few of them are here.",
    )
    turns: Bounds = _rule(
        Bounds(min=2),
        title="Turns",
        column="turns",
        unit="turns",
        why="A prompt needs an answer; huge threads are crowds, not conversations.",
    )
    depth: Bounds = _rule(
        Bounds(),
        title="Depth",
        column="depth",
        unit="steps",
        why="Deep threads hold exchanges of several turns.",
    )
    participants: Bounds = _rule(
        Bounds(min=2),
        title="Participants",
        column="participants",
        unit="people",
        why="Somebody who only answers himself is no conversation.",
    )
    prompt_characters: Bounds = _rule(
        Bounds(min=20),
        title="Length of the prompt",
        column="prompt_characters",
        unit="characters",
        why="Very short tweets ask nothing.",
    )
    reply_characters: Bounds = _rule(
        Bounds(min=20),
        title="Length of the longest reply",
        column="reply_characters",
        unit="characters",
        why="Very short replies answer nothing.",
    )
    link_share: Bounds = _rule(
        Bounds(max=0.3),
        title="Share of links",
        column="link_share",
        unit="of words",
        why="Tweets that are mostly links say little themselves.",
    )
    mention_share: Bounds = _rule(
        Bounds(max=0.5),
        title="Share of mentions",
        column="mention_share",
        unit="of words",
        why="Tweets that are mostly mentions call people, they do not talk.",
    )
    similarity: Bounds = _rule(
        Bounds(),
        title="Similarity to an instruction",
        column="similarity",
        unit="cosine",
        why="A prompt near a known instruction is one that an assistant could answer.",
    )
    similarity_mean: Bounds = _rule(
        Bounds(),
        title="Similarity to several instructions",
        column="similarity_mean",
        unit="cosine, mean of three",
        why="A prompt near several known instructions is of a common kind, not like one by chance.",
    )
    suitability: Bounds = _rule(
        Bounds(min=0.1),
        title="Request that fits",
        column="suitability",
        unit="probability",
        why="The detector tells requests that an assistant could answer from talk and rhetoric.",
    )
    answer: Bounds = _rule(
        Bounds(min=0.2),
        title="Answer",
        column="answer",
        unit="probability",
        why="The best direct reply should answer, not agree, joke or thank.",
    )

    @field_validator("*")
    @classmethod
    def _in_range(cls, settings: RuleSettings, info: ValidationInfo) -> RuleSettings:
        """Refuse a bound that no value of the column can have."""
        extra: Any = cls.model_fields[str(info.field_name)].json_schema_extra
        column: Any = Scores.columns().get(extra["column"])
        low, high = getattr(column, "min", None), getattr(column, "max", None)
        if not isinstance(settings, Bounds) or low is None or high is None:
            return settings
        for key, bound in (("min", settings.min), ("max", settings.max)):
            if bound is not None and not low <= bound <= high:
                # The schema leaves room for rounding, which nobody need be told.
                msg = f"{key} {bound:g} is outside of {low:.0f} to {high:.0f} ({extra['unit']})"
                raise ValueError(msg)
        return settings


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
    """

    name: str
    title: str
    column: str
    unit: str
    why: str
    settings: type[RuleSettings]

    @property
    def kind(self) -> Kind:
        """Tell which control a dashboard draws for it."""
        return self.settings.kind

    @property
    def mask(self) -> str:
        """Name of the column of `Verdicts` that says which threads pass."""
        return f"passes_{self.name}"

    def passes(self, settings: RuleSettings) -> pl.Expr:
        """Give the expression that is true for the threads that stay, and never null."""
        return settings.passes(self.column)


def _catalogue() -> dict[str, Rule]:
    rules = {}
    for name, field in SelectSettings.model_fields.items():
        extra: Any = field.json_schema_extra
        rules[name] = Rule(
            name=name,
            title=str(field.title),
            why=str(field.description),
            settings=type(field.default),
            **extra,
        )
    return rules


#: Every rule by name, in the order of `SelectSettings`.
CATALOGUE: dict[str, Rule] = _catalogue()


def active(settings: SelectSettings) -> dict[str, RuleSettings]:
    """Give the settings of the rules that can remove something, in order."""
    every = {name: getattr(settings, name) for name in CATALOGUE}
    return {name: chosen for name, chosen in every.items() if chosen.is_active}
