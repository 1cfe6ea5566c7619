"""Detector: is this tweet a request that an assistant could answer."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from workbench import embeddings, labels
from workbench.classifiers import evaluation, model_file, prompt_features, training, training_data
from workbench.classifiers.model_file import Model, Part
from workbench.classifiers.training import TrainedModel, TrainingRows
from workbench.classifiers.training_data import TARGETS, examples, instructed, labelled, own
from workbench.embeddings.embedders import Embedder
from workbench.progress import OnProgress, silent
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
#: Label -> how much it bends the line. On 1,016 real tweets, thinned to the shares of fits and
#: borderline that the aims were set on, a full yes of full weight costs 0.04 of the average
#: precision for `fits`, and half a yes of half the weight 0.02 of that for both.
LABEL_WEIGHTS = {"fits": 1.0, "borderline": 0.8, "no": 1.0}
#: Strengths of the L2 penalty. Held-out rows would choose weaker ones, which keep the habits of
#: those who wrote the texts; on the same real tweets weak ones cost 0.01 to 0.02.
SURFACE_PENALTIES, VECTOR_PENALTIES = (100.0,), (2.0,)
#: Requests worded for an assistant are no tweets.
ASSISTANT_WEIGHT = 0.3
_ASSISTANT = ["instructions-assistant", training_data.OWN_INSTRUCTIONS]
#: Nine of ten tweets of the stream ask nothing, but two of five of the negatives written here: the
#: rest of those ask something that does not fit, and teach more each.
ASKS_NOTHING_WEIGHT = 5.0
#: Share of requests that fit, or nearly, among the English tweets that the shipped detector is
#: calibrated for. Of 946 real ones with a question mark or a word like "anyone" about a tenth was.
PREVALENCE = 0.1


def train(
    rows: pl.DataFrame, *, embedders: Sequence[Embedder] = (), on_progress: OnProgress = silent
) -> TrainedModel:
    """Train a detector, and judge it on held-out groups of author, thread and near-duplicates.

    Instructions of one's own that are no tweets are learned from, but it is not judged by them.

    Args:
        rows: `text`, `label`, `source`, `author_id`, `thread_id`; of equal texts the last counts,
            so that labels of one's own overrule those that ship.
        embedders: Those whose vectors the detector will know; without one it goes by surface
            features alone.
        on_progress: Called with texts encoded, and in all.

    Raises:
        ModelError: If there is too little to learn from.
    """
    known = (
        training_data.frame(rows)
        .with_columns(bare=normalize.bare("text"))
        .filter(pl.col("bare") != "")
        .unique("bare", keep="last", maintain_order=True)
    )
    surface = known.select(**prompt_features.surface("text"))
    bare = known["bare"].to_list()
    vectors = {embedder: embedder.encode(bare, on_progress=on_progress) for embedder in embedders}
    told = known.select(
        target=pl.col("label").replace_strict(TARGETS, return_dtype=pl.Float64),
        weight=pl.col("label").replace_strict(LABEL_WEIGHTS, return_dtype=pl.Float64)
        * pl.when(pl.col("source").is_in(_ASSISTANT))
        .then(ASSISTANT_WEIGHT)
        .when((pl.col("label") == "no") & (surface["asks_nothing"] > 0))
        .then(ASKS_NOTHING_WEIGHT)
        .otherwise(1.0),
    )
    near = next(iter(vectors.values()), np.zeros((known.height, 1), dtype=np.float32))
    return training.train(
        TrainingRows(
            features=surface,
            vectors=vectors,
            targets=told["target"].to_numpy(),
            weights=told["weight"].to_numpy(),
            groups=evaluation.groups(near, known["author_id"], known["thread_id"]),
            signs=prompt_features.SIGNS,
            sources=known["source"].to_list(),
            judged=(known["source"] != training_data.OWN_INSTRUCTIONS).to_numpy(),
            texts=known["text"].to_list(),
            real=(known["source"] == labels.OWN_AT_RANDOM).to_numpy(),
            prevalence=PREVALENCE,
            surface_penalties=SURFACE_PENALTIES,
            vector_penalties=VECTOR_PENALTIES,
        ),
        kind=KIND,
    )


def from_threads(
    roots: pl.LazyFrame,
    *,
    path: Path,
    embedder: Embedder,
    model: Model,
    part: Part | None,
) -> pl.DataFrame:
    """Judge the first turn of every thread.

    Args:
        roots: `root_id` and its raw `text`.
        path: The vectors, see `workbench.embeddings`.
        embedder: The one that made them.
        model: A detector.
        part: Its part for those vectors, see `weights.vector_part`; None: do without.

    Returns:
        `root_id` and `suitability`, Float32; null where no text is left without mentions and links.
        A text that has no vector is judged by its surface.
    """
    every = prompt_features.surface("text")
    parts = {"surface": model.surface} | ({"both": part} if part else {})
    judged = (
        roots.filter(normalize.bare("text") != "")
        .select("root_id", *(model_file.log_odds(p, every, name=name) for name, p in parts.items()))
        .collect(engine="streaming")
    )
    return _with_vectors(judged, path=path, embedder=embedder, model=model, part=part)


def _with_vectors(
    judged: pl.DataFrame, *, path: Path, embedder: Embedder, model: Model, part: Part | None
) -> pl.DataFrame:
    found = [pl.DataFrame(schema={"root_id": pl.Int64, "vector_odds": pl.Float64})]
    if part is not None and judged.height:
        line = np.array(part.vector)
        for ids, vectors in embeddings.batches(path, embedder=embedder, where={"is_root": [True]}):
            odds = pl.Series(vectors @ line, dtype=pl.Float64)
            found.append(pl.DataFrame({"root_id": ids, "vector_odds": odds}))
    joined = judged.join(pl.concat(found), on="root_id", how="left", maintain_order="left")
    alone = pl.Series(model_file.chance(model.surface, joined["surface"].to_numpy()))
    if part is None:
        return joined.select("root_id", suitability=alone)
    both = (joined["both"] + joined["vector_odds"]).to_numpy()
    told = pl.Series(model_file.chance(part, both))
    return joined.select(
        "root_id",
        suitability=pl.when(pl.col("vector_odds").is_null()).then(alone).otherwise(told),
    )
