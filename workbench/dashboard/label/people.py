"""Show how far people agree, and let them settle what they labelled differently."""

import marimo as mo
import polars as pl

from workbench import labels
from workbench.classifiers import prompt_classifier
from workbench.dashboard.label import items
from workbench.dashboard.label.annotator import Annotator
from workbench.dashboard.label.items import ItemList
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import html, numbers
from workbench.labels import agreement
from workbench.labels.agreement import Agreement
from workbench.storage import Workspace
from workbench.text import sanitize

#: Disagreements that are read at once.
MOST = 100

_ABOUT = (
    "Cohen's kappa is the agreement beyond chance: 1 is full agreement, 0 is what chance gives. "
    "Only labels that each person set alone count: none in bulk, none that settle a disagreement."
)
_NOBODY = (
    "Nobody else has labelled the same threads yet. To compare, import the labels of a second "
    "person (<code>workbench labels import</code>), or let them label here with the order "
    "“Second opinion”."
)


def table(workspace: Workspace, *, kind: str) -> mo.Html:
    """Show the agreement of each pair of people."""
    known, replies = labels.load(workspace), kind != prompt_classifier.KIND
    compared = agreement.pairs(known, replies=replies)
    if not compared:
        return mo.Html(f'<p class="wb-said" data-testid="agreement">{_NOBODY}</p>')
    heads = ("people", "labelled by both", "same label", "Cohen's kappa")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    rows = "".join(_row(pair) for pair in compared)
    return mo.Html(
        f'<table class="wb-files wb-numbers" data-testid="agreement"><tr>{head}</tr>{rows}</table>'
        f'<p class="wb-said"><small>{_ABOUT}</small></p>'
    )


def _row(pair: Agreement) -> str:
    names = " and ".join(_name(name) for name in (pair.first, pair.second))
    if pair.kappa is not None:
        kappa = numbers.score(pair.kappa)
    elif pair.rows < agreement.FEWEST:
        kappa = f"too few to tell: needs {agreement.FEWEST - pair.rows} more"
    else:
        kappa = "not defined: both used one label only"
    return (
        f'<tr><th scope="row">{names}</th><td>{pair.rows:,}</td>'
        f"<td>{numbers.percent(pair.same, pair.rows)}</td><td>{kappa}</td></tr>"
    )


def disagreements(session: ScoresSession, *, kind: str) -> ItemList:
    """Return what people labelled differently, to be settled one after the other."""
    replies = kind != prompt_classifier.KIND
    rows = agreement.disagreements(labels.load(session.workspace), replies=replies)
    return ItemList(
        [
            items.of_label(session, row, why="settle", note=_votes(row["votes"]))
            for row in rows.head(MOST).iter_rows(named=True)
        ],
        kind=kind,
    )


def settling(
    session: ScoresSession, *, kind: str, labeller: str
) -> tuple[mo.Html, mo.ui.anywidget | None]:
    """Return how many disagreements are left, and what shows one after the other to settle them."""
    waiting = disagreements(session, kind=kind)
    if not waiting.size:
        text = '<p class="wb-said" data-testid="settled">No disagreement is left.</p>'
        return mo.Html(text), None
    about = mo.Html(
        f'<p class="wb-said" data-testid="disagreements"><b>{waiting.size:,}</b> disagreements. '
        "Your label settles one: training uses it, and what each person thought alone stays."
        "</p>"
    )
    if not labeller:
        return about, None
    widget = Annotator(session, waiting, labeller=labeller, method=labels.SETTLED)
    return about, mo.ui.anywidget(widget)


def _votes(votes: list[dict[str, str]]) -> str:
    shown = pl.DataFrame(votes).with_columns(
        pl.col("labeller").map_elements(_plain, return_dtype=pl.String)
    )
    by_label = shown.group_by("label", maintain_order=True).agg(pl.col("labeller").str.join(", "))
    return "; ".join(f"“{label}” by {names}" for label, names in by_label.rows())


def _name(name: str) -> str:
    return html.inline(_plain(name))


def _plain(name: str) -> str:
    return sanitize.plain(name, most=labels.LONGEST_NAME)
