"""Trials: a judge trained with the labels of a workspace, and what it would change; not in use."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from workbench import instructions, labels
from workbench.classifiers import evaluation, model_file, prompt_classifier, reply_classifier
from workbench.classifiers.model_file import Model
from workbench.classifiers.training import TrainedModel
from workbench.embeddings import embedders, lance_table
from workbench.embeddings.cached_embedder import CachedEmbedder
from workbench.embeddings.embedders import Embedder
from workbench.exceptions import ModelError
from workbench.progress import OnProgress, silent
from workbench.recipe import Recipe
from workbench.storage import Workspace, atomic
from workbench.text import normalize

#: Judge -> column of the scores that it fills, also the rule that looks at it.
COLUMNS = {prompt_classifier.KIND: "suitability", reply_classifier.KIND: "answer"}
#: Share of the work that is done when the judge is trained.
TRAINED = 0.7


@dataclass(frozen=True)
class Experiment:
    """A judge that is tried.

    Args:
        folder: Where its files are.
        model: The judge.
        held_out: One row per training row that counts (see `Trained`): `target` (1 yes, 0 no, in
            between half a yes), `chance` (by a model that saw nothing like it), `is_own` (a label
            of this workspace), `before` (what the scores say of it now, where it is one of these
            threads).
        judged: One row per thread: `thread_id`, `before` and `after`.
    """

    folder: Path
    model: Model
    held_out: pl.DataFrame
    judged: pl.DataFrame

    @property
    def own(self) -> pl.DataFrame:
        """The labels of this workspace of which both judges have said something."""
        return self.held_out.filter("is_own", pl.col("before").is_not_null())


def folder(workspace: Workspace, kind: str) -> Path:
    """Give the folder of the last trial of a judge, there or not."""
    return workspace.root / "models" / f"trial-{kind}"


def load(workspace: Workspace, kind: str) -> Experiment | None:
    """Read the last trial of a judge; None where there is none that can be read."""
    place = folder(workspace, kind)
    try:
        return Experiment(
            place,
            model_file.load(place / f"{kind}.json", kind=kind),
            pl.read_parquet(place / "held_out.parquet", glob=False),
            pl.read_parquet(place / "judged.parquet", glob=False),
        )
    except (ModelError, OSError, pl.exceptions.PolarsError):
        return None


def run(
    workspace: Workspace, *, kind: str, recipe: Recipe, on_progress: OnProgress = silent
) -> Experiment:
    """Train a judge with the labels and instructions of a workspace; judge every thread by it.

    The scores, the recipe and the models in use stay as they are.

    Args:
        workspace: Scores, turns, vectors and labels.
        kind: `detector` or `replies`.
        recipe: Names the embedder.
        on_progress: Called with thousandths done.

    Raises:
        ModelError: If there is no such judge, or too little to learn from.
    """
    if kind not in COLUMNS:
        msg = f"There is no judge called {kind!r}."
        raise ModelError(msg, hint=f"try {' or '.join(COLUMNS)}.")
    known = labels.load(workspace)
    embedder = embedders.load(recipe.embed.model, engine=recipe.embed.engine)
    given = prompt_classifier.instructed(workspace)
    remembering = CachedEmbedder(embedder, tweets=_tweets(known, instructions.own(workspace)))
    now = workspace.read("scores", columns=["thread_id", "root_id", "best_reply_id", COLUMNS[kind]])
    rows = _rows(kind, known, now, given)

    reached = 0

    def onward(done: int, total: int) -> None:
        nonlocal reached
        # Prompts and replies are encoded one after the other.
        reached = max(reached, int(1000 * TRAINED * done / max(total, 1)))
        on_progress(reached, 1000)

    train = prompt_classifier.train if kind == prompt_classifier.KIND else reply_classifier.train
    trained = train(rows, embedders=[remembering], on_progress=onward)
    on_progress(int(1000 * TRAINED), 1000)
    after = judge(workspace, trained.model, embedder=embedder)
    judged = now.select("thread_id", before=COLUMNS[kind]).join(
        after, on="thread_id", how="left", maintain_order="left"
    )
    place = folder(workspace, kind)
    with atomic.replacing(place) as aside:
        aside.mkdir(parents=True)
        model_file.save(trained.model, aside / f"{kind}.json")
        _held_out(rows, trained).write_parquet(aside / "held_out.parquet")
        judged.write_parquet(aside / "judged.parquet", compression="zstd")
    on_progress(1000, 1000)
    found = load(workspace, kind)
    assert found is not None
    return found


def judge(workspace: Workspace, model: Model, *, embedder: Embedder) -> pl.DataFrame:
    """Judge every thread by a model, without writing anything down.

    Args:
        workspace: Threads, turns and vectors; without vectors the wording alone is judged.
        model: A detector, or a judge of replies.
        embedder: The one that made the vectors.

    Returns:
        One row per thread: `thread_id` and `after`, null where there is nothing to judge.

    Raises:
        WorkspaceError: If there are no threads yet.
        StageError: If another embedder made the vectors.
        ModelError: If the model was trained with another embedder.
    """
    threads = workspace.scan("threads").select("thread_id", "root_id").collect()
    turns, path = workspace.scan("turns"), workspace.embeddings_path
    roots = turns.select("text", "author_id", root_id="tweet_id").join(
        threads.lazy().select("root_id"), on="root_id", how="semi"
    )
    part = None
    if path.exists():
        lance_table.open_table(path, embedder=embedder)
        part = model_file.vector_part(model, embedder=embedder, name="trial")
    if model.kind == prompt_classifier.KIND:
        found = prompt_classifier.from_threads(
            roots, path=path, embedder=embedder, model=model, part=part
        )
    else:
        found = reply_classifier.from_threads(turns, roots=roots, path=path, model=model, part=part)
    return threads.join(
        found.select("root_id", after=COLUMNS[model.kind]),
        on="root_id",
        how="left",
        maintain_order="left",
    ).drop("root_id")


def use(workspace: Workspace, trial: Experiment) -> Path:
    """Take the judge of a trial into the recipe of the workspace; scores follow when they run.

    The file has a name of its own, so that the next trial leaves it alone.

    Returns:
        The file of the judge.

    Raises:
        RecipeError: If the recipe of the workspace cannot be read.
    """
    kind, data = trial.model.kind, (trial.folder / f"{trial.model.kind}.json").read_bytes()
    stamp = hashlib.sha256(data).hexdigest()[:12]
    path = (workspace.root / "models" / f"{kind}-{stamp}.json").resolve()
    place = workspace.root / "recipe.toml"
    recipe = Recipe.load(place) if place.exists() else Recipe()
    with atomic.replacing(path) as aside:
        aside.write_bytes(data)
    score = recipe.score.model_copy(update={kind: str(path)})
    workspace.write_text("recipe.toml", recipe.model_copy(update={"score": score}).to_toml())
    return path


def average_precision(own: pl.DataFrame, column: str) -> float:
    """Give the average precision of `before` or `chance` on rows of `Trial.own`; NaN without."""
    truth = (own["target"] == 1).to_numpy()
    return evaluation.average_precision(truth, own[column].cast(pl.Float64).to_numpy())


def _tweets(known: pl.DataFrame, given: pl.DataFrame) -> dict[str, int]:
    """Map the bare texts of labels, of what they answer and of instructions to the tweets."""
    answered = known.select(tweet_id="parent_id", text="parent_text").drop_nulls()
    asked = given.select("tweet_id", "text").drop_nulls()
    rows = pl.concat([asked, known.select("tweet_id", "text"), answered])
    return dict(rows.select(normalize.bare("text"), "tweet_id").rows())


def _rows(kind: str, known: pl.DataFrame, now: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """Give the training rows, each text once as the training takes them, with `before`."""
    if kind == prompt_classifier.KIND:
        mine = prompt_classifier.labelled(known)
        rows, key = pl.concat([prompt_classifier.examples(), given, mine]), ["bare"]
        rows = rows.with_columns(bare=normalize.bare("text")).filter(pl.col("bare") != "")
        ids = known.filter(pl.col("parent_id").is_null()).select(
            "tweet_id", bare=normalize.bare("text")
        )
        found = ids.join(now, left_on="tweet_id", right_on="root_id")
    else:
        mine = reply_classifier.labelled(known)
        rows, key = pl.concat([reply_classifier.examples(), mine]), ["prompt", "reply"]
        ids = known.select("tweet_id", "parent_id", prompt="parent_text", reply="text")
        on = {"parent_id": "root_id", "tweet_id": "best_reply_id"}
        found = ids.join(now, left_on=list(on), right_on=list(on.values()))
    before = found.select(*key, before=COLUMNS[kind]).unique(key, keep="last", maintain_order=True)
    return rows.unique(key, keep="last", maintain_order=True).join(
        before, on=key, how="left", maintain_order="left"
    )


def _held_out(rows: pl.DataFrame, trained: TrainedModel) -> pl.DataFrame:
    is_own = rows["source"].is_in([labels.OWN, labels.OWN_AT_RANDOM])
    return (
        pl.DataFrame(
            {
                "target": trained.targets,
                "chance": trained.held_out,
                "is_own": is_own,
                "before": rows["before"],
            }
        )
        .with_columns(before=pl.when("is_own").then("before"))
        .filter(pl.Series(trained.counts))
    )
