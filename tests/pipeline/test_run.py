"""The stages in order: what is stale, what is run, and that equal inputs give equal bytes."""

import hashlib
import json

import pytest

from tests.support.command_line import FAST_RECIPE
from workbench import instructions, pipeline, sample, selection
from workbench.exceptions import ExportError, StageError
from workbench.pipeline import fingerprints, stages
from workbench.recipe import Recipe
from workbench.storage import Workspace


#: No model: the vectors are made by hashing, which keeps little apart, hence the low threshold.
@pytest.fixture(scope="module")
def recipe():
    return Recipe.from_toml(FAST_RECIPE)


@pytest.fixture(scope="module")
def dump(tmp_path_factory):
    path = tmp_path_factory.mktemp("dump") / "sample.tar"
    return path, sample.write(path, lines=3_000)


@pytest.fixture
def workspace(tmp_path, dump, recipe):
    made = Workspace.create(tmp_path / "workspace")
    pipeline.ingest(made, recipe, paths=[str(dump[0])])
    pipeline.bring_up_to_date(made, recipe)
    return made


def stale(workspace, recipe):
    return [s.stage.name for s in pipeline.states(workspace, recipe) if not s.is_fresh]


def test_bring_up_to_date_agrees_with_what_was_written(workspace, recipe, dump):
    truth = dump[1]
    ingest = workspace.last_run("ingest").counts
    assert ingest["lines"] == truth.lines
    assert (ingest["rows"], ingest["deleted"]) == (truth.distinct, truth.deleted)
    threads = workspace.last_run("threads").counts
    assert threads["linked"] == truth.linked_after
    assert threads["threads"] == truth.threads_after
    assert set(truth.questions) <= set(workspace.read("threads")["thread_id"])
    steps = dict(pipeline.funnel(workspace))
    assert 0 < steps["threads kept"] == steps["threads exported"] < steps["threads scored"]


def test_bring_up_to_date_does_nothing_twice(workspace, recipe):
    assert stale(workspace, recipe) == []
    assert pipeline.bring_up_to_date(workspace, recipe) == []


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
    """Give the first stage that is stale, and why."""
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
    told = "the file that `[score] instructions` names has changed"
    assert reason(workspace, own) == ("score", told)
    pipeline.bring_up_to_date(workspace, own)
    instructions.add(workspace, ["What is a lichen?"], source="x")
    assert reason(workspace, own) == ("score", "the instructions of this workspace have changed")
    sample.write(tmp_path / "more.tar", lines=500, seed=1)
    pipeline.ingest(workspace, own, paths=[str(tmp_path / "more.tar")])
    assert reason(workspace, own) == ("threads", "the tweets have changed")
    with monkeypatch.context() as patch:
        patch.setattr(fingerprints, "VERSION", fingerprints.VERSION + 1)
        assert reason(workspace, own) == ("threads", "the program has changed")


def test_states_of_an_older_record_keep_to_general_words(workspace, recipe):
    path = workspace.root / "runs" / "score.json"
    old = json.loads(path.read_text())
    del old["made_of"]
    path.write_text(json.dumps(old))
    assert stale(workspace, recipe) == []
    path.write_text(json.dumps(old | {"fingerprint": "another"}))
    told = "its input, its recipe or the program has changed"
    assert reason(workspace, recipe) == ("score", told)


@pytest.mark.parametrize(
    "setting", ["instructions", "profanity", "prompt_classifier", "reply_classifier"]
)
def test_fingerprint_follows_a_file_in_the_home_folder(tmp_path, monkeypatch, setting):
    monkeypatch.setenv("HOME", str(tmp_path))
    workspace = Workspace.create(tmp_path / "workspace")
    own = Recipe.from_toml(f"[score]\n{setting} = '~/mine'")
    found = set()
    for content in ["one", "two"]:
        (tmp_path / "mine").write_text(content)
        told = fingerprints.inputs(workspace, own, stages.BY_NAME["score"])
        found.add(fingerprints.of(own, stages.BY_NAME["score"], told))
    assert len(found) == 2


def test_states_follow_new_archives(workspace, recipe, tmp_path):
    sample.write(tmp_path / "more.tar", lines=500, seed=1)
    pipeline.ingest(workspace, recipe, paths=[str(tmp_path / "more.tar")])
    assert stale(workspace, recipe)[0] == "threads"


def test_states_notice_a_table_that_is_gone(workspace, recipe):
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


def test_run_stage_says_which_stage_comes_first(tmp_path, recipe):
    empty = Workspace.create(tmp_path / "empty")
    with pytest.raises(StageError, match="workbench score"):
        pipeline.run_stage(empty, recipe, "select")


def test_pack_refuses_to_overwrite_and_names_that_leave_the_folder(workspace, recipe):
    with pytest.raises(ExportError, match="default"):
        pipeline.write_export(workspace, recipe, name=stages.DEFAULT_EXPORT)
    with pytest.raises(ExportError):
        pipeline.write_export(workspace, recipe, name="../elsewhere")


def test_pack_with_nothing_kept_says_what_to_do(workspace):
    strict = Recipe.from_toml(FAST_RECIPE + "[select.turns]\nmin = 1000")
    pipeline.bring_up_to_date(workspace, strict)
    with pytest.raises(StageError, match="loosen the rules"):
        pipeline.write_export(workspace, strict, name="none")


def test_export_pack_applies_the_rules_of_its_own_recipe(workspace, recipe):
    pipeline.bring_up_to_date(workspace, recipe)
    before = workspace.path("verdicts").read_bytes()
    strict = Recipe.from_toml(FAST_RECIPE + "[select.turns]\nmin = 3")
    written = pipeline.write_export(workspace, strict, name="strict")
    kept = selection.from_scores(workspace.scan("scores"), settings=strict.select)["kept"]
    assert written["threads"] == kept.sum() < workspace.read("verdicts")["kept"].sum()
    assert workspace.path("verdicts").read_bytes() == before
    assert stale(workspace, recipe) == []


def test_export_pack_is_the_same_with_and_without_the_table_of_verdicts(workspace, recipe):
    strict = Recipe.from_toml(FAST_RECIPE + "[select.turns]\nmin = 3")
    pipeline.bring_up_to_date(workspace, recipe)
    pipeline.write_export(workspace, strict, name="computed")
    pipeline.run_stage(workspace, strict, "select")
    pipeline.write_export(workspace, strict, name="read")
    computed, read = (workspace.exports_path / name for name in ("computed", "read"))
    files = sorted(path.name for path in read.iterdir())
    assert files == sorted(path.name for path in computed.iterdir())
    for file in files:
        if file.endswith((".jsonl", ".parquet")):
            assert (read / file).read_bytes() == (computed / file).read_bytes()


def test_export_pack_refuses_scores_that_another_recipe_made(workspace, recipe):
    pipeline.bring_up_to_date(workspace, recipe)
    other = Recipe.from_toml(FAST_RECIPE + "[threads]\nmin_turns = 3")
    with pytest.raises(StageError, match="`threads` made is stale"):
        pipeline.write_export(workspace, other, name="other")
    assert not (workspace.exports_path / "other").exists()


def test_a_file_that_changes_while_a_stage_runs_makes_it_stale(workspace, tmp_path):
    known = tmp_path / "known.txt"
    known.write_text("how do I boil an egg?")
    recipe = Recipe.from_toml(FAST_RECIPE + f"[score]\ninstructions = '{known}'")
    pipeline.bring_up_to_date(workspace, recipe)

    def change(done: int, total: int) -> None:
        known.write_text("how do I fry an egg?")

    pipeline.run_stage(workspace, recipe, "score", on_progress=change)
    assert stale(workspace, recipe) == ["score", "select", "export"]


def digests(folder):
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def test_equal_inputs_give_equal_bytes(workspace, recipe, dump, tmp_path):
    again = Workspace.create(tmp_path / "again")
    (again.root / "private").mkdir()
    (again.root / "private" / "secret").write_bytes(workspace.secret)
    pipeline.ingest(again, recipe, paths=[str(dump[0])])
    pipeline.bring_up_to_date(again, recipe)
    for folder in ["1_tweets/tweets", "2_threads", "4_scores", "5_selection", "6_exports"]:
        assert digests(again.root / folder) == digests(workspace.root / folder), folder
