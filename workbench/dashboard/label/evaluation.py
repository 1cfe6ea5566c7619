"""Measure the classifier in use and a new one on the labels, in a table and in charts."""

from typing import Any

import marimo as mo
import numpy as np

from workbench import charts
from workbench.classifiers import evaluation, experiments, quality
from workbench.classifiers.experiments import Experiment
from workbench.classifiers.model_file import Part
from workbench.classifiers.quality import EVERY, Quality
from workbench.dashboard.components import threshold_curves
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import numbers
from workbench.recipe import SelectSettings

#: Name of the classifier in use, on the labels of the workspace.
IN_USE = "in use, on your labels"
#: Name of a new classifier on all held-out rows: your labels and the shipped ones.
ON_EVERY = f"new, on {EVERY}"

_ABOUT_NEW = (
    "The new classifier is measured on rows that it was not trained on. Rows of the same author or "
    "thread and near duplicates were left out of the training too. Labels of uncertain threads "
    "make a classifier look worse than it is; only the fair sample shows how good it is on your "
    "tweets. The figures are those of <code>workbench trial</code>. On all training texts, the "
    "calibration error is for {share:.1%} yes, which the probabilities assume for all tweets."
)
_ABOUT_NONE = "Label some and train: the new classifier appears here beside the one in use."


def show(
    session: ScoresSession, settings: SelectSettings, trial: Experiment | None, *, kind: str
) -> mo.Html:
    """Draw precision and recall, calibration and yield of the classifier in use and of a new one.

    No curve is drawn if there are too few labels to tell, see `quality.missing`. No calibration is
    drawn on all training rows, because they contain far more fitting tweets than a dump does.
    """
    rule = experiments.COLUMNS[kind]
    labelled = threshold_curves.labelled(session, rule)
    known = ~np.isnan(labelled.values)
    in_use = (labelled.is_hit[known].astype(np.float64), labelled.values[known])
    rows = {IN_USE: in_use} if known.any() else {}
    figures = {name: quality.of(*pair) for name, pair in rows.items()}
    expected = {"in use": evaluation.expected(session.scores[rule])}
    if trial is not None:
        for name, part in quality.sets(trial.held_out).items():
            if part.height:
                rows[f"new, on {name}"] = (part["target"].to_numpy(), part["chance"].to_numpy())
                figures[f"new, on {name}"] = quality.of(*rows[f"new, on {name}"])
        expected["new"] = evaluation.expected(trial.judged["after"])
    charted = _curves({name: rows[name] for name, one in figures.items() if one.low is not None})
    current = getattr(settings, rule).min
    charted.append(charts.evaluation.yields(expected, current=current))
    return mo.vstack([_table(figures, trial), mo.hstack(charted, widths="equal", gap=1.5)])


def _curves(rows: dict[str, tuple[np.ndarray, np.ndarray]]) -> list[Any]:
    """Draw precision and recall, and the calibration of all but the training rows."""
    truths = {name: (targets == 1, chances) for name, (targets, chances) in rows.items()}
    if not truths:
        return []
    curves = {name: evaluation.precision_recall(*pair) for name, pair in truths.items()}
    bins = {
        name: evaluation.calibration(*pair) for name, pair in truths.items() if name != ON_EVERY
    }
    charted: list[Any] = [charts.evaluation.precision_recall(curves)]
    if bins:
        charted.append(charts.evaluation.calibration(bins))
    return charted


def _table(figures: dict[str, Quality], trial: Experiment | None) -> mo.Html:
    """Show average precision with its interval and the calibration error, or what is missing."""
    part = trial.model.part if trial else None
    about = _ABOUT_NEW.format(share=part.share) if part else _ABOUT_NONE
    lines = "".join(
        f'<tr><th scope="row">{name}</th><td>{one.rows:,}</td><td>{one.yes:,}</td>'
        f"<td>{one.no:,}</td>{_cells(one, part if name == ON_EVERY else None)}</tr>"
        for name, one in figures.items()
    )
    heads = (
        "classifier",
        "labels",
        "yes",
        "no",
        "average precision",
        "95 % interval",
        "calibration error",
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    table = (
        f'<table class="wb-files wb-numbers" data-testid="quality"><tr>{head}</tr>{lines}</table>'
    )
    return mo.Html(
        f'<div style="display:inline-block;max-width:100%;overflow-x:auto">'
        f'{table if figures else ""}</div><p class="wb-said"><small>{about}</small></p>'
    )


def _cells(figures: Quality, part: Part | None) -> str:
    """Render the cells of the figures.

    Args:
        figures: The figures.
        part: Part of a new classifier, to show its own calibration error; None for that of the
            labels.
    """
    if figures.average_precision is None:
        return f'<td colspan="3">{quality.too_few(figures.yes, figures.no)}</td>'
    error = part.calibration_error if part else figures.calibration_error
    interval = f"{numbers.metric(figures.low)} to {numbers.metric(figures.high)}"
    cells = (numbers.metric(figures.average_precision), interval, numbers.metric(error))
    return "".join(f"<td>{cell}</td>" for cell in cells)
