"""Freshness: whether what a dashboard shows is of the tweets and the recipe that are here now."""

import re

import marimo as mo

from workbench.dashboard.components import navigation
from workbench.display import html
from workbench.exceptions import WorkbenchError
from workbench.recipe import Recipe
from workbench.storage import Workspace


def problem(workspace: Workspace, recipe: Recipe) -> str:
    """Say what an export would be refused for; empty where nothing is stale."""
    from workbench import pipeline

    try:
        pipeline.check(workspace, recipe, before="select")
    except WorkbenchError as error:
        return error.problem
    return ""


def notice(workspace: Workspace, recipe: Recipe) -> mo.Html:
    """Warn of stale tables and say what to do; asked for by the page once the rest is shown."""
    return mo.lazy(lambda: told(problem(workspace, recipe)), show_loading_indicator=False)


def told(stale: str) -> mo.Html:
    """Write the warning; nothing where nothing is stale."""
    if not stale:
        return mo.Html("")
    home = f'<a href="{navigation.link("home.py")}" style="text-decoration:underline">Home</a>'
    what = re.sub("`([^`]*)`", r"<code>\1</code>", html.inline(stale))
    said = (
        f'<div data-testid="stale" role="status"><b>{what}</b> What is shown here is as it was '
        "then, and no export can be written of it. Bring it up to date with “Run everything” on "
        f"{home}, or with <code>workbench run</code>; then open this page again.</div>"
    )
    return mo.callout(mo.Html(said), kind="warn")
