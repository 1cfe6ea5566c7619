"""Classify replies: does this reply answer this tweet, and which reply answers best?

The stage `score` calls `from_turns`, which fills the table `ReplyScores`, and `best_of`, which
fills the columns `answer` and `best_reply_id` of `Scores`.
"""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import polars as pl

from workbench import embeddings, labels
from workbench.classifiers import (
    evaluation,
    follow_ups,
    model_file,
    prompt_patterns,
    reply_features,
    training,
)
from workbench.classifiers.model_file import Model, Part
from workbench.classifiers.training import TrainedModel
from workbench.classifiers.training_rows import TrainingRows
from workbench.embeddings.embedders import Embedder
from workbench.progress import OnStep, Step, silent_step
from workbench.schemas import answer_step
from workbench.text import normalize

KIND = model_file.REPLY_CLASSIFIER
#: Label -> the probability of an answer that it means.
TARGETS = {"answers": 1.0, "no": 0.0}
#: Share of answers among direct replies for which the shipped classifier is calibrated.
PREVALENCE = 0.3
#: Pairs whose vectors are in memory at once.
PAIRS = 8192
#: Factor of the cosine, which is one number among hundreds. Without it the penalty would keep the
#: weight of the cosine near 0.
COSINE_SCALE = 5.0


def examples() -> pl.DataFrame:
    """Return the pairs written for this project, which the shipped classifier is trained on.

    Examples:
        >>> examples().columns
        ['prompt', 'reply', 'label', 'follow_up', 'source']
    """
    data = (resources.files("workbench") / "data" / "labelled_replies.jsonl").read_bytes()
    return pl.read_ndjson(data, infer_schema_length=None).select(
        "prompt", "reply", "label", "follow_up", source=pl.lit("labelled_replies")
    )


def labelled(rows: pl.DataFrame) -> pl.DataFrame:
    """Turn labels of replies into examples: the newest of each person, oldest first.

    Args:
        rows: Table `Labels`.
    """
    known = labels.latest(rows.filter(pl.col("parent_id").is_not_null()))
    return (
        known.drop_nulls("parent_text")
        .select("label", prompt="parent_text", reply="text", source=labels.source())
        .select("prompt", "reply", "label", pl.lit(None, pl.String).alias("follow_up"), "source")
    )


def train(
    rows: pl.DataFrame, *, embedders: Sequence[Embedder] = (), on_step: OnStep = silent_step
) -> TrainedModel:
    """Train a reply classifier and evaluate it on held-out prompts.

    Args:
        rows: `prompt`, `reply`, `label`, `source` and `follow_up`, what the author of the prompt
            said to the reply, null if unknown. The last of equal pairs counts.
        embedders: Train a part for the vectors of each. Without any, the classifier uses surface
            features alone.
        on_step: Called with each step of the training, see `training`.

    Raises:
        ModelError: If there are too few examples.
    """
    known = rows.unique(["prompt", "reply"], keep="last", maintain_order=True)
    on_step(Step(training.MEASURE))
    features = reply_features.measured(known, "prompt", "reply", follow_up="follow_up")
    bare = known.select(normalize.bare("prompt"), normalize.bare("reply"))
    prompts, replies = bare["prompt"].to_list(), bare["reply"].to_list()
    vectors = training.encoded(prompts + replies, embedders, on_step=on_step)
    prompt_vectors = {by: rows[: len(prompts)] for by, rows in vectors.items()}
    reply_vectors = {by: rows[len(prompts) :] for by, rows in vectors.items()}
    by_meaning = next(iter(prompt_vectors.values()), np.zeros((known.height, 1), dtype=np.float32))
    return training.train(
        TrainingRows(
            features=features,
            vectors={by: pair_vectors(prompt_vectors[by], reply_vectors[by]) for by in embedders},
            targets=known["label"].replace_strict(TARGETS, return_dtype=pl.Float64).to_numpy(),
            weights=np.ones(known.height),
            groups=evaluation.groups(by_meaning, bare["prompt"]),
            signs=reply_features.SIGNS,
            sources=known["source"].to_list(),
            texts=[
                f"{prompt}\n{reply}" for prompt, reply in known.select("prompt", "reply").rows()
            ],
            real=(known["source"] == labels.OWN_AT_RANDOM).to_numpy(),
            prevalence=PREVALENCE,
            counted=(known["source"] != labels.OWN_IN_BULK).to_numpy(),
        ),
        kind=KIND,
        on_step=on_step,
    )


def pair_vectors(prompts: np.ndarray, replies: np.ndarray) -> np.ndarray:
    """Return the vectors that a model sees of pairs: those of the replies, and the cosines."""
    cosine = (prompts * replies).sum(axis=1, keepdims=True)
    return np.hstack([replies, COSINE_SCALE * cosine])


def from_turns(
    turns: pl.LazyFrame,
    prompts: pl.LazyFrame,
    *,
    path: Path,
    model: Model,
    part: Part | None,
) -> pl.DataFrame:
    """Classify every reply to some tweets: does it answer the tweet right above it?

    Left out are replies that are no answers: turns without a known place, turns by the author of
    the tweet above or by the opener of the thread, and copies of a tweet (`RT @a: ...`). If a
    reply or its prompt has no vector, surface features alone decide. That is so for all replies if
    only roots are embedded. Thanks by the author of that tweet count in favour of a reply.

    Args:
        turns: Table `Turns`.
        prompts: `parent_id`, its raw text `prompt` and its author `asker_id`. To classify the
            replies at every depth, pass all turns, see `prompts_of`.
        path: The vectors, see `workbench.embeddings`.
        model: A reply classifier.
        part: Its part for those vectors, see `model_file.vector_part`; None to ignore them.

    Returns:
        `thread_id`, `tweet_id`, `parent_id`, `likes` and `answer` (Float32), by thread and tweet.
    """
    pairs = _pairs(turns, prompts, model=model, part=part)
    by_surface = model_file.chance(model.surface, pairs["surface"].to_numpy())
    answer = pl.Series("answer", by_surface, dtype=pl.Float32)
    if part is not None and pairs.height and _has_replies(path):
        odds = _vector_odds(pairs, path=path, part=part) + pairs["both"].to_numpy()
        by_both = pl.Series(model_file.chance(part, odds), dtype=pl.Float32, nan_to_null=False)
        answer = answer.zip_with(by_both.is_nan(), by_both)
    return pairs.select("thread_id", "tweet_id", "parent_id", "likes", answer)


def prompts_of(turns: pl.LazyFrame) -> pl.LazyFrame:
    """Return turns as the prompts that `from_turns` expects."""
    return turns.select(parent_id="tweet_id", prompt="text", asker_id="author_id")


def best_of(replies: pl.DataFrame, roots: pl.Series) -> pl.DataFrame:
    """Choose the best direct reply to each root.

    Args:
        replies: Result of `from_turns`.
        roots: Ids of the roots.

    Returns:
        `root_id`, `answer` and `best_reply_id`, the most likely answer. Among answers within the
        same `ANSWER_STEP` it is the one with the most known likes, then the first. Roots without
        a direct reply by another person are left out.
    """
    return (
        replies.filter(pl.col("parent_id").is_in(roots.implode()))
        .sort(
            "parent_id",
            answer_step("answer"),
            pl.col("likes").fill_null(-1),
            "tweet_id",
            descending=[False, True, True, False],
        )
        .group_by("parent_id", maintain_order=True)
        .agg(pl.col("answer", "tweet_id").first())
        .select("answer", root_id="parent_id", best_reply_id="tweet_id")
        .select("root_id", "answer", "best_reply_id")
    )


def _pairs(
    turns: pl.LazyFrame, prompts: pl.LazyFrame, *, model: Model, part: Part | None
) -> pl.DataFrame:
    """Return one row per reply that may be an answer, with the log odds of its features."""
    features = reply_features.surface()
    parts = {"surface": model.surface} | ({"both": part} if part else {})
    openers = turns.filter(position=0).select("thread_id", opener_id="author_id")
    return (
        turns.filter(pl.col("parent_id").is_not_null(), pl.col("is_placed"))
        .select("thread_id", "tweet_id", "parent_id", "author_id", "text", "likes")
        .join(openers, on="thread_id")
        .filter(_is_by_another("opener_id"), ~pl.col("text").str.contains(prompt_patterns.COPY))
        .join(prompts, on="parent_id")
        .filter(_is_by_another("asker_id"))
        .join(follow_ups.of_replies(turns, prompts), on="tweet_id", how="left")
        .pipe(reply_features.prepared, "prompt", "text", follow_up="follow_up")
        .select(
            *("thread_id", "tweet_id", "parent_id", "likes"),
            *(model_file.log_odds(p, features, name=name) for name, p in parts.items()),
        )
        .collect(engine="streaming")
        .sort("thread_id", "tweet_id")
    )


def _is_by_another(person: str) -> pl.Expr:
    """Return whether somebody else may have written a turn; an unknown author may be anybody."""
    return (pl.col("author_id") != pl.col(person)).fill_null(value=True)


def _has_replies(path: Path) -> bool:
    """Return whether the table of vectors contains any reply."""
    from workbench.embeddings import lance_table

    table = lance_table.open_table(path)
    where = lance_table.condition(table, {"is_root": [False]})
    return next(lance_table.read(table, "tweet_id", where=where), None) is not None


def _vector_odds(pairs: pl.DataFrame, *, path: Path, part: Part) -> np.ndarray:
    """Return what the vectors of each pair add to its log odds; NaN if a vector is missing."""
    odds = np.full(pairs.height, np.nan)
    line = np.array(part.vector)
    for start in range(0, pairs.height, PAIRS):
        ids = pairs.slice(start, PAIRS).select("parent_id", "tweet_id").with_row_index("row", start)
        wanted = pl.concat([ids["parent_id"], ids["tweet_id"]]).unique()
        vectors = embeddings.vectors(path, wanted)
        joined = ids.join(vectors, on="tweet_id").join(
            vectors.select(parent_id="tweet_id", prompt="vector"), on="parent_id"
        )
        if joined.height:
            inputs = pair_vectors(joined["prompt"].to_numpy(), joined["vector"].to_numpy())
            odds[joined["row"].to_numpy()] = inputs @ line
    return odds
