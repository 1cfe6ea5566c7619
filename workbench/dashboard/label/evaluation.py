"""Measure the classifier in use and a new one on the labels, in a table and in charts."""

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
from workbench.display import numbers
from workbench.recipe import SelectSettings

#: Name of all training rows of a new classifier: your labels and the shipped ones.
ON_ALL = "new, on all"


def show(
    session: ScoresSession, settings: SelectSettings, trial: Experiment | None, *, kind: str
) -> mo.Html:
    """Draw precision and recall, calibration and yield of the classifier in use and of a new one.

    No curve is drawn for fewer than `FEWEST` labels. No calibration is drawn on all training rows,
    because they contain far more fitting tweets than a dump does.
    """
    rule = experiments.COLUMNS[kind]
    labelled = threshold_curves.labelled(session, rule)
    known = ~np.isnan(labelled.values)
    truths: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    if known.any():
        truths["in use, on your labels"] = (labelled.is_hit[known], labelled.values[known])
    expected = {"in use": evaluation.expected(session.scores[rule])}
    if trial is not None:
        own = trial.held_out.filter("is_own")
        for name, part in {"new, on your labels": own, ON_ALL: trial.held_out}.items():
            if part.height:
                truths[name] = ((part["target"] == 1).to_numpy(), part["chance"].to_numpy())
        expected["new"] = evaluation.expected(trial.judged["after"])
    enough = {name: rows for name, rows in truths.items() if len(rows[0]) >= FEWEST}
    curves = {name: evaluation.precision_recall(*rows) for name, rows in enough.items()}
    bins = {name: evaluation.calibration(*rows) for name, rows in enough.items() if name != ON_ALL}
    charted: list[Any] = []
    if any(truth.any() for truth, _ in enough.values()):
        charted.append(charts.evaluation.precision_recall(curves))
    if bins:
        charted.append(charts.evaluation.calibration(bins))
    current = getattr(settings, rule).min
    charted.append(charts.evaluation.yields(expected, current=current))
    return mo.vstack([_table(truths, trial), mo.hstack(charted, widths="equal", gap=1.5)])


def _table(truths: dict[str, tuple[np.ndarray, np.ndarray]], trial: Experiment | None) -> mo.Html:
    """Show average precision and calibration error in a table, with a note on their meaning."""
    part = trial.model.part if trial else None
    lines = "".join(
        f"<tr><td>{name}</td><td>{len(truth):,}</td><td>{int(truth.sum()):,}</td>"
        f"{_quality(truth, chance, part=part if name == ON_ALL else None)}</tr>"
        for name, (truth, chance) in truths.items()
    )
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("classifier", "labels", "yes", "average precision", "calibration error")
    )
    about = "Label some and train: the new classifier appears here beside the one in use."
    if trial is not None:
        about = (
            "The new classifier is measured on rows that it was not trained on. Rows of the same "
            "author or thread and near duplicates were left out of the training too. Labels of "
            "uncertain threads make a classifier look worse than it is; random labels are fair. "
            f"On all, the calibration error is that of <code>workbench trial</code>: for "
            f"{trial.model.part.share:.1%} yes, which the probabilities assume for all tweets."
        )
    table = f'<table class="wb-files wb-numbers"><tr>{head}</tr>{lines}</table>'
    return mo.Html(
        f'<div style="display:inline-block">{table if truths else ""}</div>'
        f'<p class="wb-said"><small>{about}</small></p>'
    )


def _quality(truth: np.ndarray, chance: np.ndarray, *, part: Part | None) -> str:
    """Render the cells of the average precision and the calibration error.

    Args:
        truth: Rows labelled yes.
        chance: Predicted probabilities.
        part: Part of a new classifier, to show its own calibration error; None to compute it.
    """
    if len(truth) < FEWEST:
        return f'<td colspan="2">fewer than {FEWEST}: too few</td>'
    precision = evaluation.average_precision(truth, chance)
    error = part.calibration_error if part else evaluation.calibration_error(truth, chance)
    shown = numbers.metric(precision)
    return f"<td>{shown}</td><td>{numbers.metric(error)}</td>"
