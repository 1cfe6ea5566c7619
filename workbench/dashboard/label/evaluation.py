"""Evaluating: how far the judge in use and a tried one can be trusted, by labels and in charts."""

from typing import Any

import marimo as mo
import numpy as np

from workbench import charts
from workbench.classifiers import evaluation, experiments
from workbench.classifiers.experiments import Experiment
from workbench.classifiers.model_file import Part
from workbench.dashboard.components import threshold_curves
from workbench.dashboard.components.threshold_curves import FEWEST
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import html
from workbench.recipe import SelectSettings

#: The rows that a tried judge has learned from, yours and those that ship.
ON_ALL = "new, on all"


def show(
    live: ScoresSession, settings: SelectSettings, trial: Experiment | None, *, kind: str
) -> mo.Html:
    """Draw precision and recall, calibration and yield of the judge in use and of a tried one.

    Of labels too few to tell no curve is drawn. The rows that all judges learn from hold far more
    of what fits than other tweets do, so that no calibration is drawn on all of them.
    """
    rule = experiments.COLUMNS[kind]
    judged = threshold_curves.labelled(live, rule)
    known = ~np.isnan(judged.values)
    truths: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    if known.any():
        truths["in use, on your labels"] = (judged.is_hit[known], judged.values[known])
    expected = {"in use": evaluation.expected(live.scores[rule])}
    if trial is not None:
        own = trial.held_out.filter("is_own")
        for name, part in {"new, on your labels": own, ON_ALL: trial.held_out}.items():
            if part.height:
                truths[name] = ((part["target"] == 1).to_numpy(), part["chance"].to_numpy())
        expected["new"] = evaluation.expected(trial.judged["after"])
    shown = [_said(truths, trial)]
    enough = {name: judged for name, judged in truths.items() if len(judged[0]) >= FEWEST}
    curves = {name: evaluation.precision_recall(*judged) for name, judged in enough.items()}
    bins = {
        name: evaluation.calibration(*judged) for name, judged in enough.items() if name != ON_ALL
    }
    charted: list[Any] = []
    if any(truth.any() for truth, _ in enough.values()):
        charted.append(charts.evaluation.precision_recall(curves))
    if bins:
        charted.append(charts.evaluation.calibration(bins))
    current = getattr(settings, rule).min
    charted.append(charts.evaluation.yields(expected, current=current))
    return mo.vstack([*shown, mo.hstack(charted, widths="equal", gap=1.5)])


def _said(truths: dict[str, tuple[np.ndarray, np.ndarray]], trial: Experiment | None) -> mo.Html:
    """Put the average precisions into a table, and say what they are worth."""
    lines = "".join(
        f"<tr><td>{name}</td><td>{len(truth):,}</td><td>{int(truth.sum()):,}</td>"
        f"{_worth(truth, chance, part=trial.model.part if trial and name == ON_ALL else None)}</tr>"
        for name, (truth, chance) in truths.items()
    )
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("judge", "labels", "yes", "average precision", "calibration error")
    )
    about = "Label some and train: the new judge appears here beside the one in use."
    if trial is not None:
        about = (
            "The new judge is measured on rows that it has not seen, nor anything of their author "
            "or thread, nor anything nearly the same. Labels chosen for doubt make a judge look "
            "worse than it is; those drawn at random are fair. On all, the calibration error is "
            f"that of <code>workbench trial</code>: where {trial.model.part.share:.1%} are a yes, "
            "as the probabilities suppose of all tweets."
        )
    table = f'<table class="wb-files wb-numbers"><tr>{head}</tr>{lines}</table>'
    return mo.Html(
        f'<div style="display:inline-block">{table if truths else ""}</div>'
        f'<p class="wb-said"><small>{about}</small></p>'
    )


def _worth(truth: np.ndarray, chance: np.ndarray, *, part: Part | None) -> str:
    """Write the cells of the average precision and the calibration error.

    Args:
        truth: Which rows are a yes.
        chance: What the judge says of them.
        part: Part of a tried judge whose own calibration error is told; None to take it here.
    """
    if len(truth) < FEWEST:
        return f'<td colspan="2">fewer than {FEWEST}: too few to tell</td>'
    precision = evaluation.average_precision(truth, chance)
    error = part.calibration_error if part else evaluation.calibration_error(truth, chance)
    shown = html.number(None if np.isnan(precision) else precision, digits=3)
    return f"<td>{shown}</td><td>{error:.3f}</td>"
