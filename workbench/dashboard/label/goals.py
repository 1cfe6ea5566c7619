"""Count the labels of a kind, and say how far the fair sample is from telling anything."""

from typing import Any

import marimo as mo
import polars as pl

from workbench import labels
from workbench.classifiers import prompt_classifier
from workbench.classifiers.training_rows import FEWEST
from workbench.display import html, numbers
from workbench.storage import Workspace
from workbench.text import sanitize

#: Labels that mean yes.
YES = ["fits", "answers"]


def of_kind(known: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Return the labels that one classifier learns from."""
    is_pair = pl.col("parent_id").is_not_null()
    return known.filter(~is_pair if kind == prompt_classifier.KIND else is_pair)


def fair(known: pl.DataFrame) -> tuple[int, int, int]:
    """Count the fair sample: yes, no, and all of it.

    Args:
        known: Result of `labels.latest`. Of several people's labels of a text the last counts.
    """
    rows = known.filter(
        pl.col("is_random").fill_null(value=False),
        pl.col("method").fill_null("") != labels.BULK,
    ).unique(["tweet_id", "parent_id"], keep="last", maintain_order=True)
    yes = rows.filter(pl.col("label").is_in(YES)).height
    return yes, rows.filter(label="no").height, rows.height


def progress(known: pl.DataFrame, *, share: float | None) -> dict[str, Any]:
    """Describe the fair sample and what it still needs, for the page.

    Args:
        known: Labels of one kind, see `of_kind`.
        share: Mean probability of yes of all threads, the guess until labels show a better one.

    Returns:
        `yes` and `no` (counts), `goal` (of each), `text` (what comes next) and `all` (the number of
        labels of all people).
    """
    newest = labels.latest(known)
    yes, no, rows = fair(newest)
    if min(yes, no) >= FEWEST:
        text = "Enough to tell: the next training measures and calibrates itself on them."
    else:
        text = _still_needed(yes, no, rows, share)
    return {"yes": yes, "no": no, "goal": FEWEST, "text": text, "all": newest.height}


def _still_needed(yes: int, no: int, rows: int, share: float | None) -> str:
    # From ten labels on, the share in them is a better guess than the classifier's.
    if rows >= FEWEST and yes:
        share = yes / rows
    text = "Order “Fair sample” brings them."
    if share is None or not 0 < share < 1:
        return text
    left = max((FEWEST - yes) / share, (FEWEST - no) / (1 - share), 1)
    shown = f"{share:.0%}" if share >= 0.01 else "less than 1%"
    return f"About {_rounded(left)} more, if {shown} are yes. {text}"


def _rounded(count: float) -> str:
    """Round a guess: to tens from 20 on, to hundreds from 200 on."""
    step = 1 if count < 20 else 10 if count < 200 else 100
    return numbers.count(-(-count // step) * step)


def tally(workspace: Workspace, *, kind: str, names: list[str]) -> mo.Html:
    """Show the number of labels of a kind, by person and label.

    Args:
        workspace: Workspace with the labels.
        kind: Which classifier learns from them.
        names: The labels, in order.
    """
    known = of_kind(labels.latest(labels.load(workspace)), kind)
    counts = (
        known.group_by("labeller")
        .agg(
            *((pl.col("label") == name).sum().alias(name) for name in names),
            total=pl.len(),
            bulk=(pl.col("method").fill_null("") == labels.BULK).sum(),
            fair=pl.col("is_random").fill_null(value=False).sum(),
        )
        .sort("total", "labeller", descending=[True, False])
    )
    heads = ["who", *names, "all", "in bulk", "fair sample"]
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    rows = "".join(
        f'<tr><th scope="row">'
        f"{html.inline(sanitize.plain(row['labeller'], most=labels.LONGEST_NAME))}</th>"
        + "".join(f"<td>{row[name]:,}</td>" for name in [*names, "total", "bulk", "fair"])
        + "</tr>"
        for row in counts.head(12).iter_rows(named=True)
    )
    return mo.Html(
        f'<p class="wb-said"><b data-testid="labelled">{known.height:,}</b> labels</p>'
        f'<div style="overflow-x:auto"><table class="wb-files wb-numbers"><tr>{head}</tr>{rows}'
        "</table></div>"
    )
