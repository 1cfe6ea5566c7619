"""Train a classifier with the labels of a workspace, and show what it would change.

`workbench trial` and the app `label` run experiments. Scores, recipe and the classifiers in use do
not change until `use` writes the new classifier into the recipe.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from workbench import instructions, labels
from workbench.classifiers import (
    model_file,
    prompt_classifier,
    reply_classifier,
    training,
)
from workbench.classifiers.model_file import Model
from workbench.classifiers.training import TrainedModel
from workbench.embeddings import embedders, lance_table
from workbench.embeddings.cached_embedder import CachedEmbedder
from workbench.embeddings.embedders import Embedder
from workbench.exceptions import ModelError
from workbench.progress import OnStep, Step, silent_step
from workbench.recipe import Recipe
from workbench.storage import Workspace, atomic
from workbench.text import normalize

#: Kind of classifier -> column of the scores that it fills, which is also the name of its rule.
COLUMNS = {prompt_classifier.KIND: "suitability", reply_classifier.KIND: "answer"}
#: First and last steps of an experiment. Between them are those of `training`.
READ, LOAD, CLASSIFY = "Read the labels", "Load the embedding model", "Score the threads"
STEPS = (READ, LOAD, training.MEASURE, training.ENCODE, training.VALIDATE, training.FIT, CLASSIFY)
_HELD_OUT = ["target", "chance", "source", "before"]


@dataclass(frozen=True)
class Experiment:
    """A classifier that was trained, and what it changes.

    Args:
        folder: Folder of its files.
        model: The classifier.
        held_out: One row per training row that counts (see `TrainedModel`): `target` (1 yes, 0 no,
            or between), `chance` (probability by a model that saw no row of its group), `source`,
            and `before` (the current score of a label of this workspace, if it is of a thread).
        judged: One row per thread: `thread_id`, `before` and `after`.
    """

    folder: Path
    model: Model
    held_out: pl.DataFrame
    judged: pl.DataFrame

    @property
    def own(self) -> pl.DataFrame:
        """The labels of this workspace with a probability by both classifiers."""
        return self.held_out.filter(_is_own(), pl.col("before").is_not_null())


def folder(workspace: Workspace, kind: str) -> Path:
    """Return the folder of the last experiment of a kind, which may not exist."""
    return workspace.root / "models" / f"trial-{kind}"


def load(workspace: Workspace, kind: str) -> Experiment | None:
    """Read the last experiment of a kind; None if there is none that can be read."""
    path = folder(workspace, kind)
    try:
        return Experiment(
            path,
            model_file.load(path / f"{kind}.json", kind=kind),
            # Files of earlier versions lack columns; their experiment has to run again.
            pl.read_parquet(path / "held_out.parquet", glob=False).select(_HELD_OUT),
            pl.read_parquet(path / "judged.parquet", glob=False),
        )
    except (ModelError, OSError, pl.exceptions.PolarsError):
        return None


def run(
    workspace: Workspace, *, kind: str, recipe: Recipe, on_step: OnStep = silent_step
) -> Experiment:
    """Train a classifier with the labels and instructions of a workspace, and apply it.

    Args:
        workspace: Workspace with scores, turns, vectors and labels.
        kind: `prompt_classifier` or `reply_classifier`.
        recipe: Recipe that names the embedder.
        on_step: Called with the step that runs, one of `STEPS`.

    Raises:
        ModelError: If there is no such kind, or there are too few examples.
    """
    if kind not in COLUMNS:
        msg = f"There is no classifier `{kind}`."
        raise ModelError(msg, hint=f"try {' or '.join(COLUMNS)}.")
    on_step(Step(READ))
    known = labels.load(workspace)
    own = prompt_classifier.instructed(workspace)
    on_step(Step(LOAD))
    embedder = embedders.load(recipe.embed.model, engine=recipe.embed.engine)
    cached = CachedEmbedder(embedder, tweets=_tweets(known, instructions.own(workspace)))
    scores = workspace.read(
        "scores", columns=["thread_id", "root_id", "best_reply_id", COLUMNS[kind]]
    )
    rows = _rows(kind, known, scores, own)

    train = prompt_classifier.train if kind == prompt_classifier.KIND else reply_classifier.train
    trained = train(rows, embedders=[cached], on_step=on_step)
    on_step(Step(CLASSIFY))
    after = classify(workspace, trained.model, embedder=embedder)
    judged = scores.select("thread_id", before=COLUMNS[kind]).join(
        after, on="thread_id", how="left", maintain_order="left"
    )
    with atomic.replacing(folder(workspace, kind)) as new:
        new.mkdir(parents=True)
        model_file.save(trained.model, new / f"{kind}.json")
        _held_out(rows, trained).write_parquet(new / "held_out.parquet")
        judged.write_parquet(new / "judged.parquet", compression="zstd")
    experiment = load(workspace, kind)
    assert experiment is not None
    return experiment


def classify(workspace: Workspace, model: Model, *, embedder: Embedder) -> pl.DataFrame:
    """Apply a classifier to every thread without writing anything.

    Args:
        workspace: Workspace with threads and turns. Without vectors, surface features alone decide.
        model: A prompt classifier or a reply classifier.
        embedder: The embedder that made the vectors.

    Returns:
        One row per thread: `thread_id` and `after`, null if there is nothing to classify.

    Raises:
        WorkspaceError: If there are no threads yet.
        StageError: If another embedder made the vectors.
        ModelError: If the model was trained with another embedder.
    """
    threads = workspace.scan("threads").select("thread_id", "root_id").collect()
    turns, path = workspace.scan("turns"), workspace.embeddings_path
    roots = turns.select("text", "has_media", root_id="tweet_id").join(
        threads.lazy().select("root_id"), on="root_id", how="semi"
    )
    part = None
    if path.exists():
        lance_table.open_table(path, embedder=embedder)
        part = model_file.vector_part(model, embedder=embedder, name="The new classifier")
    if model.kind == prompt_classifier.KIND:
        chances = prompt_classifier.from_threads(
            roots, path=path, embedder=embedder, model=model, part=part
        )
    else:
        prompts = reply_classifier.prompts_of(turns).join(
            threads.lazy().select(parent_id="root_id"), on="parent_id", how="semi"
        )
        replies = reply_classifier.from_turns(turns, prompts, path=path, model=model, part=part)
        chances = reply_classifier.best_of(replies, threads["root_id"])
    return threads.join(
        chances.select("root_id", after=COLUMNS[model.kind]),
        on="root_id",
        how="left",
        maintain_order="left",
    ).drop("root_id")


def applied(workspace: Workspace, kind: str) -> pl.DataFrame | None:
    """Read what changed when the last experiment was applied; None if it was not.

    Returns:
        One row per thread: `thread_id`, `before` and `after` (probabilities), `kept_now` and
        `kept_then` (before and after).
    """
    try:
        return pl.read_parquet(folder(workspace, kind) / "applied.parquet", glob=False)
    except (OSError, pl.exceptions.PolarsError):
        return None


def use(workspace: Workspace, experiment: Experiment) -> Path:
    """Write the classifier of an experiment into the recipe; the scores change with the next run.

    Its file has a name of its own, so that the next experiment does not replace it.

    Returns:
        The file of the classifier.

    Raises:
        RecipeError: If the recipe of the workspace cannot be read.
    """
    kind = experiment.model.kind
    data = (experiment.folder / f"{kind}.json").read_bytes()
    stamp = hashlib.sha256(data).hexdigest()[:12]
    path = (workspace.root / "models" / f"{kind}-{stamp}.json").resolve()
    recipe_path = workspace.root / "recipe.toml"
    recipe = Recipe.load(recipe_path) if recipe_path.exists() else Recipe()
    with atomic.replacing(path) as new:
        new.write_bytes(data)
    score = recipe.score.model_copy(update={kind: str(path)})
    workspace.write_text("recipe.toml", recipe.model_copy(update={"score": score}).to_toml())
    return path


def _tweets(known: pl.DataFrame, own_instructions: pl.DataFrame) -> dict[str, int]:
    """Map the bare texts of labels, their parents and instructions to ids of tweets."""
    from_instructions = own_instructions.select("tweet_id", "text").drop_nulls()
    parents = known.select(tweet_id="parent_id", text="parent_text").drop_nulls()
    rows = pl.concat([from_instructions, known.select("tweet_id", "text"), parents])
    return dict(rows.select(normalize.bare("text"), "tweet_id").rows())


def _rows(kind: str, known: pl.DataFrame, scores: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Return the training rows, each text once as in training, with the current score `before`.

    Args:
        kind: Kind of classifier.
        known: Table `Labels`.
        scores: Current scores.
        own: The user's own examples of prompts.
    """
    if kind == prompt_classifier.KIND:
        labelled = prompt_classifier.labelled(known)
        rows, key = pl.concat([prompt_classifier.examples(), own, labelled]), ["bare"]
        rows = rows.with_columns(bare=normalize.bare("text")).filter(pl.col("bare") != "")
        tweets = known.filter(pl.col("parent_id").is_null())
        texts = tweets.select("tweet_id", bare=normalize.bare("text"))
        scored = texts.join(scores, left_on="tweet_id", right_on="root_id")
    else:
        labelled = reply_classifier.labelled(known)
        rows, key = pl.concat([reply_classifier.examples(), labelled]), ["prompt", "reply"]
        texts = known.select("tweet_id", "parent_id", prompt="parent_text", reply="text")
        on = {"parent_id": "root_id", "tweet_id": "best_reply_id"}
        scored = texts.join(scores, left_on=list(on), right_on=list(on.values()))
    before = scored.select(*key, before=COLUMNS[kind]).unique(key, keep="last", maintain_order=True)
    return rows.unique(key, keep="last", maintain_order=True).join(
        before, on=key, how="left", maintain_order="left"
    )


def _held_out(rows: pl.DataFrame, trained: TrainedModel) -> pl.DataFrame:
    """Return the table `Experiment.held_out`."""
    before = rows["before"].filter(pl.Series(trained.counts))
    held_out = trained.held_out_rows.with_columns(before=before)
    return held_out.with_columns(before=pl.when(_is_own()).then("before")).select(_HELD_OUT)


def _is_own() -> pl.Expr:
    return pl.col("source").is_in([labels.OWN, labels.OWN_AT_RANDOM])
