"""Classify opening tweets: is this a request that an assistant could answer?

The stage `score` calls `from_threads`, which fills the column `suitability`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from workbench import embeddings, labels
from workbench.classifiers import evaluation, model_file, prompt_features, training, training_data
from workbench.classifiers.model_file import Model, Part
from workbench.classifiers.training import TrainedModel
from workbench.classifiers.training_data import TARGETS, examples, instructed, labelled, own
from workbench.classifiers.training_rows import TrainingRows
from workbench.embeddings.embedders import Embedder, Space
from workbench.embeddings.lance_table import Bounds
from workbench.progress import OnStep, Step, silent_step
from workbench.text import normalize

__all__ = [
    "KIND",
    "PREVALENCE",
    "TARGETS",
    "examples",
    "from_threads",
    "instructed",
    "labelled",
    "own",
    "train",
]

KIND = model_file.PROMPT_CLASSIFIER
#: Label -> its weight in the fit. Measured on real tweets that were not trained on: borderline as
#: 0.4 of a yes with half the weight gives an average precision for `fits` that is 0.026 higher than
#: 0.7 with a weight of 0.8, and costs 0.01 of that for both.
LABEL_WEIGHTS = {"fits": 1.0, "borderline": 0.5, "no": 1.0}
#: Strengths of the L2 penalty. Held-out rows would choose weaker ones, which keep the habits of the
#: writers of the texts. On the same real tweets weak penalties cost 0.01 to 0.03.
SURFACE_PENALTIES, VECTOR_PENALTIES = (100.0,), (5.0,)
#: Weight of requests worded for an assistant, which are not tweets.
ASSISTANT_WEIGHT = 0.3
_ASSISTANT = ["instructions-assistant", training_data.OWN_INSTRUCTIONS]
#: Sources that are trained on, but that nothing is measured on.
_NOT_MEASURED = [training_data.OWN_INSTRUCTIONS, labels.OWN_IN_BULK]
#: Weight of negatives that ask nothing. They are nine of ten tweets of the stream, but two of five
#: written negatives: the others ask something that does not fit, and teach more each.
ASKS_NOTHING_WEIGHT = 5.0
#: Share of English tweets that fit, or nearly, that the shipped classifier is calibrated for. About
#: a tenth of 946 real tweets with a question mark or a word like "anyone" did.
PREVALENCE = 0.1


def train(
    rows: pl.DataFrame, *, embedders: Sequence[Embedder] = (), on_step: OnStep = silent_step
) -> TrainedModel:
    """Train a prompt classifier and evaluate it on held-out authors, threads and paraphrases.

    The user's own instructions that are not tweets are trained on, but the evaluation leaves them
    out.

    Args:
        rows: `text`, `label`, `source`, `author_id`, `thread_id`. The last of equal texts counts,
            so that the user's own labels override the shipped ones.
        embedders: Train a part for the vectors of each. Without any, the classifier uses surface
            features alone.
        on_step: Called with each step of the training, see `training`.

    Raises:
        ModelError: If there are too few examples.
    """
    known = (
        training_data.frame(rows)
        .with_columns(bare=normalize.bare("text"))
        .filter(pl.col("bare") != "")
        .unique("bare", keep="last", maintain_order=True)
    )
    on_step(Step(training.MEASURE))
    surface = prompt_features.measured(known, "text", has_media="has_media")
    bare = known["bare"].to_list()
    vectors = training.encoded(bare, embedders, on_step=on_step)
    fit = known.select(
        target=pl.col("label").replace_strict(TARGETS, return_dtype=pl.Float64),
        weight=pl.col("label").replace_strict(LABEL_WEIGHTS, return_dtype=pl.Float64)
        * pl.when(pl.col("source").is_in(_ASSISTANT))
        .then(ASSISTANT_WEIGHT)
        .when((pl.col("label") == "no") & (surface["asks_nothing"] > 0))
        .then(ASKS_NOTHING_WEIGHT)
        .otherwise(1.0),
    )
    by_meaning = next(iter(vectors.values()), np.zeros((known.height, 1), dtype=np.float32))
    return training.train(
        TrainingRows(
            features=surface,
            vectors=vectors,
            targets=fit["target"].to_numpy(),
            weights=fit["weight"].to_numpy(),
            groups=evaluation.groups(by_meaning, known["author_id"], known["thread_id"]),
            signs=prompt_features.SIGNS,
            sources=known["source"].to_list(),
            counted=~known["source"].is_in(_NOT_MEASURED).to_numpy(),
            texts=known["text"].to_list(),
            real=(known["source"] == labels.OWN_AT_RANDOM).to_numpy(),
            prevalence=PREVALENCE,
            surface_penalties=SURFACE_PENALTIES,
            vector_penalties=VECTOR_PENALTIES,
        ),
        kind=KIND,
        on_step=on_step,
    )


def from_threads(
    roots: pl.LazyFrame,
    *,
    path: Path,
    embedder: Space,
    model: Model,
    part: Part | None,
    within: Bounds | None = None,
) -> pl.DataFrame:
    """Classify the first turn of every thread.

    Args:
        roots: `root_id`, its raw `text` and `has_media`.
        path: The vectors, see `workbench.embeddings`.
        embedder: The embedder that made them.
        model: A prompt classifier.
        part: Its part for those vectors, see `model_file.vector_part`; None to ignore them.
        within: Lowest and highest id of the threads; all by default.

    Returns:
        `root_id` and `suitability`, Float32. Texts without a vector are classified by surface
        features. Texts that consist of mentions and links only are left out.
    """
    features = prompt_features.surface(has_media="has_media")
    parts = {"surface": model.surface} | ({"both": part} if part else {})
    odds = (
        roots.filter(normalize.bare("text") != "")
        .pipe(prompt_features.prepared, "text")
        .select(
            "root_id", *(model_file.log_odds(p, features, name=name) for name, p in parts.items())
        )
        .collect(engine="streaming")
    )
    line = None if part is None or odds.is_empty() else np.array(part.vector)
    by_vectors = [pl.DataFrame(schema={"root_id": pl.Int64, "vector_odds": pl.Float64})]
    if line is not None:
        for ids, vectors in embeddings.batches(
            path, embedder=embedder, where={"is_root": [True]}, within=within
        ):
            vector_odds = pl.Series(vectors @ line, dtype=pl.Float64)
            by_vectors.append(pl.DataFrame({"root_id": ids, "vector_odds": vector_odds}))
    joined = odds.join(pl.concat(by_vectors), on="root_id", how="left", maintain_order="left")
    return _chances(joined, model=model, part=part)


def _chances(joined: pl.DataFrame, *, model: Model, part: Part | None) -> pl.DataFrame:
    """Add the log odds of the vectors, and turn the sum into probabilities."""
    by_surface = pl.Series(model_file.chance(model.surface, joined["surface"].to_numpy()))
    if part is None:
        return joined.select("root_id", suitability=by_surface)
    both = (joined["both"] + joined["vector_odds"]).to_numpy()
    by_both = pl.Series(model_file.chance(part, both))
    return joined.select(
        "root_id",
        suitability=pl.when(pl.col("vector_odds").is_null()).then(by_surface).otherwise(by_both),
    )
