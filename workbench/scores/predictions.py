"""Apply the trained classifiers to every thread."""

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
    """Rate the first turn and the direct replies of every thread.

    Args:
        turns: Table `Turns`.
        facts: Table `Threads`.
        path: Folder of the vectors, see `workbench.embeddings`.
        embedder: Embedder of the vectors.
        settings: Which models to apply.

    Returns:
        `root_id`, `suitability`, `answer` and `best_reply_id`, see
        `prompt_classifier.from_threads` and `reply_classifier.from_threads`.

    Raises:
        ModelError: If a model cannot be read, or if your own model was trained on other vectors.
    """
    if facts.is_empty():
        kinds = {"suitability": pl.Float32, "answer": pl.Float32, "best_reply_id": pl.Int64}
        return pl.DataFrame(schema={"root_id": pl.Int64, **kinds})
    roots = turns.select("text", "author_id", root_id="tweet_id").join(
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
    )
    replies = reply_classifier.from_threads(
        turns,
        roots=roots,
        path=path,
        model=reply_model,
        part=model_file.vector_part(reply_model, embedder=embedder, name=settings.reply_classifier),
    )
    return prompts.join(replies, on="root_id", how="full", coalesce=True)
