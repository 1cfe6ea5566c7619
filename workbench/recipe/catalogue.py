"""Describe the rules of a recipe by name, for selections, reports and pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from workbench.recipe.own_rules import SETTINGS_OF
from workbench.recipe.rule_types import Kind, RuleSettings
from workbench.recipe.rules import BUILT_IN, SelectSettings
from workbench.schemas.measures import MEASURES, Measure
from workbench.schemas.own_measures import OwnMeasure

#: Prefix of the columns of verdicts that say whether a thread passes a rule.
PASSES = "passes_"


@dataclass(frozen=True)
class Rule:
    """A named condition on threads.

    Args:
        name: Key of the rule under `[select]` in a recipe.
        title: Its name on pages and in reports.
        column: Column of `Scores` that it checks.
        why: The reason for using the rule.
        settings: Class of its settings.
        measure: Meaning of that column.
    """

    name: str
    title: str
    column: str
    why: str
    settings: type[RuleSettings]
    measure: Measure

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
        return f"{PASSES}{self.name}"

    def passes(self, settings: RuleSettings) -> pl.Expr:
        """Return an expression that is true for threads that pass, and never null."""
        return settings.passes(self.column)


def own_rule(own: OwnMeasure) -> Rule:
    """Return the rule on a measure that somebody added to the scores."""
    return Rule(
        name=own.name,
        title=own.measure.title,
        column=own.name,
        why="",
        settings=SETTINGS_OF[own.kind],
        measure=own.measure,
    )


class Catalogue(dict[str, Rule]):
    """Rules by name, the built-in ones first. Any other name is that of an own rule.

    Examples:
        >>> CATALOGUE["polite_words"].title, "polite_words" in CATALOGUE
        ('Polite words', False)
    """

    def __missing__(self, name: str) -> Rule:
        """Return the rule on an own measure of which only the name is known."""
        return own_rule(OwnMeasure(name, "score"))

    def with_own(self, measures: Iterable[OwnMeasure]) -> "Catalogue":
        """Return the catalogue of a workspace: these rules, and those on its own measures."""
        return Catalogue(self | {own.name: own_rule(own) for own in measures})


def _catalogue() -> Catalogue:
    rules = Catalogue()
    for name in BUILT_IN:
        field = SelectSettings.model_fields[name]
        extra: Any = field.json_schema_extra
        rules[name] = Rule(
            name=name,
            title=str(field.title),
            why=str(field.description),
            settings=type(field.default),
            measure=MEASURES[extra["column"]],
            **extra,
        )
    return rules


#: Every built-in rule by name, in the order of `SelectSettings`.
CATALOGUE = _catalogue()


def active(settings: SelectSettings) -> dict[str, RuleSettings]:
    """Return the settings of the rules that can remove a thread, by name and in order."""
    rules = {name: settings.rule(name) for name in (*CATALOGUE, *settings.own)}
    return {name: rule for name, rule in rules.items() if rule.is_active}
