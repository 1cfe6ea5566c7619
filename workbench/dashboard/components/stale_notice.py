"""Warn when a page shows results of outdated tweets or of an outdated recipe."""

import re

import marimo as mo

from workbench.dashboard.components import navigation
from workbench.display import html
from workbench.exceptions import WorkbenchError
from workbench.recipe import Recipe
from workbench.storage import Workspace


def problem(workspace: Workspace, recipe: Recipe) -> str:
    """Return why an export would be refused; empty if nothing is stale."""
    from workbench import pipeline

    try:
        pipeline.check(workspace, recipe, before="select")
    except WorkbenchError as error:
        return error.problem
    return ""


def notice(workspace: Workspace, recipe: Recipe) -> mo.Html:
    """Warn of stale tables. The browser asks for the warning after the rest of the page."""
    return mo.lazy(lambda: callout(problem(workspace, recipe)), show_loading_indicator=False)


def callout(problem: str) -> mo.Html:
    """Show the warning and what to do; nothing if there is no problem."""
    if not problem:
        return mo.Html("")
    home = f'<a href="{navigation.link("home.py")}" style="text-decoration:underline">Home</a>'
    text = re.sub("`([^`]*)`", r"<code>\1</code>", html.inline(problem))
    warning = (
        f'<div data-testid="stale" role="status"><b>{text}</b> This page shows the earlier '
        f"results, and exports are refused. Choose “Run everything” at {home}, or run "
        "<code>workbench run</code>. Then reload this page.</div>"
    )
    return mo.callout(mo.Html(warning), kind="warn")
