"""Show one record of each format, from the threads that are kept now."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

import polars as pl

from workbench import export
from workbench.dashboard.curate.live_counts import LiveCounts
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.exceptions import ExportError
from workbench.export import target_checks
from workbench.export.formats import by_name
from workbench.recipe import ExportSettings, Recipe
from workbench.text import sanitize

#: Number of kept threads that are tried for a record.
TRIED = 200

#: Characters and lines of a record to show.
LONGEST, MOST_LINES = 4_000, 60


class Example(NamedTuple):
    """What the card of a format shows, as plain texts.

    Args:
        records: How many records there would be; empty if unknown.
        example: The first record as indented JSON, cut after `MOST_LINES`; empty if there is none.
        problem: Why there is none; empty if there is one.
    """

    records: str
    example: str
    problem: str


def of(
    session: ScoresSession,
    verdicts: pl.DataFrame,
    *,
    recipe: Recipe,
    formats: Iterable[str],
    counts: LiveCounts | None = None,
) -> dict[str, Example]:
    """Return the card of each format.

    Args:
        session: Scores and workspace.
        verdicts: Result of `ScoresSession.verdicts`.
        recipe: Its export settings.
        formats: Names as in a recipe, for example `messages` or `messages.parquet`.
        counts: Numbers of records; None if they are unknown.
    """
    turns, threads = _tried(session, verdicts)
    answers, decisions = session.answers(threads["thread_id"]), session.decisions()
    examples = {}
    for name in formats:
        if problem := _refusal(name, recipe.export_settings):
            examples[name] = Example("", "", problem)
            continue
        first = export.preview(
            turns,
            threads,
            threads.select("thread_id", kept=pl.lit(value=True)),
            recipe=recipe,
            secret=session.workspace.secret,
            answers=answers,
            decisions=decisions,
            limit=1,
            format=name,
        )
        problem = "" if first else _nothing(verdicts)
        examples[name] = Example(_records(name, counts), _json(first[0]) if first else "", problem)
    return examples


def _tried(session: ScoresSession, verdicts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the turns and the rows of the first kept threads, without deleted tweets."""
    threads = session.scores.filter(verdicts["kept"]).head(TRIED)
    is_tried = pl.col("thread_id").is_in(threads["thread_id"].implode())
    turns = session.workspace.scan("turns").filter(is_tried).collect()
    deleted = turns.join(session.workspace.without_deleted(turns), on="tweet_id", how="anti")
    left = [
        frame.join(deleted, on="thread_id", how="anti", maintain_order="left")
        for frame in (turns, threads)
    ]
    return left[0], left[1]


def _refusal(name: str, settings: ExportSettings) -> str:
    """Say why a format cannot express what the recipe asks for; empty if it can."""
    try:
        target_checks.check([by_name(name)], settings, is_rated=True)
    except ExportError as error:
        return str(error)
    return ""


def _nothing(verdicts: pl.DataFrame) -> str:
    kept = int(verdicts["kept"].sum())
    if not kept:
        return "No thread is kept."
    which = "No kept thread" if kept <= TRIED else f"None of the first {TRIED} kept threads"
    return f"{which} has a record in this format."


def _records(name: str, counts: LiveCounts | None) -> str:
    if counts is None or (count := counts.records.get(by_name(name).format.NAME)) is None:
        return ""
    return f"{'about ' if counts.is_estimate else ''}{count:,} record{'s' * (count != 1)}"


def _json(record: Any) -> str:  # noqa: ANN401 (each format has its own records)
    text = json.dumps(record, indent=2, ensure_ascii=False, default=str)
    lines = text[:LONGEST].split("\n")
    shown = [sanitize.visible(line) for line in lines[:MOST_LINES]]
    return "\n".join([*shown, "…"] if len(text) > LONGEST or len(lines) > MOST_LINES else shown)
