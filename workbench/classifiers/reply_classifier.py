"""Replies: does this reply answer this tweet; which reply answers best."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import polars as pl

from workbench import embeddings, labels
from workbench.classifiers import evaluation, model_file, prompt_features, reply_features, training
from workbench.classifiers.model_file import Model, Part
from workbench.classifiers.training import TrainedModel, TrainingRows
from workbench.embeddings.embedders import Embedder
from workbench.progress import OnProgress, silent
from workbench.text import normalize

KIND = model_file.REPLY_CLASSIFIER
#: Label -> probability of an answer that it stands for.
TARGETS = {"answers": 1.0, "no": 0.0}
#: Share of answers among direct replies that the shipped model is calibrated for.
PREVALENCE = 0.3
#: Pairs whose vectors are held in memory at once.
PAIRS = 8192
#: Answers whose probabilities are equal to this nearest are as good as each other: likes decide.
TIE = 0.01

#: The cosine is one number among hundreds: without a scale the penalty would keep it near nothing.
COSINE_SCALE = 5.0


def examples() -> pl.DataFrame:
    """Give the pairs written for this project that the shipped model is trained on.

    Examples:
        >>> examples().columns
        ['prompt', 'reply', 'label', 'source']
    """
    data = (resources.files("workbench") / "data" / "labelled_replies.jsonl").read_bytes()
    return pl.read_ndjson(data).select(
        "prompt", "reply", "label", source=pl.lit("labelled_replies")
    )


def labelled(found: pl.DataFrame) -> pl.DataFrame:
    """Give the labels of pairs as examples, the newest of each person, oldest first.

    Args:
        found: Table `Labels`.
    """
    known = labels.latest(found.filter(pl.col("parent_id").is_not_null()))
    return (
        known.drop_nulls("parent_text")
        .select("label", prompt="parent_text", reply="text", source=labels.source())
        .select("prompt", "reply", "label", "source")
    )


def train(
    rows: pl.DataFrame, *, embedders: Sequence[Embedder] = (), on_progress: OnProgress = silent
) -> TrainedModel:
    """Train a judge of replies; held-out rows never share their prompt with the training.

    Args:
        rows: `prompt`, `reply`, `label`, `source`; of equal pairs the last counts.
        embedders: Those whose vectors the model will know; without one it goes by surface features
            alone.
        on_progress: Called with texts encoded, and in all.

    Raises:
        ModelError: If there is too little to learn from.
    """
    known = rows.unique(["prompt", "reply"], keep="last", maintain_order=True)
    found = known.select(**reply_features.surface("prompt", "reply"))
    bare = known.select(normalize.bare("prompt"), normalize.bare("reply"))
    prompts, replies = bare["prompt"].to_list(), bare["reply"].to_list()
    asked = {embedder: embedder.encode(prompts, on_progress=on_progress) for embedder in embedders}
    told = {embedder: embedder.encode(replies, on_progress=on_progress) for embedder in embedders}
    near = next(iter(asked.values()), np.zeros((known.height, 1), dtype=np.float32))
    return training.train(
        TrainingRows(
            features=found,
            vectors={by: pair_vectors(asked[by], told[by]) for by in embedders},
            targets=known["label"].replace_strict(TARGETS, return_dtype=pl.Float64).to_numpy(),
            weights=np.ones(known.height),
            groups=evaluation.groups(near, bare["prompt"]),
            signs=reply_features.SIGNS,
            sources=known["source"].to_list(),
            texts=[
                f"{prompt}\n{reply}" for prompt, reply in known.select("prompt", "reply").rows()
            ],
            real=(known["source"] == labels.OWN_AT_RANDOM).to_numpy(),
            prevalence=PREVALENCE,
        ),
        kind=KIND,
    )


def pair_vectors(prompts: np.ndarray, replies: np.ndarray) -> np.ndarray:
    """Give what a model sees of the vectors of pairs: those of the replies, and the cosines."""
    cosine = (prompts * replies).sum(axis=1, keepdims=True)
    return np.hstack([replies, COSINE_SCALE * cosine])


def from_threads(
    turns: pl.LazyFrame, *, roots: pl.LazyFrame, path: Path, model: Model, part: Part | None
) -> pl.DataFrame:
    """Judge the direct replies of every thread, and choose the best of each.

    Replies by the author of the root, and copies of a tweet (`RT @a: ...`), are no answers. A reply
    is judged by surface features alone where it or the root has no vector, which is so for all
    replies where only roots are embedded.

    Args:
        turns: Table `Turns`.
        roots: `root_id`, its raw `text` and its `author_id`.
        path: The vectors, see `workbench.embeddings`.
        model: A model of replies.
        part: Its part for those vectors, see `weights.vector_part`; None: do without.

    Returns:
        `root_id`, `answer` (Float32) and `best_reply_id`: the most likely answer; of those that
        are equal to the nearest `TIE` the one with most likes known, then the first. Threads
        without a direct reply by another person are left out.
    """
    judged = _pairs(turns, roots, model=model, part=part)
    alone = model_file.chance(model.surface, judged["surface"].to_numpy())
    answer = pl.Series("answer", alone, dtype=pl.Float32)
    if part is not None and judged.height and _has_replies(path):
        odds = _vector_odds(judged, path=path, part=part) + judged["both"].to_numpy()
        told = pl.Series(model_file.chance(part, odds), dtype=pl.Float32, nan_to_null=False)
        answer = answer.zip_with(told.is_nan(), told)
    return (
        judged.with_columns(answer)
        .sort(
            "root_id",
            (pl.col("answer") / TIE).round(),
            pl.col("likes").fill_null(-1),
            "tweet_id",
            descending=[False, True, True, False],
        )
        .group_by("root_id", maintain_order=True)
        .agg(pl.col("answer", "tweet_id").first())
        .select("root_id", "answer", best_reply_id="tweet_id")
    )


def _pairs(
    turns: pl.LazyFrame, roots: pl.LazyFrame, *, model: Model, part: Part | None
) -> pl.DataFrame:
    """Give one row per direct reply by another person, texts already turned into log odds."""
    every = reply_features.surface("prompt", "text")
    parts = {"surface": model.surface} | ({"both": part} if part else {})
    by_another = (pl.col("author_id") != pl.col("opener_id")).fill_null(value=True)
    return (
        turns.select("tweet_id", "parent_id", "author_id", "text", "likes")
        .join(
            roots.select("root_id", prompt="text", opener_id="author_id"),
            left_on="parent_id",
            right_on="root_id",
        )
        .filter(by_another, ~pl.col("text").str.contains(prompt_features.COPY))
        .select(
            "tweet_id",
            "likes",
            *(model_file.log_odds(p, every, name=name) for name, p in parts.items()),
            root_id="parent_id",
        )
        .collect(engine="streaming")
        .sort("root_id", "tweet_id")
    )


def _has_replies(path: Path) -> bool:
    from workbench.embeddings import lance_table

    table = lance_table.open_table(path)
    where = lance_table.condition(table, {"is_root": [False]})
    return next(lance_table.read(table, "tweet_id", where=where), None) is not None


def _vector_odds(judged: pl.DataFrame, *, path: Path, part: Part) -> np.ndarray:
    """Give what the vectors of each pair add to its log odds; NaN where one has none."""
    found = np.full(judged.height, np.nan)
    line = np.array(part.vector)
    for start in range(0, judged.height, PAIRS):
        some = judged.slice(start, PAIRS).select("root_id", "tweet_id").with_row_index("row", start)
        asked = pl.concat([some["root_id"], some["tweet_id"]]).unique()
        known = embeddings.vectors(path, asked)
        joined = some.join(known, on="tweet_id").join(
            known.select(root_id="tweet_id", prompt="vector"), on="root_id"
        )
        if joined.height:
            seen = pair_vectors(joined["prompt"].to_numpy(), joined["vector"].to_numpy())
            found[joined["row"].to_numpy()] = seen @ line
    return found
