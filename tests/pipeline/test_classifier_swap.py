"""A new classifier is put to use: recipe, scores and selection, and what changed."""

import msgspec
import polars as pl
import pytest
from typer.testing import CliRunner

from workbench import pipeline
from workbench.classifiers import experiments, model_file, prompt_classifier
from workbench.cli import app
from workbench.embeddings import embedders
from workbench.exceptions import ModelError
from workbench.pipeline import classifier_swap
from workbench.recipe import Recipe

KIND = prompt_classifier.KIND


def write_trial(workspace, *, bias):
    """Write an experiment whose classifier is the shipped one with another bias."""
    folder = experiments.folder(workspace, KIND)
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    model, hashing = model_file.load("starter", kind=KIND), embedders.load("hashing")
    surface = msgspec.structs.replace(model.surface, bias=bias)
    both = msgspec.structs.replace(surface, vector=[0.0] * hashing.dimensions)
    changed = msgspec.structs.replace(
        model,
        surface=surface,
        both={hashing.digest: both},
        embedders={hashing.digest: hashing.name},
    )
    model_file.save(changed, folder / f"{KIND}.json")
    names = {"target": 1.0, "chance": 0.5, "source": "test", "before": None}
    pl.DataFrame([names]).write_parquet(folder / "held_out.parquet")
    pl.DataFrame({"thread_id": [1]}).write_parquet(folder / "judged.parquet")


def test_apply_rescores_and_says_what_enters_and_leaves(finished_workspace):
    workspace = finished_workspace
    before = workspace.read("verdicts").select("thread_id", "kept")
    write_trial(workspace, bias=-30.0)
    changes = classifier_swap.apply(workspace, KIND)
    assert changes["kept_now"].to_list() == before["kept"].to_list()
    verdicts = workspace.read("verdicts")
    assert changes["kept_then"].to_list() == verdicts["kept"].to_list()
    assert changes.filter("kept_now", ~pl.col("kept_then")).height > 0
    assert (workspace.read("scores")["suitability"].drop_nulls() < 0.01).all()
    recipe = Recipe.load(workspace.root / "recipe.toml")
    assert recipe.score.prompt_classifier != "starter"
    stale = [state.stage.name for state in pipeline.states(workspace, recipe) if state.reason]
    assert stale in ([], ["export"])
    assert experiments.applied(workspace, KIND).equals(changes)


def test_apply_that_was_stopped_compares_with_what_was_kept_before(finished_workspace, monkeypatch):
    workspace = finished_workspace
    kept = workspace.read("verdicts")["kept"].to_list()
    write_trial(workspace, bias=-30.0)
    with monkeypatch.context() as patched:
        patched.setattr(classifier_swap, "refresh", lambda *_args, **_options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            classifier_swap.apply(workspace, KIND)
    assert experiments.applied(workspace, KIND) is None
    pipeline.bring_up_to_date(workspace, Recipe.load(workspace.root / "recipe.toml"))
    assert classifier_swap.apply(workspace, KIND)["kept_now"].to_list() == kept


def test_command_applies_or_says_what_to_run_first(finished_workspace):
    place = str(finished_workspace.root)
    result = CliRunner().invoke(app, ["apply", "-w", place])
    assert result.exit_code == 1
    assert "workbench trial prompt_classifier" in result.output
    with pytest.raises(ModelError):
        classifier_swap.apply(finished_workspace, KIND)
    write_trial(finished_workspace, bias=30.0)
    result = CliRunner().invoke(app, ["apply", "-w", place])
    assert result.exit_code == 0, result.output
    assert "kept before" in result.output
