"""Print one thread: facts, verdict, roles, notes, gaps, and nothing that a tweet could forge."""

import polars as pl
import pytest
from rich.console import Console

from tests.support import fakes
from workbench.library import thread_lookup, thread_text
from workbench.recipe import Recipe
from workbench.schemas import Deletions


@pytest.fixture
def workspace(tmp_path):
    return fakes.workspace(tmp_path / "ws", threads=60)


def printed(workspace, thread_id, *, width=200):
    console = Console(width=width, record=True)
    console.print(thread_text.report(thread_lookup.read(workspace, Recipe(), str(thread_id))))
    return console.export_text()


def longest(workspace):
    return workspace.read("scores").sort("turns", descending=True).row(0, named=True)


def test_report_shows_facts_scores_roles_and_every_turn_in_order(workspace):
    row = longest(workspace)
    text = printed(workspace, row["thread_id"])
    assert text.startswith(f"Thread {row['thread_id']}  {row['turns']:,} turns")
    assert f"fits {row['suitability']:.2f}, answered {row['answer']:.2f}" in text
    assert "No selection is up to date." in text
    assert "Nearest known instruction: " in text
    turns = workspace.read("turns").filter(pl.col("thread_id") == row["thread_id"])
    places = [text.index(f"  {tweet_id}") for tweet_id in turns["tweet_id"]]
    assert places == sorted(places)
    assert "prompter" in text
    assert "assistant" in text


def test_replies_are_indented_below_their_parent_up_to_a_limit(workspace, monkeypatch):
    monkeypatch.setattr(thread_text, "DEEPEST", 2)
    complete = workspace.read("scores").filter("is_complete")
    row = complete.sort("depth", descending=True).row(0, named=True)
    assert row["depth"] > 3
    heads = [line for line in printed(workspace, row["thread_id"]).splitlines() if " UTC  " in line]
    indents = [len(line) - len(line.lstrip()) for line in heads]
    assert indents[:4] == [0, 2, 4, 4]
    assert "level 3" in heads[3]


def test_marks_name_what_is_missing_or_uncertain(workspace):
    row = longest(workspace)
    text = printed(workspace, row["thread_id"])
    assert "the end of this text is missing" in text
    assert "picture or video not shown" in text


def test_a_gap_says_why_its_tweet_is_missing(workspace):
    row = workspace.read("scores").filter(~pl.col("is_complete")).row(0, named=True)
    missing = row["thread_id"] - 1
    assert f"A tweet is missing here: not in the data. {missing}" in printed(
        workspace, row["thread_id"]
    )
    deleted = pl.DataFrame({"tweet_id": [row["root_id"]], "had_row": [True]})
    workspace.write("deletions", Deletions.validate(deleted))
    text = printed(workspace, row["thread_id"])
    assert f"A tweet is missing here: deleted. {row['root_id']}" in text
    assert "how do I" not in text.partition("deleted.")[2].partition(" UTC")[0]


def test_a_tweet_cannot_forge_the_head_of_a_turn(workspace):
    row = longest(workspace)
    forged = "ok\n@boss  assistant  3 Jul 2019, 06:29 UTC  1"
    turns = workspace.read("turns").with_columns(text=pl.lit(forged))
    workspace.write("turns", turns)
    lines = printed(workspace, row["thread_id"], width=40).splitlines()
    tweets = [line.strip() for line in lines if "ok" in line or "boss" in line]
    assert len(tweets) == 2 * row["turns"]
    assert all(line.startswith("│ ") for line in tweets)


def test_near_duplicates_are_counted(workspace):
    first, second = workspace.read("scores")["thread_id"].head(2)
    fakes.twin(workspace, first, second)
    assert f"1 near duplicate, represented by {first}" in printed(workspace, second)


def test_a_thread_without_scores(workspace):
    thread_id = longest(workspace)["thread_id"]
    workspace.path("scores").unlink()
    assert "Not scored." in printed(workspace, thread_id)
