"""Messages and progress bars that every page shows alike."""

from html import escape
from typing import Any

import marimo as mo

from workbench.progress import OnProgress


def error(text: str) -> mo.Html:
    """Show an error; show nothing if the text is empty."""
    if not text:
        return mo.Html("")
    return mo.callout(mo.Html(f'<div class="wb-trouble">{escape(text)}</div>'), kind="danger")


def progress_callback(bar: Any) -> OnProgress:  # noqa: ANN401 (marimo does not export the type)
    """Return a callback that moves a progress bar of a hundred steps."""
    shown = 0

    def advance(done: int, total: int) -> None:
        nonlocal shown
        if (percent := done * 100 // max(total, 1)) > shown:
            bar.update(percent - shown)
            shown = percent

    return advance
