"""Experiments: a classifier is trained aside, and the rules decide what it would change."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from tests.support import fakes
from workbench import instructions, labels, selection
from workbench.classifiers import (
    evaluation,
    experiments,
    model_file,
    prompt_classifier,
    quality,
    reply_classifier,
    training,
    training_data,
)
from workbench.cli import app
from workbench.cli.reports import training as reports
from workbench.dashboard.components import threshold_curves
from workbench.dashboard.label import experiment
from workbench.dashboard.label.evaluation import ON_EVERY, show
from workbench.dashboard.label.queue import Queue
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.embeddings.engines.hashing import HashingEmbedder
from workbench.exceptions import ModelError, StageError
from workbench.recipe import Bounds, Recipe, ScoreSettings
from workbench.scores import predictions

RECIPE = Recipe.from_toml("[embed]\nmodel = 'hashing'\n[select.language]\nany_of = ['en', 'ja']")


@pytest.fixture(scope="module", autouse=True)
def few_examples():
    """Train on a tenth of the examples that ship: it is not them that is tested."""
    with pytest.MonkeyPatch.context() as patched:
        for judge in (prompt_classifier, reply_classifier):
            few = judge.examples().gather_every(10)
            patched.setattr(judge, "examples", lambda few=few: few)
        yield


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    workspace = fakes.workspace(tmp_path_factory.mktemp("trials") / "ws", threads=300)
    second = pl.col("thread_id") + 7_000_000_000
    workspace.write("scores", workspace.read("scores").with_columns(best_reply_id=second))
    session = ScoresSession(workspace, workspace.read("scores"))
    everything = pl.repeat(True, 300, dtype=pl.Boolean, eager=True)
    for kind, good in [(prompt_classifier.KIND, "fits"), (reply_classifier.KIND, "answers")]:
        queue = Queue(session, everything, kind=kind, order="Fair sample", labeller="ann")
        rows = [queue.take().row(good if place % 3 else "no") for place in range(45)]
        labels.add(workspace, pl.concat(rows), labeller="ann")
    return session


@pytest.fixture(scope="module", params=[prompt_classifier.KIND, reply_classifier.KIND])
def trial(live, request):
    steps = []
    trained = experiments.run(
        live.workspace, kind=request.param, recipe=RECIPE, on_step=steps.append
    )
    assert tuple(dict.fromkeys(step.name for step in steps)) == experiments.STEPS
    folds = [step for step in steps if step.name == training.VALIDATE]
    assert [step.done for step in folds] == list(range(folds[0].total))
    return trained


def test_run_classifies_every_thread_and_changes_nothing_in_use(live, trial):
    kind = trial.model.kind
    assert trial.judged["thread_id"].to_list() == live.scores["thread_id"].to_list()
    assert trial.judged["before"].to_list() == live.scores[experiments.COLUMNS[kind]].to_list()
    assert trial.judged["after"].drop_nulls().is_between(0, 1).all()
    assert trial.judged["after"].null_count() < 300
    assert not (live.workspace.root / "recipe.toml").exists()
    assert live.workspace.read("scores").equals(live.scores)


def test_run_learns_from_the_instructions_of_the_workspace(live):
    asked = [f"Name {count} uses of a zibble." for count in range(12)]
    instructions.add(live.workspace, asked, source="zibbles")
    try:
        trained_on = experiments.run(
            live.workspace, kind=prompt_classifier.KIND, recipe=RECIPE
        ).model.trained_on
    finally:
        instructions.remove(live.workspace, source="zibbles")
    assert trained_on["sources"][training_data.OWN_INSTRUCTIONS] == 12
    trial = experiments.load(live.workspace, prompt_classifier.KIND)
    assert trial.held_out.height == trained_on["rows"] - 12


def test_held_out_marks_own_rows_and_their_current_scores(live, trial):
    own = trial.own
    texts = 24  # questions that the fake threads can ask; equal texts are one row
    assert 0 < own.height <= (texts if trial.model.kind == prompt_classifier.KIND else 45)
    assert set(own["target"]) <= {0.0, 1.0}
    assert set(own["before"]) <= set(live.scores[experiments.COLUMNS[trial.model.kind]])
    is_own = pl.col("source").is_in([labels.OWN, labels.OWN_AT_RANDOM])
    assert trial.held_out.filter(~is_own)["before"].null_count() > 40


def test_classify_returns_what_the_stage_score_would(tmp_path, trial):
    made = fakes.workspace(tmp_path / "ws", threads=40)
    fakes.embed(made)
    kind, embedder = trial.model.kind, HashingEmbedder()
    classified = experiments.classify(made, trial.model, embedder=embedder)
    settings = ScoreSettings(**{kind: str(trial.folder / f"{kind}.json")})
    facts = made.read("threads")
    scored = predictions.from_threads(
        made.scan("turns"),
        facts,
        path=made.embeddings_path,
        embedder=embedder,
        settings=settings,
    )
    by_root = dict(scored.roots.select("root_id", experiments.COLUMNS[kind]).rows())
    assert classified["thread_id"].to_list() == facts["thread_id"].to_list()
    assert classified["after"].to_list() == [by_root.get(root) for root in facts["root_id"]]


def test_classify_refuses_the_vectors_of_another_embedder(tmp_path, trial):
    made = fakes.workspace(tmp_path / "ws", threads=10)
    fakes.embed(made)
    other = HashingEmbedder()
    other.digest = "0" * 64
    with pytest.raises(StageError, match="were made by hashing"):
        experiments.classify(made, trial.model, embedder=other)


@pytest.mark.parametrize(("spread", "is_flat"), [(0.001, True), (0.1, False)])
def test_summary_warns_of_a_flat_classifier(spread, is_flat):
    after = pl.Series("after", [0.5, 0.5 + spread, 0.5 - spread, None])
    changes = pl.DataFrame({"after": after}).with_columns(
        kept_now=pl.lit(value=True), kept_then=pl.lit(value=True)
    )
    assert (
        evaluation.IS_FLAT in experiment.summary(changes, kind=prompt_classifier.KIND).text
    ) == is_flat


@pytest.mark.parametrize("floor", [None, 0.3, 0.55])
def test_changes_are_what_the_rules_say_of_the_new_scores(live, trial, floor):
    rule = experiments.COLUMNS[trial.model.kind]
    settings = RECIPE.select.model_copy(update={rule: Bounds(min=floor)})
    changes = experiment.changes(live, settings, trial)
    now = live.workspace.read("scores")
    judged = dict(trial.judged.select("thread_id", "after").rows())
    then = now.with_columns(
        pl.Series(rule, [judged[i] for i in now["thread_id"]], dtype=pl.Float32).alias("new")
    ).with_columns(pl.coalesce("new", rule).alias(rule))
    for scores, column in [(now, "kept_now"), (then, "kept_then")]:
        expected = selection.from_scores(scores.drop("new", strict=False), settings=settings)
        assert changes[column].to_list() == expected["kept"].to_list()
    for side, (kept_now, kept_then) in experiment.SIDES.items():
        rows = experiment.rows(live, changes, side=side)
        both = (changes["kept_now"] == kept_now) & (changes["kept_then"] == kept_then)
        assert rows.height == min(int(both.sum()), experiment.LISTED)
        assert rows["text"].null_count() == 0


def test_use_writes_the_recipe_and_leaves_its_other_settings(live, trial):
    place = live.workspace.root / "recipe.toml"
    live.workspace.write_text("recipe.toml", RECIPE.to_toml())
    try:
        path = experiments.use(live.workspace, trial)
        recipe = Recipe.load(place)
        assert getattr(recipe.score, trial.model.kind) == str(path)
        assert recipe.select == RECIPE.select
        assert model_file.load(path, kind=trial.model.kind) == trial.model
    finally:
        place.unlink()


def test_evaluation_draws_classifiers_with_labels_and_without(live, trial, tmp_path):
    kind = trial.model.kind
    shown = show(live, RECIPE.select, trial, kind=kind).text
    assert "new, on your labels" in shown
    row = shown.split(ON_EVERY)[1].split("</tr>")[0]
    figures = quality.by_set(trial.held_out)[quality.EVERY]
    for cell in (
        f"{figures.average_precision:.3f}",
        f"{figures.low:.3f} to {figures.high:.3f}",
        f"{trial.model.part.calibration_error:.3f}",
    ):
        assert f"<td>{cell}</td>" in row
    printed = reports.quality_cells(figures)
    assert printed == (
        f"{figures.average_precision:.3f}",
        f"{figures.low:.3f} to {figures.high:.3f}",
    )
    bare = fakes.workspace(tmp_path / "ws", threads=20)
    without = show(ScoresSession(bare, bare.read("scores")), RECIPE.select, None, kind=kind).text
    assert "Label some and train" in without


def test_evaluation_of_few_labels_draws_no_curve(live, trial, monkeypatch):
    one_yes = pl.DataFrame({"target": [1.0, *[0.0] * 24], "chance": [0.9, *[0.1] * 24]})
    held_out = one_yes.with_columns(source=pl.lit(labels.OWN_AT_RANDOM), before=0.5)
    few = replace(trial, held_out=held_out)
    labelled = threshold_curves.LabelledScores(
        one_yes["chance"].to_numpy(), one_yes["target"].to_numpy() == 1, np.zeros(0), "fit"
    )
    monkeypatch.setattr(threshold_curves, "labelled", lambda live, rule: labelled)
    shown = show(live, RECIPE.select, few, kind=trial.model.kind).text
    assert shown.count("too few to tell: needs 9 more yes") == 4
    assert "1.000" not in shown
    assert "Precision and recall" not in shown
    assert "Calibration" not in shown
    assert "Yield by threshold" in shown


def test_load_of_a_damaged_experiment_is_none(live, trial):
    kind = trial.model.kind
    path = experiments.folder(live.workspace, kind) / "judged.parquet"
    data = path.read_bytes()
    path.write_bytes(data[:50])
    assert experiments.load(live.workspace, kind) is None
    path.write_bytes(data)
    assert experiments.load(live.workspace, kind) is not None


def test_run_of_an_unknown_classifier_lists_the_known_ones(live):
    with pytest.raises(ModelError, match="nonsense"):
        experiments.run(live.workspace, kind="nonsense", recipe=RECIPE)


def test_command_trains_a_classifier_and_reports_its_quality(live):
    place = str(live.workspace.root)
    live.workspace.write_text("recipe.toml", RECIPE.to_toml())
    try:
        done = CliRunner().invoke(app, ["trial", "prompt_classifier", "-w", place])
        assert done.exit_code == 0, done.output
        assert "300 threads classified again" in done.output
        assert "no vectors, so the classifier used the wording alone" in " ".join(
            done.output.split()
        )
        after = experiments.load(live.workspace, prompt_classifier.KIND).judged["after"]
        kept = int((after >= 0.5).sum())
        assert f"0.50 {kept} {kept / 300:.1%}" in " ".join(done.output.split())
        done = CliRunner().invoke(app, ["trial", "nonsense", "-w", place])
        assert done.exit_code == 1
    finally:
        (live.workspace.root / "recipe.toml").unlink()
