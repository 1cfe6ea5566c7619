"""Judgements: what the trained models say of every thread."""

from pathlib import Path

import polars as pl

from workbench.classifiers import model_file, prompt_classifier, reply_classifier
from workbench.embeddings.embedders import Embedder
from workbench.recipe import ScoreSettings


def from_threads(
    turns: pl.LazyFrame,
    facts: pl.DataFrame,
    *,
    path: Path,
    embedder: Embedder,
    settings: ScoreSettings,
) -> pl.DataFrame:
    """Judge the first turn and the direct replies of every thread.

    Args:
        turns: Table `Turns`.
        facts: Table `Threads`.
        path: The vectors, see `workbench.embeddings`.
        embedder: The one that made them.
        settings: Which models judge.

    Returns:
        `root_id`, `suitability`, `answer` and `best_reply_id`; see `detector.from_threads` and
        `replies.from_threads`.

    Raises:
        ModelError: If a model cannot be read, or one of one's own belongs to other vectors.
    """
    if facts.is_empty():
        kinds = {"suitability": pl.Float32, "answer": pl.Float32, "best_reply_id": pl.Int64}
        return pl.DataFrame(schema={"root_id": pl.Int64, **kinds})
    roots = turns.select("text", "author_id", root_id="tweet_id").join(
        facts.lazy().select("root_id"), on="root_id", how="semi"
    )
    asked = model_file.load(settings.prompt_classifier, kind=prompt_classifier.KIND)
    answered = model_file.load(settings.reply_classifier, kind=reply_classifier.KIND)
    prompts = prompt_classifier.from_threads(
        roots,
        path=path,
        embedder=embedder,
        model=asked,
        part=model_file.vector_part(asked, embedder=embedder, name=settings.prompt_classifier),
    )
    answers = reply_classifier.from_threads(
        turns,
        roots=roots,
        path=path,
        model=answered,
        part=model_file.vector_part(answered, embedder=embedder, name=settings.reply_classifier),
    )
    return prompts.join(answers, on="root_id", how="full", coalesce=True)
