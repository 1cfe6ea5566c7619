"""Recipes: every setting of a run, and the rules that select threads."""

from workbench.recipe.rules import (
    CATALOGUE,
    Bounds,
    Engagement,
    ForbiddenFlag,
    Hashtags,
    Keywords,
    Languages,
    Pattern,
    RequiredFlag,
    Rule,
    RuleSettings,
    SelectSettings,
    active,
)
from workbench.recipe.settings import (
    EmbedSettings,
    ExportSettings,
    IngestSettings,
    Recipe,
    ScoreSettings,
    ThreadSettings,
)

__all__ = [
    "CATALOGUE",
    "Bounds",
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
    "RequiredFlag",
    "Rule",
    "RuleSettings",
    "ScoreSettings",
    "SelectSettings",
    "ThreadSettings",
    "active",
]
