"""Messages, counts and progress bars that every page shows alike."""

from html import escape
from typing import Any

import marimo as mo
import polars as pl

from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import numbers
from workbench.progress import OnProgress


def error(text: str) -> mo.Html:
    """Show an error; show nothing if the text is empty."""
    if not text:
        return mo.Html("")
    return mo.callout(mo.Html(f'<div class="wb-trouble">{escape(text)}</div>'), kind="danger")


def kept_counts(session: ScoresSession, verdicts: pl.DataFrame) -> mo.Html:
    """Show how many threads and turns are kept."""
    threads, turns = session.kept(verdicts)
    all_threads, all_turns = session.size
    share = numbers.percent(threads, all_threads)
    counts = {
        "kept": (threads, f"threads kept of {all_threads:,} ({share})"),
        "turns": (turns, f"turns in them of {all_turns:,}"),
        "removed": (all_threads - threads, "threads removed"),
    }
    items = "".join(
        f'<div><b data-testid="{name}">{count:,}</b> <span>{label}</span></div>'
        for name, (count, label) in counts.items()
    )
    return mo.Html(f'<div class="wb-counts" aria-live="polite">{items}</div>')


def progress_callback(bar: Any) -> OnProgress:  # noqa: ANN401 (marimo does not export the type)
    """Return a callback that moves a progress bar of a hundred steps."""
    shown = 0

    def advance(done: int, total: int) -> None:
        nonlocal shown
        if (percent := done * 100 // max(total, 1)) > shown:
            bar.update(percent - shown)
            shown = percent

    return advance
