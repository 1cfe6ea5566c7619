"""Check which stages are stale, and why."""

import json

import pytest

from tests.support.command_line import FAST_RECIPE
from tests.support.pipelines import stale
from workbench import instructions, pipeline, sample
from workbench.exceptions import StageError
from workbench.pipeline import fingerprints
from workbench.recipe import Recipe


def test_states_follow_the_recipe(workspace, recipe):
    assert stale(workspace, Recipe.from_toml(FAST_RECIPE + "[select.turns]\nmin = 3")) == [
        "select",
        "export",
    ]
    by_author = Recipe.from_toml(FAST_RECIPE + "[export]\nroles = 'author'")
    assert stale(workspace, by_author) == ["export"]
    assert stale(workspace, Recipe.from_toml(FAST_RECIPE + "[threads]\nmin_turns = 3")) == [
        "threads",
        "embed",
        "score",
        "select",
        "export",
    ]


def test_states_follow_the_file_of_instructions(workspace, tmp_path):
    known = tmp_path / "known.txt"
    own = Recipe.from_toml(FAST_RECIPE + f"[score]\ninstructions = '{known}'")
    known.write_text("Why is the sky blue?\n")
    pipeline.bring_up_to_date(workspace, own)
    assert stale(workspace, own) == []
    known.write_text("How do I boil an egg?\n")
    assert stale(workspace, own) == ["score", "select", "export"]


def reason(workspace, recipe):
    """Return the first stale stage, and why it is stale."""
    state = next(s for s in pipeline.states(workspace, recipe) if not s.is_fresh)
    return state.stage.name, state.reason


def test_states_say_what_has_changed(workspace, recipe, tmp_path, monkeypatch):
    shorter = Recipe.from_toml(FAST_RECIPE + "[threads]\nmin_turns = 3")
    assert reason(workspace, shorter) == ("threads", "`[threads]` of the recipe has changed")
    known = tmp_path / "known.txt"
    known.write_text("Why is the sky blue?\n")
    own = Recipe.from_toml(FAST_RECIPE + f"[score]\ninstructions = '{known}'")
    assert reason(workspace, own)[1].startswith("`[score]` of the recipe has changed")
    pipeline.bring_up_to_date(workspace, own)
    known.write_text("How do I boil an egg?\n")
    expected = "the file that `[score] instructions` names has changed"
    assert reason(workspace, own) == ("score", expected)
    pipeline.bring_up_to_date(workspace, own)
    instructions.add(workspace, ["What is a lichen?"], source="x")
    assert reason(workspace, own) == ("score", "the instructions of this workspace have changed")
    sample.write(tmp_path / "more.tar", lines=500, seed=1)
    pipeline.ingest(workspace, own, paths=[str(tmp_path / "more.tar")])
    assert reason(workspace, own) == ("threads", "the tweets have changed")
    with monkeypatch.context() as patch:
        patch.setattr(fingerprints, "VERSION", fingerprints.VERSION + 1)
        assert reason(workspace, own) == ("threads", "the program has changed")


def test_select_refuses_scores_that_another_score_section_made(workspace, recipe, tmp_path):
    known = tmp_path / "known.txt"
    known.write_text("Why is the sky blue?\n")
    own = Recipe.from_toml(FAST_RECIPE + f"[score]\ninstructions = '{known}'")
    before = workspace.path("verdicts").read_bytes()
    with pytest.raises(StageError, match=r"another recipe: `\[score\]` of the recipe") as error:
        pipeline.run_stage(workspace, own, "select")
    assert "workbench score" in error.value.hint
    assert stale(workspace, recipe) == []
    assert workspace.path("verdicts").read_bytes() == before
    pipeline.run_stage(workspace, own, "score")
    pipeline.run_stage(workspace, own, "select")
    known.write_text("How do I boil an egg?\n")
    with pytest.raises(StageError, match="the file that `\\[score\\] instructions` names"):
        pipeline.run_stage(workspace, own, "select")


def test_select_takes_scores_of_older_tweets_and_of_older_versions(workspace, recipe, tmp_path):
    sample.write(tmp_path / "more.tar", lines=500, seed=1)
    pipeline.ingest(workspace, recipe, paths=[str(tmp_path / "more.tar")])
    pipeline.run_stage(workspace, recipe, "select")
    path = workspace.root / "runs" / "score.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"made_of": {}}))
    pipeline.run_stage(workspace, Recipe.from_toml(FAST_RECIPE + "[score]"), "select")
    assert stale(workspace, recipe)[0] == "threads"


def test_states_of_an_older_record_give_a_general_reason(workspace, recipe):
    path = workspace.root / "runs" / "score.json"
    old = json.loads(path.read_text())
    del old["made_of"]
    path.write_text(json.dumps(old))
    assert stale(workspace, recipe) == []
    path.write_text(json.dumps(old | {"fingerprint": "another"}))
    expected = "its input, its recipe or the program has changed"
    assert reason(workspace, recipe) == ("score", expected)


def test_states_follow_new_archives(workspace, recipe, tmp_path):
    sample.write(tmp_path / "more.tar", lines=500, seed=1)
    pipeline.ingest(workspace, recipe, paths=[str(tmp_path / "more.tar")])
    assert stale(workspace, recipe)[0] == "threads"


def test_states_notice_a_missing_table(workspace, recipe):
    workspace.path("scores").unlink()
    assert stale(workspace, recipe) == ["score", "select", "export"]


def test_states_notice_a_stage_that_died(workspace, recipe):
    def die(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.run_stage(workspace, recipe, "threads", on_progress=die)
    assert stale(workspace, recipe)[0] == "threads"
    pipeline.bring_up_to_date(workspace, recipe)
    assert stale(workspace, recipe) == []


def test_a_file_that_changes_during_a_run_makes_the_stage_stale(workspace, tmp_path):
    known = tmp_path / "known.txt"
    known.write_text("how do I boil an egg?")
    recipe = Recipe.from_toml(FAST_RECIPE + f"[score]\ninstructions = '{known}'")
    pipeline.bring_up_to_date(workspace, recipe)

    def change(done: int, total: int) -> None:
        known.write_text("how do I fry an egg?")

    pipeline.run_stage(workspace, recipe, "score", on_progress=change)
    assert stale(workspace, recipe) == ["score", "select", "export"]


def test_a_workspace_without_the_scores_of_its_replies_has_to_be_scored_again(workspace, recipe):
    workspace.path("reply_scores").unlink()
    lacks = "the workspace lacks `reply_scores`"
    assert reason(workspace, recipe) == ("score", lacks)
    with pytest.raises(StageError, match=f"`score` is stale: {lacks}"):
        pipeline.write_export(workspace, recipe, name="other")
    pipeline.bring_up_to_date(workspace, recipe)
    assert stale(workspace, recipe) == []
