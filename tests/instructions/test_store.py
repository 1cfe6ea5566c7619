"""Sets of instructions: the starter set, files, and those of a workspace."""

import json
import re
from importlib import resources

import polars as pl
import pytest

from tests.support.command_line import FAST_RECIPE, call
from workbench import instructions, pipeline, sample
from workbench.dashboard.components import thread_reader
from workbench.exceptions import InstructionError
from workbench.pipeline import exports
from workbench.recipe import Recipe
from workbench.schemas import Instructions
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
    texts = ["Prune  a vine?", "", None, "prune a\tVINE?", starter.upper(), "x\0y"]
    assert instructions.add(workspace, texts, source="one") == 2
    assert instructions.add(workspace, ["PRUNE a vine?", "graft it"], source="two") == 1
    own = instructions.own(workspace)
    assert own["text"].to_list() == ["Prune  a vine?", "x y", "graft it"]
    assert instructions.counts(workspace) == {"one": 2, "two": 1}
    known = instructions.known(workspace, Recipe())
    assert known.height == instructions.starter().height + 3
    assert known["instruction_id"].is_unique().all()


def test_add_skips_what_the_set_of_the_recipe_contains(workspace, tmp_path):
    (tmp_path / "known.txt").write_text("prune a vine\n")
    recipe = Recipe.from_toml(f"[score]\ninstructions = '{tmp_path / 'known.txt'}'")
    starter = instructions.starter()["text"][0]
    texts = ["Prune a vine", starter]
    assert instructions.add(workspace, texts, source="one", recipe=recipe) == 1
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
    provenance = exports.provenance(scored, RECIPE)["instructions"]
    assert provenance["set"] == "starter"
    assert set(provenance["own"]) == {"mine.txt"}
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
        "1 instruction" in call("instructions", "remove", "--source", "more.csv", "-w", "july")[1]
    )
    assert "more.csv" not in call("instructions", "list", "-w", "july")[1]
    assert call("instructions", "remove", "--source", "more.csv", "-w", "july")[0] == 1


SHIPPED = [
    json.loads(line)
    for line in resources.files("workbench")
    .joinpath("data/instructions.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def test_starter_is_large_and_distinct():
    frame = instructions.starter()
    assert frame.height >= 640
    normal = frame["text"].str.to_lowercase().str.replace_all(r"[^\w]+", " ")
    assert normal.n_unique() == frame["instruction_id"].n_unique() == frame.height
    assert frame["source"].unique().to_list() == ["starter"]


def test_starter_ids_count_up():
    ids = instructions.starter()["instruction_id"].to_list()
    assert ids == [f"starter-{number:04d}" for number in range(1, len(ids) + 1)]


def test_starter_covers_thirty_topics():
    counts = instructions.starter()["topic"].value_counts()
    assert counts.height == 30
    assert counts["count"].min() >= 20
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", topic) for topic in counts["topic"])


def test_starter_has_tweets_that_fit_a_tweet():
    tweets = [row["text"] for row in SHIPPED if row["register"] == "tweet"]
    assert len(tweets) >= 250
    assert max(map(len, tweets)) <= 280
    assert {row["register"] for row in SHIPPED} == {"tweet", "assistant"}


def test_starter_needs_no_picture_and_no_link():
    joined = "\n".join(row["text"] for row in SHIPPED)
    assert not re.search(
        r"https?://|@\w{3,}|(?i:attached|screenshot below|this (photo|picture))", joined
    )


def test_starter_repeats_no_template():
    openings = pl.Series([" ".join(row["text"].lower().split()[:4]) for row in SHIPPED])
    assert openings.value_counts()["count"].max() <= 12


def test_combine_keeps_the_first_of_equal_texts(file):
    one = instructions.from_file(file("Name a  cheese\nsecond", "one.txt"))
    two = instructions.from_file(file("third\nname A cheese", "two.txt"))
    both = instructions.combine(one, two)
    assert both["text"].to_list() == ["Name a  cheese", "second", "third"]
    assert both["source"].to_list() == ["one.txt", "one.txt", "two.txt"]


def test_combine_of_nothing_is_empty():
    assert instructions.combine().height == 0


def test_combine_refuses_ids_that_clash():
    rows = {"instruction_id": ["a"], "source": ["x"], "topic": [None], "tweet_id": [None]}
    one, two = (
        pl.DataFrame({**rows, "text": [text]}).pipe(Instructions.validate, cast=True)
        for text in ("one", "two")
    )
    with pytest.raises(InstructionError, match="1 of 2 instructions have the id of another"):
        instructions.combine(one, two)


def test_load_knows_the_starter_set():
    assert instructions.load("starter").equals(instructions.starter())
