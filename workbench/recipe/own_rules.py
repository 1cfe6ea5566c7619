"""Settings of rules on measures of one's own: the tables `[select.own.NAME]` of a recipe.

A recipe is read without the workspace that has the measures. The keys of a table therefore decide
the kind of its rule: `min` and `max` compare numbers, `require` asks for a flag, and `any_of` and
`none_of` compare texts. `selection` refuses a rule that does not fit the type of its column.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import polars as pl
from pydantic import AfterValidator, Discriminator, Field, Tag

from workbench.recipe.rule_types import Engagement, RequiredFlag, RuleSettings
from workbench.recipe.text_rules import Choice
from workbench.schemas.own_measures import OwnKind, problem_of_name


class OwnBounds(Engagement):
    """Bounds on a number. Unknown values fail unless `unknown` is `keep`.

    Examples:
        >>> frame = pl.DataFrame({"politeness": [0.1, 0.9, None]})
        >>> frame.select(OwnBounds(min=0.5).passes("politeness"))["politeness"].to_list()
        [False, True, False]
    """

    unknown: Literal["keep", "remove"] = Field(
        "remove", description="keep or remove threads without a value"
    )


class OwnValues(Choice):
    """Texts to require or to refuse, in any case.

    Examples:
        >>> frame = pl.DataFrame({"topic": ["Food", "sport", None]})
        >>> frame.select(OwnValues(any_of=["food"]).passes("topic"))["topic"].to_list()
        [True, False, False]
    """

    def _has(self, column: str, values: tuple[str, ...]) -> pl.Expr:
        wanted = [self._normal(value) for value in values]
        return pl.col(column).str.strip_chars().str.to_lowercase().is_in(wanted)


#: Kind of an own measure -> settings of its rule.
SETTINGS_OF: dict[OwnKind, type[RuleSettings]] = {
    "count": OwnBounds,
    "score": OwnBounds,
    "flag": RequiredFlag,
    "text": OwnValues,
}

#: Keys of all own rules.
KEYS = tuple(
    dict.fromkeys(key for settings in SETTINGS_OF.values() for key in settings.model_fields)
)


def _kind_of(settings: Any) -> str:  # noqa: ANN401 (a table of any recipe)
    """Return the kind of rule that some settings are for."""
    if isinstance(settings, RuleSettings):
        return settings.kind
    keys = settings.keys() if isinstance(settings, Mapping) else ()
    if "require" in keys:
        return "flag"
    return "choice" if {"any_of", "none_of"} & set(keys) else "bounds"


def _checked_name(name: str) -> str:
    if problem := problem_of_name(name):
        raise ValueError(problem)
    return name


#: Name of an own rule: that of its measure.
OwnName = Annotated[str, AfterValidator(_checked_name)]

#: Settings of one own rule.
OwnRule = Annotated[
    Annotated[OwnBounds, Tag("bounds")]
    | Annotated[RequiredFlag, Tag("flag")]
    | Annotated[OwnValues, Tag("choice")],
    Discriminator(_kind_of),
]
