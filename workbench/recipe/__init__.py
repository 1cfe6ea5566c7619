"""Recipes: every setting of a run, and the rules that select threads.

A `Recipe` has one section per stage; `settings_errors` explains what is wrong with one. `CATALOGUE`
describes the rules. `rule_types`, `text_rules` and `own_rules` turn the settings of a rule into a
polars expression.
"""

from workbench.recipe.arguments import RecipeLike, as_recipe
from workbench.recipe.catalogue import CATALOGUE, PASSES, Catalogue, Rule, active
from workbench.recipe.column_map import ColumnMap
from workbench.recipe.export_settings import ExportSettings
from workbench.recipe.rule_types import (
    Bounds,
    Engagement,
    ForbiddenFlag,
    RequiredFlag,
    RuleSettings,
)
from workbench.recipe.rules import SelectSettings
from workbench.recipe.settings import (
    EmbedSettings,
    IngestSettings,
    Recipe,
    ScoreSettings,
    ThreadSettings,
)
from workbench.recipe.text_rules import Hashtags, Keywords, Languages, Pattern

__all__ = [
    "CATALOGUE",
    "PASSES",
    "Bounds",
    "Catalogue",
    "ColumnMap",
    "EmbedSettings",
    "Engagement",
    "ExportSettings",
    "ForbiddenFlag",
    "Hashtags",
    "IngestSettings",
    "Keywords",
    "Languages",
    "Pattern",
    "Recipe",
    "RecipeLike",
    "RequiredFlag",
    "Rule",
    "RuleSettings",
    "ScoreSettings",
    "SelectSettings",
    "ThreadSettings",
    "active",
    "as_recipe",
]
