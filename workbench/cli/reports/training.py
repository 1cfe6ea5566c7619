"""Learning: how good the trained models are, as tables for a terminal."""

import json
from pathlib import Path

import dataframely as dy
import polars as pl
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workbench import labels
from workbench.classifiers import evaluation, prompt_classifier, reply_classifier
from workbench.classifiers.model_file import Model, Part
from workbench.instructions.file_reader import Reading
from workbench.schemas import Instructions
from workbench.text import sanitize

#: Thresholds that are shown.
THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
#: Judge -> what its expected yield counts.
YIELDS = {
    prompt_classifier.KIND: "how many of the kept openers fit",
    reply_classifier.KIND: "how many of the kept threads have an answer",
}


def trained(model: Model) -> RenderableType:
    """Show what a model was trained on, and how good its parts are on held-out rows."""
    told = model.trained_on
    counts = f"{told['yes']:,} yes, {told['borderline']:,} borderline, {told['no']:,} no"
    sources = ", ".join(f"{count:,} {source}" for source, count in told["sources"].items())
    table = Table(title=f"Model `{model.kind}`", title_justify="left", box=None)
    table.add_column("held out, by groups")
    columns = ["asked", "average precision", "precision at half recall", "calibration error"]
    for column in columns:
        table.add_column(column, justify="left" if column == "asked" else "right")
    parts = {"surface features": model.surface}
    for digest, part in model.both.items():
        parts[f"with vectors of {model.embedders[digest]}"] = part
    for name, part in parts.items():
        for row in _rows(name, part):
            table.add_row(*row)
    judged = next(iter(parts.values())).evaluation["yes"]["rows"]
    told_apart = f"; judged by {judged:,} of them" if judged < told["rows"] else ""
    return Group(table, Text(f"trained on {counts} ({sources}){told_apart}"))


def _rows(name: str, part: Part) -> list[tuple[str, ...]]:
    return [
        (
            name,
            question,
            f"{found['average_precision']:.3f}",
            f"{found['precision_at_half_recall']:.3f}",
            f"{part.calibration_error:.3f}",
        )
        for question, found in part.evaluation.items()
    ]


def thresholds(scores: pl.Series, *, model: Model) -> RenderableType:
    """Show what thresholds on the probability by a new model would give on a workspace.

    Args:
        scores: What the model says of the threads of the workspace; null where it says nothing.
        model: The model.
    """
    title = f"Threshold on what the new `{model.kind}` says of {len(scores):,} threads"
    table = Table(title=title, title_justify="left", box=None)
    columns = ["threshold", "kept", "of all", "expected precision", "expected yield"]
    for column in columns:
        table.add_column(column, justify="right")
    frame = evaluation.expected(scores)
    for row in frame.filter(pl.col("threshold").is_in(THRESHOLDS)).to_dicts():
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


def labelled(known: pl.DataFrame) -> RenderableType:
    """Count labels by person, and say what may be wrong with them.

    Args:
        known: What `labels.current` gives.
    """
    table = Table(title=f"{known.height:,} labels", title_justify="left", box=None)
    table.add_column("who")
    for column in ["of", *labels.OF_TWEETS, "answers", "fair sample", "out of date", "not here"]:
        table.add_column(column, justify="left" if column == "of" else "right")
    judged = (
        pl.when(pl.col("parent_id").is_null()).then(pl.lit("prompts")).otherwise(pl.lit("replies"))
    )
    counts = known.group_by("labeller", of=judged).agg(
        *((pl.col("label") == name).sum().alias(name) for name in [*labels.OF_TWEETS, "answers"]),
        fair=pl.col("is_random").sum(),
        old=(~pl.col("is_current")).sum(),
        absent=pl.col("is_current").is_null().sum(),
    )
    for who, of, *numbers in counts.sort("labeller", "of").iter_rows():
        table.add_row(Text(sanitize.visible(who)), of, *(f"{number:,}" for number in numbers))
    about = Text(
        "fair sample: drawn from all threads, see the app `label`; out of date: a longer text has "
        "been read since; not here: in no thread of this workspace. All are learned from, with the "
        "words that were judged."
    )
    return Group(table, about)


def how_to_use(folder: Path) -> Text:
    """Say how a recipe takes the models, wherever it lies."""
    paths = {kind: folder.resolve() / f"{kind}.json" for kind in YIELDS}
    # JSON writes quotes and backslashes as TOML does.
    lines = [f"{kind} = {json.dumps(str(p), ensure_ascii=False)}" for kind, p in paths.items()]
    return Text("\n".join(["To use them, write into the recipe:", "[score]", *lines]))


def added(name: str, found: Reading, *, added: int) -> str:
    """Tell in one line what a file of instructions gave to a workspace."""
    repeated = found.repeated + found.instructions.height - added
    told = f"{found.records:,} records, {added:,} added, {repeated:,} known before or repeated"
    told += f", {found.replies:,} replies" if found.replies else ""
    told += f", {found.unfit:,} labelled as not fitting" if found.unfit else ""
    return sanitize.visible(f"{name}: {told}, {found.skipped:,} without an instruction")


def sources(known: dy.DataFrame[Instructions]) -> Table:
    """Count instructions by source."""
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
