"""Report how good trained classifiers are, and count labels and known instructions."""

import json
from pathlib import Path

import dataframely as dy
import polars as pl
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench import labels
from workbench.classifiers import evaluation, prompt_classifier, quality, reply_classifier
from workbench.classifiers.model_file import Model, Part
from workbench.classifiers.quality import Quality
from workbench.display import numbers
from workbench.instructions.file_reader import Reading
from workbench.schemas import Instructions
from workbench.text import sanitize
from workbench.text.counts import counted

#: Thresholds to show.
THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
#: Below the figures on sets of labels.
ABOUT_FAIR = (
    "Only your fair sample shows how good the classifier is on your tweets. Intervals are 95 % by "
    "bootstrap. Labels set in bulk are not used for figures."
)
#: Kind of a classifier -> what its expected yield counts.
YIELDS = {
    prompt_classifier.KIND: "how many of the kept openers fit",
    reply_classifier.KIND: "how many of the kept threads have an answer",
}


def trained(model: Model, held_out: pl.DataFrame) -> RenderableType:
    """Show the training data of a model, and how good it is on held-out rows.

    Args:
        model: The model.
        held_out: Held-out rows, see `quality.by_set`.
    """
    data = model.trained_on
    counts = f"{data['yes']:,} yes, {data['borderline']:,} borderline, {data['no']:,} no"
    sources = ", ".join(f"{count:,} {source}" for source, count in data["sources"].items())
    table = Table(title=f"Model `{model.kind}`", title_justify="left", box=None)
    table.add_column("held out, by groups")
    columns = ["question", "average precision", "precision at half recall", "calibration error"]
    for column in columns:
        table.add_column(column, justify="left" if column == "question" else "right")
    parts = {"surface features": model.surface}
    for digest, part in model.both.items():
        parts[f"with vectors of {model.embedders[digest]}"] = part
    for name, part in parts.items():
        for cells in _quality(name, part):
            table.add_row(*cells)
    evaluated = next(iter(parts.values())).evaluation["yes"]["rows"]
    subset = f"; evaluated on {evaluated:,} of them" if evaluated < data["rows"] else ""
    about = Text(f"trained on {counts} ({sources}){subset}")
    return Group(table, about, measured(quality.by_set(held_out)))


def measured(sets: dict[str, Quality]) -> RenderableType:
    """Show how good a new classifier is on sets of held-out labels, as the page Label does.

    Args:
        sets: Result of `quality.by_set`.
    """
    table = Table(title="Held-out labels", title_justify="left", box=None)
    table.add_column("on")
    for column in ["labels", "yes", "no", "average precision", "95 % interval"]:
        table.add_column(column, justify="right")
    for name, figures in sets.items():
        shown = [figures.rows, figures.yes, figures.no]
        counts = [f"{count:,}" for count in shown]
        table.add_row(name, *counts, *quality_cells(figures))
    return Group(table, Text(ABOUT_FAIR))


def quality_cells(figures: Quality) -> tuple[str, str]:
    """Return the average precision and its interval, or what is missing to tell."""
    if figures.average_precision is None:
        return quality.too_few(figures.yes, figures.no), ""
    interval = f"{numbers.metric(figures.low)} to {numbers.metric(figures.high)}"
    return numbers.metric(figures.average_precision), interval


def _quality(name: str, part: Part) -> list[tuple[str, ...]]:
    """Return one row of cells per question that a part of a model answers."""
    return [
        (
            name,
            question,
            numbers.metric(scores["average_precision"]),
            numbers.metric(scores["precision_at_half_recall"]),
            numbers.metric(part.calibration_error),
        )
        for question, scores in part.evaluation.items()
    ]


def thresholds(scores: pl.Series, *, model: Model) -> RenderableType:
    """Show what thresholds on the probabilities of a new model would keep of a workspace.

    Args:
        scores: Probability for each thread of the workspace; null without a prediction.
        model: The model.
    """
    title = f"Threshold on the new `{model.kind}` for {len(scores):,} threads"
    table = Table(title=title, title_justify="left", box=None)
    columns = ["threshold", "kept", "of all", "expected precision", "expected yield"]
    for column in columns:
        table.add_column(column, justify="right")
    expected = evaluation.expected(scores)
    for row in expected.filter(pl.col("threshold").is_in(THRESHOLDS)).to_dicts():
        precision = row["expected_precision"]
        table.add_row(
            f"{row['threshold']:.2f}",
            f"{row['kept']:,}",
            f"{row['share_kept']:.1%}",
            "-" if precision is None else f"{precision:.0%}",
            f"{row['expected_yield']:,.0f}",
        )
    share = model.part.share
    about = f"expected yield: {YIELDS[model.kind]}; calibrated where {share:.0%} of all did"
    flat = [Text(evaluation.IS_FLAT, style="bold red")] if evaluation.is_flat(scores) else []
    return Group(table, Text(about), *flat)


def applied(changes: pl.DataFrame, *, most: int = 5) -> RenderableType:
    """Show how many threads enter and leave with a new classifier, and the most changed of them.

    Args:
        changes: Result of `classifier_swap.apply`.
        most: Number of threads to list on each side.
    """
    now, then = int(changes["kept_now"].sum()), int(changes["kept_then"].sum())
    table = Table(box=None)
    table.add_column("")
    for column in ("thread", "before", "after"):
        table.add_column(column, justify="right")
    counts = []
    for side, (kept_now, kept_then) in {"enters": (False, True), "leaves": (True, False)}.items():
        rows = changes.filter(kept_now=kept_now, kept_then=kept_then)
        counts.append(f"{rows.height:,} {side.rstrip('s')}")
        moved = (pl.col("after") - pl.col("before")).abs().fill_null(0.0)
        for row in rows.sort(moved, "thread_id", descending=True).head(most).to_dicts():
            cells = (str(row["thread_id"]), *(numbers.score(row[n]) for n in ("before", "after")))
            table.add_row(side, *cells)
    text = Text(f"{now:,} kept before, {then:,} now: {' and '.join(counts)}")
    return Group(text, table) if table.row_count else text


def labelled(known: pl.DataFrame) -> RenderableType:
    """Count labels by person, with those that may be out of date.

    Args:
        known: Result of `labels.current`.
    """
    table = Table(title=counted(known.height, "label"), title_justify="left", box=None)
    table.add_column("who")
    for column in ["of", *labels.OF_TWEETS, "answers", "fair sample", "out of date", "not here"]:
        table.add_column(column, justify="left" if column == "of" else "right")
    target = (
        pl.when(pl.col("parent_id").is_null()).then(pl.lit("prompts")).otherwise(pl.lit("replies"))
    )
    counts = known.group_by("labeller", of=target).agg(
        *((pl.col("label") == name).sum().alias(name) for name in [*labels.OF_TWEETS, "answers"]),
        fair=pl.col("is_random").sum(),
        old=(~pl.col("is_current")).sum(),
        absent=pl.col("is_current").is_null().sum(),
    )
    for who, of, *totals in counts.sort("labeller", "of").iter_rows():
        table.add_row(Text(sanitize.visible(who)), of, *(f"{total:,}" for total in totals))
    about = Text(
        "fair sample: drawn from all threads, see the app `label`; out of date: a longer text has "
        "been read since; not here: in no thread of this workspace. Training uses all of them, "
        "with the text that was labelled."
    )
    return Group(table, about)


def how_to_use(folder: Path) -> Text:
    """Show the lines that make a recipe use the models, with absolute paths."""
    paths = {kind: folder.resolve() / f"{kind}.json" for kind in YIELDS}
    # JSON writes quotes and backslashes as TOML does.
    lines = [f"{kind} = {json.dumps(str(p), ensure_ascii=False)}" for kind, p in paths.items()]
    return Text("\n".join(["To use them, add to the recipe:", "[score]", *lines]))


def added(name: str, reading: Reading, *, added: int) -> str:
    """Summarize in one line how many instructions of a file were added to a workspace."""
    repeated = reading.repeated + reading.instructions.height - added
    counts = f"{counted(reading.records, 'record')}, {added:,} added"
    counts += f", {repeated:,} known before or repeated"
    counts += f", {reading.marked_up:,} marked up without a turn of the user" * bool(
        reading.marked_up
    )
    counts += f", {reading.replies:,} replies" if reading.replies else ""
    counts += f", {reading.unfit:,} labelled as not fitting" if reading.unfit else ""
    return sanitize.visible(f"{name}: {counts}, {reading.skipped:,} without an instruction")


def sources(known: dy.DataFrame[Instructions]) -> Table:
    """Count known instructions by source."""
    title = f"{known.height:,} known instructions"
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("source")
    table.add_column("instructions", justify="right")
    table.add_column("of them tweets", justify="right")
    counts = known.group_by("source", maintain_order=True).agg(
        pl.len(), tweets=pl.col("tweet_id").count()
    )
    for source, count, tweets in counts.iter_rows():
        table.add_row(Text(sanitize.visible(source)), f"{count:,}", f"{tweets:,}")
    return table
