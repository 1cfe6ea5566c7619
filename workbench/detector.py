"""Detector: is this tweet a request that an assistant could answer."""

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import polars as pl

from workbench import embeddings, instructions, labels, texts
from workbench.embedders import Embedder
from workbench.exceptions import LabelError
from workbench.learning import evaluation, features, training, weights
from workbench.learning.training import Rows, Trained
from workbench.learning.weights import Model, Part
from workbench.progress import OnProgress, silent

KIND = "detector"
#: Label -> probability of a request that it stands for.
TARGETS = {"fits": 1.0, "borderline": 0.7, "no": 0.0}
#: Label -> how much it bends the line. As a full yes, borderline texts cost a tenth of the average
#: precision for `fits` on real tweets (0.29 for 0.32), and bring less for both (0.47 for 0.44).
LABEL_WEIGHTS = {"fits": 1.0, "borderline": 0.6, "no": 1.0}
#: Requests worded for an assistant are no tweets.
ASSISTANT_WEIGHT = 0.3
#: Nine of ten tweets of the stream ask nothing, but two of five of the negatives written here: the
#: rest of those ask something that does not fit, and teach more each.
ASKS_NOTHING_WEIGHT = 5.0
#: Share of requests that fit, or nearly, among the English tweets that the shipped detector is
#: calibrated for. Of 946 real ones with a question mark or a word like "anyone" about a tenth was.
PREVALENCE = 0.1

_COLUMNS = {
    "text": pl.String,
    "label": pl.String,
    "source": pl.String,
    "author_id": pl.Int64,
    "thread_id": pl.Int64,
}


def examples() -> pl.DataFrame:
    """Give the texts written for this project that the shipped detector is trained on.

    Returns:
        `text`, `label` (`fits`, `borderline` or `no`), `source`, and null `author_id`, `thread_id`:
        the labelled tweets, the known instructions, and the chatter of the sample dump.

    Examples:
        >>> examples()["label"].n_unique()
        3
    """
    folder = resources.files("workbench") / "data"
    written = pl.read_ndjson((folder / "labelled_tweets.jsonl").read_bytes())
    known = pl.read_ndjson((folder / "instructions.jsonl").read_bytes())
    lines = (folder / "sample_noise.jsonl").read_text(encoding="utf-8").splitlines()
    chatter = [record for record in map(json.loads, lines) if record["lang"] in {"en", "und"}]
    return _frame(
        written.select("text", "label", source=pl.lit("labelled_tweets")),
        known.select("text", label=pl.lit("fits"), source="instructions-" + pl.col("register")),
        pl.DataFrame({"text": [record["turns"][0][2] for record in chatter]}).with_columns(
            label=pl.lit("no"), source=pl.lit("sample_noise")
        ),
    )


def own(path: str | Path) -> pl.DataFrame:
    r"""Read examples of one's own: labelled texts as JSON lines, or known instructions.

    A file whose records have a `label` is taken at its word; any other must be of a shape that
    `readings.from_file` knows, and all of it fits.

    Raises:
        LabelError: If a label is none of `TARGETS`.
        InstructionError: If the file cannot be read or holds nothing.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "mine.jsonl"
        >>> _ = path.write_text('{"text": "how do I boil an egg?", "label": "fits"}\n')
        >>> own(path).select("text", "label", "source").row(0)
        ('how do I boil an egg?', 'fits', 'mine.jsonl')
    """
    path = Path(path)
    labelled = labels.texts_of(path)
    if labelled is None:
        found = instructions.from_file(path).select("text", label=pl.lit("fits"))
        return _frame(found.with_columns(source=pl.lit(path.name)))
    unknown = labelled.filter(~pl.col("label").is_in(list(TARGETS)))
    if unknown.height:
        msg = f"{unknown.height} of {labelled.height} labels of {path} are unknown, such as "
        msg += f"`{unknown['label'][0]}`."
        raise LabelError(msg, hint=f"use {', '.join(TARGETS)}.")
    return _frame(labelled.with_columns(source=pl.lit(path.name)))


def labelled(found: pl.DataFrame) -> pl.DataFrame:
    """Give the labels of tweets as examples, the newest of each person, oldest first.

    Args:
        found: Table `Labels`.
    """
    tweets = labels.latest(found.filter(pl.col("parent_id").is_null()))
    return _frame(tweets.with_columns(labels.source()))


def train(
    rows: pl.DataFrame, *, embedders: Sequence[Embedder] = (), on_progress: OnProgress = silent
) -> Trained:
    """Train a detector, and judge it on held-out groups of author, thread and near-duplicates.

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
        _frame(rows)
        .with_columns(bare=texts.bare("text"))
        .filter(pl.col("bare") != "")
        .unique("bare", keep="last", maintain_order=True)
    )
    surface = known.select(**features.surface("text"))
    bare = known["bare"].to_list()
    vectors = {embedder: embedder.encode(bare, on_progress=on_progress) for embedder in embedders}
    told = known.select(
        target=pl.col("label").replace_strict(TARGETS, return_dtype=pl.Float64),
        weight=pl.col("label").replace_strict(LABEL_WEIGHTS, return_dtype=pl.Float64)
        * pl.when(pl.col("source") == "instructions-assistant")
        .then(ASSISTANT_WEIGHT)
        .when((pl.col("label") == "no") & (surface["asks_nothing"] > 0))
        .then(ASKS_NOTHING_WEIGHT)
        .otherwise(1.0),
    )
    near = next(iter(vectors.values()), np.zeros((known.height, 1), dtype=np.float32))
    return training.train(
        Rows(
            features=surface,
            vectors=vectors,
            targets=told["target"].to_numpy(),
            weights=told["weight"].to_numpy(),
            groups=evaluation.groups(near, known["author_id"], known["thread_id"]),
            signs=features.SIGNS,
            sources=known["source"].to_list(),
            texts=known["text"].to_list(),
            real=(known["source"] == labels.OWN_AT_RANDOM).to_numpy(),
            prevalence=PREVALENCE,
        ),
        kind=KIND,
    )


def suitability(
    part: Part, tweets: Sequence[str], *, vectors: np.ndarray | None = None
) -> np.ndarray:
    """Give the probability that each text is a request that fits.

    Args:
        part: Part of a detector: `surface`, or one for vectors.
        tweets: Raw texts.
        vectors: Those of `texts.bare`, for a part that reads them.

    Returns:
        Float32, shape `(n,)`.

    Examples:
        >>> model = weights.load("starter", kind=KIND)
        >>> asked, told = suitability(model.surface, ["how do I get wax out of a rug?", "lol same"])
        >>> bool(asked > told)
        True
    """
    frame = pl.DataFrame({"text": tweets}, schema={"text": pl.String})
    odds = frame.select(weights.log_odds(part, features.surface("text"), name="odds"))["odds"]
    own_odds = odds.to_numpy()
    if vectors is not None:
        own_odds = own_odds + vectors @ np.array(part.vector)
    return weights.chance(part, own_odds)


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
    every = features.surface("text")
    parts = {"surface": model.surface} | ({"both": part} if part else {})
    judged = (
        roots.filter(texts.bare("text") != "")
        .select("root_id", *(weights.log_odds(p, every, name=name) for name, p in parts.items()))
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
    alone = pl.Series(weights.chance(model.surface, joined["surface"].to_numpy()))
    if part is None:
        return joined.select("root_id", suitability=alone)
    both = (joined["both"] + joined["vector_odds"]).to_numpy()
    told = pl.Series(weights.chance(part, both))
    return joined.select(
        "root_id",
        suitability=pl.when(pl.col("vector_odds").is_null()).then(alone).otherwise(told),
    )


def _frame(*frames: pl.DataFrame) -> pl.DataFrame:
    empty = pl.DataFrame(schema=_COLUMNS)
    return pl.concat([empty, *frames], how="diagonal_relaxed").select(list(_COLUMNS))
