"""Apply the trained classifiers to every thread and every reply."""

from pathlib import Path
from typing import NamedTuple

import dataframely as dy
import polars as pl

from workbench.classifiers import model_file, prompt_classifier, reply_classifier
from workbench.embeddings.embedders import Space
from workbench.embeddings.lance_table import Bounds
from workbench.recipe import ScoreSettings
from workbench.schemas import ReplyScores


class Predictions(NamedTuple):
    """What the classifiers say.

    Args:
        roots: `root_id`, `suitability`, `answer` and `best_reply_id`, one row per thread that any
            classifier can rate.
        replies: One row per reply that the reply classifier can rate.
    """

    roots: pl.DataFrame
    replies: dy.DataFrame[ReplyScores]


def from_threads(
    turns: pl.LazyFrame,
    facts: pl.DataFrame,
    *,
    path: Path,
    embedder: Space,
    settings: ScoreSettings,
    within: Bounds | None = None,
) -> Predictions:
    """Rate the first turn of every thread, and every reply that may be an answer.

    Args:
        turns: Table `Turns`.
        facts: Table `Threads`.
        path: Folder of the vectors, see `workbench.embeddings`.
        embedder: Embedder of the vectors.
        settings: Which models to apply.
        within: Lowest and highest id of the threads; reads only their vectors.

    Raises:
        ModelError: If a model cannot be read, or if your own model was trained on other vectors.
    """
    if facts.is_empty():
        kinds = {"suitability": pl.Float32, "answer": pl.Float32, "best_reply_id": pl.Int64}
        roots_only = pl.DataFrame(schema={"root_id": pl.Int64, **kinds})
        return Predictions(roots_only, ReplyScores.create_empty())
    roots = turns.select("text", "has_media", root_id="tweet_id").join(
        facts.lazy().select("root_id"), on="root_id", how="semi"
    )
    prompt_model = model_file.load(settings.prompt_classifier, kind=prompt_classifier.KIND)
    reply_model = model_file.load(settings.reply_classifier, kind=reply_classifier.KIND)
    prompts = prompt_classifier.from_threads(
        roots,
        path=path,
        embedder=embedder,
        model=prompt_model,
        part=model_file.vector_part(
            prompt_model, embedder=embedder, name=settings.prompt_classifier
        ),
        within=within,
    )
    replies = reply_classifier.from_turns(
        turns,
        reply_classifier.prompts_of(turns),
        path=path,
        model=reply_model,
        part=model_file.vector_part(reply_model, embedder=embedder, name=settings.reply_classifier),
    )
    best = reply_classifier.best_of(replies, facts["root_id"])
    return Predictions(
        prompts.join(best, on="root_id", how="full", coalesce=True),
        replies.select(ReplyScores.column_names()).pipe(ReplyScores.validate, cast=True),
    )
