"""List the rules that select threads: each is a condition on one column of the scores."""

from dataclasses import dataclass
from typing import Any

import polars as pl
from pydantic import Field, JsonValue, ValidationInfo, field_validator

from workbench.recipe.rule_types import (
    Bounds,
    Engagement,
    ForbiddenFlag,
    Kind,
    RequiredFlag,
    RuleSettings,
)
from workbench.recipe.section import Section
from workbench.recipe.text_rules import Hashtags, Keywords, Languages, Pattern
from workbench.schemas import Scores
from workbench.schemas.measures import MEASURES, Measure


def _rule(default: RuleSettings, *, title: str, column: str, why: str) -> Any:  # noqa: ANN401
    """Declare a rule: its default settings, and the texts that dashboards show."""
    extra: dict[str, JsonValue] = {"column": column}
    return Field(default, title=title, description=why, json_schema_extra=extra)


class SelectSettings(Section):
    """One table per rule. A thread counts under the first rule, in this order, that removes it."""

    opening: ForbiddenFlag = _rule(
        ForbiddenFlag(require=True),
        title="Opening tweet is a reply to a missing tweet",
        column="root_lacks_parent",
        why="An answer to a missing tweet is no prompt: it only makes sense after that tweet.",
    )
    completeness: RequiredFlag = _rule(
        RequiredFlag(),
        title="Complete",
        column="is_complete",
        why="A fragment lacks turns that the replies refer to.",
    )
    untruncated: ForbiddenFlag = _rule(
        ForbiddenFlag(),
        title="Not cut off",
        column="is_truncated",
        why="A truncated tweet has lost its end, and often the question.",
    )
    insensitive: ForbiddenFlag = _rule(
        ForbiddenFlag(require=True),
        title="Not sensitive",
        column="is_sensitive",
        why="The platform marks tweets with sensitive media or links.",
    )
    language: Languages = _rule(
        Languages(any_of=("en",)),
        title="Language",
        column="language",
        why="The known instructions and the embedding model cover one language.",
    )
    hashtags: Hashtags = _rule(
        Hashtags(),
        title="Hashtags",
        column="hashtags",
        why="A hashtag can mark a topic, but also advertising or a game.",
    )
    keywords: Keywords = _rule(
        Keywords(),
        title="Keywords",
        column="prompt",
        why="Words and phrases in the prompt can reveal a topic, or advertising.",
    )
    pattern: Pattern = _rule(
        Pattern(),
        title="Pattern",
        column="prompt",
        why="A regular expression finds forms of prompts that no list of words describes.",
    )
    duplicates: ForbiddenFlag = _rule(
        ForbiddenFlag(require=True),
        title="Not a duplicate",
        column="is_duplicate",
        why="One of several threads with the same beginning is enough. Copies teach a model to "
        "recite.",
    )
    burst: Bounds = _rule(
        Bounds(),
        title="Burst",
        column="burst",
        why="If many authors post the same words within a day, it is spam or a chain letter. "
        "Tweets without replies count too.",
    )
    profanity: Bounds = _rule(
        Bounds(),
        title="Profanity",
        column="profanity",
        why="A model repeats what it is trained on. `[score] profanity` sets the list of words.",
    )
    likes: Engagement = _rule(
        Engagement(),
        title="Likes",
        column="likes",
        why="Tweets with many likes are often good, but some are only by famous people.",
    )
    retweets: Engagement = _rule(
        Engagement(),
        title="Retweets",
        column="retweets",
        why="Tweets with many retweets are more often news than questions.",
    )
    replies_told: Engagement = _rule(
        Engagement(),
        title="Replies on the platform",
        column="replies_told",
        why="A prompt with hundreds of replies has a crowd below it, even if the data has only a "
        "few of them.",
    )
    turns: Bounds = _rule(
        Bounds(min=2),
        title="Turns",
        column="turns",
        why="A prompt needs a reply. Huge threads are crowds, not conversations.",
    )
    depth: Bounds = _rule(
        Bounds(),
        title="Depth",
        column="depth",
        why="Deep threads contain exchanges of several turns.",
    )
    participants: Bounds = _rule(
        Bounds(min=2),
        title="Participants",
        column="participants",
        why="A thread by one author is not a conversation.",
    )
    prompt_characters: Bounds = _rule(
        Bounds(min=20),
        title="Length of the prompt",
        column="prompt_characters",
        why="Very short tweets rarely ask anything.",
    )
    reply_characters: Bounds = _rule(
        Bounds(min=20),
        title="Length of the longest reply",
        column="reply_characters",
        why="Very short replies rarely answer anything.",
    )
    link_share: Bounds = _rule(
        Bounds(max=0.3),
        title="Share of links",
        column="link_share",
        why="Tweets that are mostly links say little themselves.",
    )
    mention_share: Bounds = _rule(
        Bounds(max=0.5),
        title="Share of mentions",
        column="mention_share",
        why="Tweets that are mostly mentions only call people.",
    )
    similarity: Bounds = _rule(
        Bounds(),
        title="Similarity to an instruction",
        column="similarity",
        why="An assistant could probably answer a prompt that resembles a known instruction.",
    )
    similarity_mean: Bounds = _rule(
        Bounds(),
        title="Similarity to several instructions",
        column="similarity_mean",
        why="A prompt that resembles several known instructions is less likely a chance match.",
    )
    suitability: Bounds = _rule(
        Bounds(min=0.18),
        title="Suitable request",
        column="suitability",
        why="The prompt classifier finds requests that an assistant could answer, rather than "
        "small talk and rhetorical questions.",
    )
    answer: Bounds = _rule(
        Bounds(min=0.3),
        title="Answer",
        column="answer",
        why="The reply classifier checks that the best direct reply is an answer, not agreement, "
        "a joke or thanks.",
    )

    @field_validator("*")
    @classmethod
    def _in_range(cls, settings: RuleSettings, info: ValidationInfo) -> RuleSettings:
        """Refuse a bound outside the range of the column."""
        extra: Any = cls.model_fields[str(info.field_name)].json_schema_extra
        column: Any = Scores.columns().get(extra["column"])
        low, high = getattr(column, "min", None), getattr(column, "max", None)
        if not isinstance(settings, Bounds) or low is None or high is None:
            return settings
        for key, bound in (("min", settings.min), ("max", settings.max)):
            if bound is not None and not low <= bound <= high:
                unit = MEASURES[extra["column"]].unit
                # The limits of the schema leave room for rounding errors: show them without it.
                msg = f"{key} {bound:g} is outside {low:.0f} to {high:.0f} ({unit})"
                raise ValueError(msg)
        return settings


@dataclass(frozen=True)
class Rule:
    """A named condition on threads.

    Args:
        name: Key of the rule under `[select]` in a recipe.
        title: Its name on pages and in reports.
        column: Column of `Scores` that it checks.
        why: The reason for using the rule.
        settings: Class of its settings.
    """

    name: str
    title: str
    column: str
    why: str
    settings: type[RuleSettings]

    @property
    def measure(self) -> Measure:
        """Meaning of that column."""
        return MEASURES[self.column]

    @property
    def unit(self) -> str:
        """Unit of that column; empty for lists, texts and flags."""
        return self.measure.unit

    @property
    def tooltip(self) -> str:
        """What the rule checks, with unit and direction, and why; plain text."""
        return f"{self.measure.tooltip} {self.why}"

    @property
    def kind(self) -> Kind:
        """Kind of control that dashboards show for it."""
        return self.settings.kind

    @property
    def mask(self) -> str:
        """Name of the column of verdicts that says which threads pass."""
        return f"passes_{self.name}"

    def passes(self, settings: RuleSettings) -> pl.Expr:
        """Return an expression that is true for threads that pass, and never null."""
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
    """Return the settings of the rules that can remove a thread, by name and in order."""
    rules: dict[str, RuleSettings] = {name: getattr(settings, name) for name in CATALOGUE}
    return {name: rule for name, rule in rules.items() if rule.is_active}
