"""The instructions of a workspace's own: added once, told by source, gone with their tweets."""

import polars as pl
import pytest

from tests.support.command_line import FAST_RECIPE, call
from workbench import instructions, pipeline, sample
from workbench.dashboard.components import thread_reader
from workbench.exceptions import InstructionError
from workbench.pipeline import exports
from workbench.recipe import Recipe
from workbench.storage import Workspace

RECIPE = Recipe.from_toml(FAST_RECIPE)


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "workspace")


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    root = tmp_path_factory.mktemp("scored")
    sample.write(root / "sample.tar", lines=1_500)
    made = Workspace.create(root / "workspace")
    pipeline.ingest(made, RECIPE, paths=[str(root / "sample.tar")])
    pipeline.bring_up_to_date(made, RECIPE)
    return made


def tweets(ids, texts):
    return pl.DataFrame({"text": texts, "tweet_id": ids}, schema={"text": str, "tweet_id": int})


def test_add_takes_each_text_once(workspace):
    starter = instructions.starter()["text"][0]
    given = ["Prune  a vine?", "", None, "prune a\tVINE?", starter.upper(), "x\0y"]
    assert instructions.add(workspace, given, source="one") == 2
    assert instructions.add(workspace, ["PRUNE a vine?", "graft it"], source="two") == 1
    own = instructions.own(workspace)
    assert own["text"].to_list() == ["Prune  a vine?", "x y", "graft it"]
    assert instructions.counts(workspace) == {"one": 2, "two": 1}
    known = instructions.known(workspace, Recipe())
    assert known.height == instructions.starter().height + 3
    assert known["instruction_id"].is_unique().all()


def test_add_holds_against_the_set_of_the_recipe(workspace, tmp_path):
    (tmp_path / "known.txt").write_text("prune a vine\n")
    recipe = Recipe.from_toml(f"[score]\ninstructions = '{tmp_path / 'known.txt'}'")
    starter = instructions.starter()["text"][0]
    given = ["Prune a vine", starter]
    assert instructions.add(workspace, given, source="one", recipe=recipe) == 1
    assert instructions.known(workspace, recipe)["text"].to_list() == ["prune a vine", starter]


def test_add_keeps_topic_and_tweet(workspace):
    rows = tweets([7, None], ["how to swim?", "how to dive?"]).with_columns(topic=pl.lit("sport"))
    assert instructions.add(workspace, rows, source="examples") == 2
    own = instructions.own(workspace).select("topic", "tweet_id", "source")
    assert own.rows() == [("sport", 7, "examples"), ("sport", None, "examples")]


def test_add_needs_a_source(workspace):
    with pytest.raises(InstructionError, match="need a source"):
        instructions.add(workspace, ["how?"], source=" ")


def test_remove_names_the_sources_there_are(workspace):
    with pytest.raises(InstructionError, match="None of the 0 instructions"):
        instructions.remove(workspace, source="one")
    instructions.add(workspace, ["how?"], source="one")
    with pytest.raises(InstructionError, match="there are one"):
        instructions.remove(workspace, source="two")
    assert instructions.remove(workspace, source="one") == 1
    assert not workspace.has("instructions")


def test_deletions_take_the_texts_of_tweets(workspace):
    rows = tweets([7, 8], ["how to swim?", "how to dive?"])
    instructions.add(workspace, rows, source="examples")
    assert instructions.forget_deleted(workspace) == 0
    pipeline.delete(workspace, [8, 9])
    assert instructions.own(workspace)["text"].to_list() == ["how to swim?"]
    assert b"dive" not in workspace.path("instructions").read_bytes()
    again = tweets([8, 9], ["how to dive?", "how to fly?"])
    assert instructions.add(workspace, again, source="examples") == 0
    pipeline.delete(workspace, [7])
    assert not workspace.has("instructions")


def test_scores_follow_what_is_added_and_removed(scored):
    before = scored.read("scores")
    thread = before.sort("similarity", nulls_last=True).row(0, named=True)
    text = scored.read("turns").filter(pl.col("tweet_id") == thread["root_id"])["text"]
    instructions.add(scored, [thread["prompt"], *text], source="mine.txt")
    stale = [s.stage.name for s in pipeline.states(scored, RECIPE) if not s.is_fresh]
    assert stale[0] == "score"
    pipeline.bring_up_to_date(scored, RECIPE)
    row = scored.read("scores").row(
        by_predicate=pl.col("thread_id") == thread["thread_id"], named=True
    )
    assert row["similarity"] == pytest.approx(1, abs=1e-5)
    assert row["nearest_instruction"].startswith("mine-")
    assert (
        thread["prompt"]
        in thread_reader.known_instructions(scored, RECIPE)[row["nearest_instruction"]]
    )
    told = exports.provenance(scored, RECIPE)["instructions"]
    assert told["set"] == "starter"
    assert set(told["own"]) == {"mine.txt"}
    instructions.remove(scored, source="mine.txt")
    pipeline.bring_up_to_date(scored, RECIPE)
    assert scored.read("scores").equals(before)


def test_commands_add_list_and_remove(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Workspace.create(tmp_path / "july")
    (tmp_path / "garden.jsonl").write_text('{"instruction": "Prune a vine."}\n{bad\n')
    (tmp_path / "more.csv").write_text("question,answer\nprune a vine.,so\nwhy [red]prune?,so\n")
    code, output = call("instructions", "add", "garden.jsonl", "more.csv", "-w", "july")
    assert code == 0, output
    assert "garden.jsonl: 2 records, 1 added, 0 known before or repeated, 1 without" in output
    assert "more.csv: 2 records, 1 added, 1 known before or repeated, 0 without" in output
    assert call("instructions", "add", "garden.jsonl", "-w", "july", "--name", "x")[0] == 0
    assert "more.csv" in call("instructions", "list", "-w", "july")[1]
    assert (
        "1 instructions" in call("instructions", "remove", "--source", "more.csv", "-w", "july")[1]
    )
    assert "more.csv" not in call("instructions", "list", "-w", "july")[1]
    assert call("instructions", "remove", "--source", "more.csv", "-w", "july")[0] == 1
