"""List the rules that select threads: each is a condition on one column of the scores."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, JsonValue, ValidationInfo, field_validator

from workbench.recipe.own_rules import OwnBounds, OwnName, OwnRule
from workbench.recipe.rule_types import (
    Bounds,
    Engagement,
    ForbiddenFlag,
    RequiredFlag,
    RuleSettings,
)
from workbench.recipe.section import Section
from workbench.recipe.text_rules import Hashtags, Keywords, Languages, Pattern
from workbench.schemas import Scores
from workbench.schemas.measures import MEASURES


def _rule(default: RuleSettings, *, title: str, column: str, why: str) -> Any:  # noqa: ANN401
    """Declare a rule: its default settings, and the texts that dashboards show."""
    extra: dict[str, JsonValue] = {"column": column}
    return Field(default, title=title, description=why, json_schema_extra=extra)


class SelectSettings(Section):
    """One table per rule. A thread counts under the first rule, in this order, that removes it.

    Rules on measures of one's own come last, by name.
    """

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
    own: dict[OwnName, OwnRule] = Field(
        {}, description="rules on measures of your own, by name; see `workbench scores add`"
    )

    def rule(self, name: str) -> RuleSettings:
        """Return the settings of a built-in or own rule; an own rule that is not set is off."""
        if name in BUILT_IN:
            settings: RuleSettings = getattr(self, name)
            return settings
        return self.own.get(name, OwnBounds())

    def with_rules(self, rules: Mapping[str, RuleSettings]) -> Self:
        """Return these settings with some rules replaced; own rules without settings are left out.

        Examples:
            >>> chosen = SelectSettings().with_rules({"turns": Bounds(), "mine": OwnBounds(min=1)})
            >>> chosen.turns.min, chosen.rule("mine").min
            (None, 1.0)
        """
        own: dict[str, Any] = self.own | {n: r for n, r in rules.items() if n not in BUILT_IN}
        own = {name: own[name] for name in sorted(own) if own[name].is_active}
        builtin = {name: rule for name, rule in rules.items() if name in BUILT_IN}
        return self.model_copy(update=builtin | {"own": own})

    @field_validator("own")
    @classmethod
    def _sorted(cls, own: dict[str, RuleSettings]) -> dict[str, RuleSettings]:
        """Sort the own rules: equal recipes must remove threads in the same order."""
        return dict(sorted(own.items()))

    @field_validator("*")
    @classmethod
    def _in_range(cls, settings: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 (of any rule)
        """Refuse a bound outside the range of the column."""
        if info.field_name == "own":
            return settings
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


#: Names of the built-in rules, in their order.
BUILT_IN = tuple(name for name in SelectSettings.model_fields if name != "own")
