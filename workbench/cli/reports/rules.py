"""List the rules of a recipe, and hashtags that are useful in rules."""

import json

from rich.markup import escape
from rich.table import Table

from workbench.measures import store
from workbench.recipe import CATALOGUE, Rule, RuleSettings, SelectSettings
from workbench.selection import hashtags as stock
from workbench.storage import Workspace


def rules(workspace: Workspace | None = None) -> Table:
    """List the rules that a recipe can use, with their settings.

    Args:
        workspace: Workspace whose own measures are listed too.
    """
    table = Table(title="Rules of a recipe, in order", title_justify="left", box=None)
    for column in ["[select.…]", "settings", "purpose"]:
        table.add_column(escape(column), overflow="fold")
    defaults = SelectSettings()
    for name, rule in store.catalogue(workspace).items():
        default = getattr(defaults, name) if name in CATALOGUE else rule.settings()
        shown = name if name in CATALOGUE else f"own.{name}"
        text = f"{rule.title}. {rule.tooltip}"
        table.add_row(shown, escape(_settings(rule, default)), escape(text))
    return table


def _settings(rule: Rule, defaults: RuleSettings) -> str:
    """Describe each setting of a rule: default, meaning and unit, one per line."""
    lines = []
    for name, field in rule.settings.model_fields.items():
        value = json.dumps(getattr(defaults, name))
        default = "" if value in ("null", "[]", '""') else f" = {value}"
        lines.append(f"{name}{default}: {field.description}{_unit(rule, name)}")
    return "\n".join(lines)


def _unit(rule: Rule, setting: str) -> str:
    """Name the unit of a bound, or the required column of a flag."""
    if setting == "require":
        return f" (`{rule.column}`)"
    if not rule.unit or setting not in ("min", "max"):
        return ""
    return f", as a share {rule.unit}" if rule.unit.startswith("of ") else f", in {rule.unit}"


def hashtags(workspace: Workspace) -> Table:
    """List the stock hashtags with the threads that each matches, the most first."""
    verdicts = workspace.read("verdicts") if workspace.has("verdicts") else None
    table = Table(title="Hashtags worth a rule", title_justify="left", box=None)
    table.add_column("hashtag")
    for column in ["threads", "kept"]:
        table.add_column(column, justify="right")
    for column in ["kind", "topic"]:
        table.add_column(column, overflow="fold")
    matches = stock.matches(workspace.scan("scores"), verdicts)
    for row in matches.sort("threads", descending=True, maintain_order=True).to_dicts():
        kept = f"{row['kept']:,}" if "kept" in row else "-"
        table.add_row(f"#{row['hashtag']}", f"{row['threads']:,}", kept, row["kind"], row["about"])
    return table
