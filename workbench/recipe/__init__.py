"""Recipes: every setting of a run, and the rules that select threads."""

from workbench.recipe.rules import (
    CATALOGUE,
    Bounds,
    Demand,
    Engagement,
    Freedom,
    Hashtags,
    Keywords,
    Languages,
    Pattern,
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
    "Demand",
    "EmbedSettings",
    "Engagement",
    "ExportSettings",
    "Freedom",
    "Hashtags",
    "IngestSettings",
    "Keywords",
    "Languages",
    "Pattern",
    "Recipe",
    "Rule",
    "RuleSettings",
    "ScoreSettings",
    "SelectSettings",
    "ThreadSettings",
    "active",
]
