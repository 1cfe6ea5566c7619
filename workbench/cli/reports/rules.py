"""Reports on rules: what a recipe can ask for, and hashtags worth asking for."""

import json

from rich.markup import escape
from rich.table import Table

from workbench.recipe import CATALOGUE, Rule, RuleSettings, SelectSettings
from workbench.selection import hashtags as stock
from workbench.storage import Workspace


def rules() -> Table:
    """List the rules that a recipe can use."""
    table = Table(title="Rules of a recipe, in order", title_justify="left", box=None)
    for column in ["[select.…]", "settings", "what for"]:
        table.add_column(escape(column), overflow="fold")
    defaults = SelectSettings()
    for name, rule in CATALOGUE.items():
        chosen = getattr(defaults, name)
        table.add_row(name, escape(_parameters(rule, chosen)), escape(f"{rule.title}. {rule.why}"))
    return table


def _parameters(rule: Rule, chosen: RuleSettings) -> str:
    """Tell each setting of a rule with its default, unit and meaning."""
    lines = []
    for name, field in rule.settings.model_fields.items():
        value = json.dumps(getattr(chosen, name))
        default = "" if value in ("null", "[]", '""') else f" = {value}"
        lines.append(f"{name}{default}: {field.description}{_of_what(rule, name)}")
    return "\n".join(lines)


def _of_what(rule: Rule, setting: str) -> str:
    """Tell the unit of a bound, and which flag is demanded."""
    if setting == "require":
        return f" (`{rule.column}`)"
    if not rule.unit or setting not in ("min", "max"):
        return ""
    return f", as a share {rule.unit}" if rule.unit.startswith("of ") else f", in {rule.unit}"


def hashtags(workspace: Workspace) -> Table:
    """List the hashtags of the stock list with the threads that each matches, most first."""
    verdicts = workspace.read("verdicts") if workspace.has("verdicts") else None
    table = Table(title="Hashtags worth a rule", title_justify="left", box=None)
    table.add_column("hashtag")
    for column in ["threads", "kept"]:
        table.add_column(column, justify="right")
    for column in ["kind", "what it gathers"]:
        table.add_column(column, overflow="fold")
    found = stock.matches(workspace.scan("scores"), verdicts)
    for row in found.sort("threads", descending=True, maintain_order=True).to_dicts():
        kept = f"{row['kept']:,}" if "kept" in row else "-"
        table.add_row(f"#{row['hashtag']}", f"{row['threads']:,}", kept, row["kind"], row["about"])
    return table
