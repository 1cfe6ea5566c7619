"""Charts of what the rules remove, and of the threshold of one rule."""

import marimo as mo
import polars as pl

from workbench import charts, selection
from workbench.dashboard.components import rule_controls, threshold_curves
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import SelectSettings

#: Choice of a chart that shows all rules.
EVERY_RULE = "all rules"


def chooser() -> mo.ui.dropdown:
    """Return the control to choose all rules, or one rule with bounds."""
    options: dict[str, str] = {EVERY_RULE: ""} | rule_controls.titles("bounds")
    return mo.ui.dropdown(options, EVERY_RULE, label="Chart")


def show(
    session: ScoresSession,
    verdicts: pl.DataFrame,
    *,
    chooser: mo.ui.dropdown,
    settings: SelectSettings,
) -> mo.Html:
    """Draw what all rules leave and remove, or the threshold of one rule and what labels say of it.

    Args:
        session: Scores and labels.
        verdicts: Result of `ScoresSession.verdicts`.
        chooser: Result of `chooser`.
        settings: The rules.
    """
    if not chooser.value:
        drawn = [
            charts.funnel(selection.funnel(verdicts)),
            charts.attribution(selection.attribution(verdicts)),
        ]
        return mo.vstack([chooser, *drawn])
    rule, axis = str(chooser.value), session.axis(str(chooser.value))
    histogram = threshold_curves.histogram(rule, settings, axis=axis, kept=verdicts["kept"])
    labelled = threshold_curves.labelled(session, rule)
    precision = threshold_curves.show(
        labelled, getattr(settings, rule), axis=axis, threads=session.size[0]
    )
    return mo.vstack([chooser, histogram, precision])
