"""The reports of `status`, `ledger`, `coverage`, `rules` and `verify` as data, for `--json`.

Ids are texts: many programs read a number of 64 bits as a rounded one.
"""

from datetime import UTC, datetime
from typing import Any

import polars as pl

from workbench import pipeline
from workbench.cli.reports import path_names
from workbench.export.verification import Verification
from workbench.ingest import merged_ledger
from workbench.measures import store
from workbench.pipeline import State, deletions
from workbench.recipe import CATALOGUE, Recipe, Rule, RuleSettings, SelectSettings
from workbench.schemas.ledger import OUTCOMES
from workbench.storage import Workspace
from workbench.threads import coverage as shares_of


def status(workspace: Workspace, recipe: Recipe) -> dict[str, Any]:
    """Return the state of every stage, see `runs.status`."""
    states = pipeline.states(workspace, recipe)
    held = deletions.in_exports(workspace)
    return {
        "workspace": str(workspace.root),
        "is_up_to_date": all(state.is_fresh for state in states),
        "stages": [_stage(state) for state in states],
        "exports_with_deleted_tweets": {name: list(map(str, ids)) for name, ids in held.items()},
    }


def _stage(state: State) -> dict[str, Any]:
    last = state.last
    return {
        "stage": state.stage.name,
        "is_up_to_date": state.is_fresh,
        "reason": state.reason,
        "counts": state.counts,
        "finished_at": datetime.fromtimestamp(last.finished_at, UTC) if last else None,
        "seconds": last.seconds if last else None,
    }


def ledger(workspace: Workspace) -> dict[str, Any]:
    """Return every member with the outcome of its lines, and the totals."""
    members = workspace.read("ledger")
    counted = ["lines", *OUTCOMES, "embedded", "size", "seconds"]
    return {
        "totals": members.select(pl.col(counted).sum()).row(0, named=True),
        "damaged": members.filter(merged_ledger.is_damaged()).height,
        "members": members.with_columns(pl.col("member").cast(pl.String)).to_dicts(),
    }


def rejects(workspace: Workspace) -> dict[str, Any]:
    """Return every rejected line that the workspace stores, with its archive and its member."""
    names = path_names.with_file(workspace.read("ledger", columns=["member", "archive", "name"]))
    lines = workspace.read("rejects").join(
        names.drop("file"), on="member", how="left", maintain_order="left"
    )
    return {"rejects": lines.with_columns(pl.col("member").cast(pl.String)).to_dicts()}


def coverage(workspace: Workspace, *, unit: str) -> dict[str, Any]:
    """Return the coverage by day, month or year, and by source."""
    tweets, edits = workspace.scan("tweets"), workspace.edits()
    periods = shares_of.by_period(shares_of.by_day(tweets, edits=edits), unit=unit)
    sources = shares_of.by_source(tweets, edits=edits)
    return {"unit": unit, "periods": periods.to_dicts(), "sources": sources.to_dicts()}


def rules(workspace: Workspace | None = None) -> dict[str, Any]:
    """Return every rule with its settings and their defaults.

    Args:
        workspace: Workspace whose own measures are listed too.
    """
    return {
        "rules": [
            {
                "name": name,
                "is_own": name not in CATALOGUE,
                "title": rule.title,
                "about": rule.measure.about,
                "higher_is": rule.measure.higher,
                "why": rule.why,
                "kind": rule.kind,
                "column": rule.column,
                "unit": rule.unit,
                "settings": [
                    {
                        "name": key,
                        "default": getattr(_default(name, rule), key),
                        "description": field.description,
                    }
                    for key, field in rule.settings.model_fields.items()
                ],
            }
            for name, rule in store.catalogue(workspace).items()
        ]
    }


def _default(name: str, rule: Rule) -> RuleSettings:
    """Return the default settings of a rule; an own rule is off."""
    return SelectSettings().rule(name) if name in CATALOGUE else rule.settings()


def verification(result: Verification) -> dict[str, Any]:
    """Return what is wrong with an export."""
    return {
        "is_ok": result.is_ok,
        "records": result.records,
        "problems": list(result.problems),
        "deleted": list(map(str, result.deleted)),
        "notes": list(result.notes),
    }
