"""Only what has changed is scored again, and code that fails changes nothing."""

import polars as pl
import pytest

from tests.support.own_code import CODE, written
from tests.support.pipelines import stale
from workbench import pipeline, scores
from workbench.exceptions import MeasureError, RecipeError
from workbench.measures import store
from workbench.pipeline import recipe_checks
from workbench.recipe import Recipe, RequiredFlag
from workbench.selection import hand_list
from workbench.storage import Workspace


def own(recipe):
    """Return a recipe that names code, and keeps threads by it."""
    select = recipe.select.with_rules({"big": RequiredFlag(require=True)})
    score = recipe.score.model_copy(update={"code": ("mine.py",)})
    return recipe.model_copy(update={"score": score, "select": select})


def test_own_measures_are_added_changed_and_removed(workspace, recipe, tmp_path, monkeypatch):
    store.add_code(workspace, written(tmp_path, CODE))
    coded = own(recipe)
    recipe_checks.check_own(workspace, coded)
    assert stale(workspace, recipe) == []
    assert stale(workspace, coded) == ["score", "select", "export"]
    pipeline.bring_up_to_date(workspace, coded)
    assert stale(workspace, coded) == []
    before = workspace.read("scores")
    assert before["doubled"].to_list() == (before["turns"] * 2).to_list()
    assert "passes_big" in workspace.read("verdicts").columns
    assert [each.name for each in store.of_scores(workspace)] == ["doubled", "big"]

    # A changed file of code is run again; the built-in scores are not computed again.
    monkeypatch.setattr(scores, "from_threads", None)
    written(store.folder_of(workspace), CODE.replace("* 2", "* 3"))
    reasons = {state.stage.name: state.reason for state in pipeline.states(workspace, coded)}
    assert reasons["score"] == "your own measures have changed"
    pipeline.bring_up_to_date(workspace, coded)
    after = workspace.read("scores")
    assert after["doubled"].to_list() == (before["turns"] * 3).to_list()
    assert after.drop("doubled").equals(before.drop("doubled"))

    # Code that fails leaves the table as it is.
    written(store.folder_of(workspace), CODE.replace('threads["turns"]', 'threads["gone"]'))
    with pytest.raises(MeasureError, match=r"mine.py, line 10, in doubled"):
        pipeline.run_stage(workspace, coded, "score")
    assert workspace.read("scores").equals(after)

    pipeline.run_stage(workspace, recipe, "score")
    assert store.of_scores(workspace) == []
    with pytest.raises(TypeError):  # Nothing has changed: somebody wants every score again.
        pipeline.run_stage(workspace, recipe, "score")


def test_rule_without_a_measure_is_refused_before_a_run(tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    store.add_code(workspace, written(tmp_path, CODE))
    unnamed = Recipe.from_toml("[select.own.big]\nrequire = true")
    with pytest.raises(RecipeError, match="There is no measure `big`"):
        recipe_checks.check_own(workspace, unnamed)


def test_recipe_of_an_export_cannot_make_code_run(workspace, recipe, tmp_path):
    store.add_code(workspace, written(tmp_path, CODE))
    pipeline.bring_up_to_date(workspace, own(recipe))
    with pytest.raises(RecipeError, match=r"of the export `default` runs the code `mine.py`"):
        pipeline.redo(workspace, name="default")
    workspace.write_text("recipe.toml", own(recipe).to_toml())
    assert pipeline.redo(workspace, name="default")["pack"] == "default"


def test_decisions_by_hand_make_selection_and_export_stale(workspace, recipe):
    verdicts = workspace.read("verdicts")
    kept = verdicts.filter("kept")["thread_id"]
    hand_list.decide(workspace, [kept[0]], what="thread", decision="drop")
    assert stale(workspace, recipe) == ["select", "export"]
    pipeline.bring_up_to_date(workspace, recipe)
    after = workspace.read("verdicts").filter(pl.col("thread_id") == kept[0])
    assert after["removed_by"].to_list() == ["by_hand"]
    hand_list.decide(workspace, [kept[1]], what="turn", decision="drop")
    assert stale(workspace, recipe) == ["export"]
    pipeline.bring_up_to_date(workspace, recipe)
    hand_list.take_back(workspace, [kept[0]], what="thread")
    states = {state.stage.name: state.reason for state in pipeline.states(workspace, recipe)}
    assert states["select"] == "your decisions by hand have changed"
