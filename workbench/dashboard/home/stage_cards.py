"""Draw a card for each stage: what it made, whether that is up to date, and a button to run it."""

from collections.abc import Mapping
from html import escape

import marimo as mo

from workbench import pipeline
from workbench.dashboard.components import job_status, navigation
from workbench.dashboard.home.workspace_state import View
from workbench.display import numbers
from workbench.pipeline import run_summary
from workbench.pipeline.stages import INGEST

#: Where dumps are chosen.
DUMPS = navigation.link("home.py", query="tab=Dumps")


def cards(view: View, buttons: Mapping[str, object]) -> mo.Html:
    """Show the stages in order.

    Args:
        view: State of the workspace.
        buttons: Stage -> button that runs it.
    """
    items = "".join(
        _card(state, number=number, view=view, button=buttons.get(state.stage.name))
        for number, state in enumerate(view.states, start=1)
    )
    return mo.Html(f'<ol class="wb-stages" aria-label="Stages">{items}</ol>')


def _card(state: pipeline.State, *, number: int, view: View, button: object) -> str:
    name, last = state.stage.name, state.last
    mark, status = _status(state, is_running=view.stage == name)
    finished = (
        f"{job_status.moment(last.finished_at)}, in {numbers.duration(last.seconds)}"
        if last
        else ""
    )
    if state.stage is INGEST:
        action = f'<a href="{DUMPS}">Choose dumps</a>'
    else:
        action = str(getattr(button, "text", ""))
    main, _, rest = run_summary.table_sizes(state).partition(", ")
    return (
        f'<li class="wb-stage wb-{mark}" data-testid="card-{name}"><h3><small>{number}</small> '
        f'{name}</h3><p class="wb-what">{escape(state.stage.title)}</p>'
        f'<p class="wb-size" data-testid="rows-{name}"><b>{escape(main)}</b> {escape(rest)}</p>'
        f'<p data-testid="state-{name}"><span class="wb-state wb-{mark}">{escape(status)}</span>'
        f'</p><p class="wb-when">{finished}</p>'
        f'<div class="wb-do">{action}</div></li>'
    )


def _status(state: pipeline.State, *, is_running: bool) -> tuple[str, str]:
    """Return the mark of a stage, and its state in words."""
    if is_running:
        return "run", "running"
    if state.is_fresh:
        return "fresh", "up to date" if state.last else "nothing to do: no thread is kept"
    return ("stale" if state.last else "none"), state.reason.replace("`", "")
