"""Pages: what the dashboard shows of a selection, as safe HTML and tables."""

from collections.abc import Mapping
from html import escape
from typing import Any

import marimo as mo
import polars as pl

from workbench import charts
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import html
from workbench.facets.score_axes import Axis
from workbench.progress import OnProgress
from workbench.recipe import CATALOGUE, SelectSettings

#: Name of the selection of a stretch of a histogram.
BRUSH = "brush"


#: How to get data where there is none yet.
_BEGIN = """
    1. `make demo` writes a small synthetic dump and runs every stage on it; or
    2. `workbench run PATH...` reads your own dumps, threads them and scores them.

    Then start this page again. It shows the workspace that the environment variable
    `WORKBENCH_WORKSPACE` names, or else the folder `workspace` where it was started.
"""


def empty(problem: str) -> mo.Html:
    """Say what is missing, and how to get data where there is none yet."""
    said = mo.Html(f"<p><b>{html.inline(problem)}</b></p>")
    return mo.callout(mo.vstack([said, mo.md(_BEGIN)]), kind="warn")


def counts(live: ScoresSession, verdicts: pl.DataFrame) -> mo.Html:
    """Show how many threads and turns are kept."""
    threads, turns = live.kept(verdicts)
    every, all_turns = live.size
    share = f"{threads / every if every else 0:.1%}"
    facts = {
        "kept": (threads, f"threads kept of {every:,} ({share})"),
        "turns": (turns, f"turns in them of {all_turns:,}"),
        "removed": (every - threads, "threads removed"),
    }
    shown = "".join(
        f'<div><b data-testid="{name}">{value:,}</b> <span>{said}</span></div>'
        for name, (value, said) in facts.items()
    )
    return mo.Html(f'<div class="wb-counts" aria-live="polite">{shown}</div>')


def histogram(
    name: str, settings: SelectSettings, *, axes: Mapping[str, Axis], kept: pl.Series
) -> charts.Layers:
    """Draw the histogram of the score that a rule looks at, with its bounds, to brush on."""
    rule, chosen = CATALOGUE[name], getattr(settings, name)
    bins = axes[name].bins(kept)
    return charts.histogram(
        bins,
        title=rule.title,
        unit=rule.unit,
        min=chosen.min,
        max=chosen.max,
        height=150,
        brush=BRUSH,
    )


def nothing(view: str) -> mo.Html:
    """Say why a list is empty."""
    why = {
        "Kept": "No thread passes every rule. Loosen the one that removes most.",
        "Removed": "Nothing is removed by this choice.",
        "Borderline": "This rule is off, or no thread is near its threshold.",
        "Recipes": "No thread is on this side of the comparison.",
    }
    return mo.callout(mo.Html(why[view]), kind="neutral")


def trouble(problem: str) -> mo.Html:
    """Show what went wrong; nothing where nothing did."""
    if not problem:
        return mo.Html("")
    return mo.callout(mo.Html(f'<div class="wb-trouble">{escape(problem)}</div>'), kind="danger")


def advancing(bar: Any) -> OnProgress:  # noqa: ANN401 (marimo does not export the type)
    """Move a progress bar of a hundred steps."""
    shown = 0

    def tell(done: int, total: int) -> None:
        nonlocal shown
        if (now := done * 100 // max(total, 1)) > shown:
            bar.update(now - shown)
            shown = now

    return tell
