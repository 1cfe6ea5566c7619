"""Add, list and remove measures from the command line."""

import json

import polars as pl

from tests.support import fakes
from tests.support.command_line import call
from tests.support.own_code import CODE, written


def test_scores_are_added_listed_and_removed(folder):
    workspace = fakes.workspace(folder / "workspace", threads=5)
    ids = workspace.read("turns").select(pl.col("tweet_id").cast(pl.String)).head(3)
    ids.with_columns(mood=pl.Series([0.1, None, float("nan")])).write_csv("mood.csv")
    code, output = call("scores", "add", "mood.csv", "--by", "max")
    assert code == 0, output
    assert "mood.csv: `mood` of 3 tweets; 2 of the values are unknown" in output
    assert "the max of its tweets" in output
    written(folder, CODE)
    output = call("scores", "add", "mine.py", "--by", "max")[1]
    assert '[score]\ncode = ["mine.py"]' in output
    assert "--by and --column are ignored" in output
    listed = call("scores", "list")[1]
    assert "mood.csv" in listed
    assert "mine.py" in listed
    files = json.loads(call("scores", "list", "--json")[1])["files"]
    assert [file["origin"] for file in files] == ["mood.csv", "mine.py"]
    assert call("scores", "remove", "mood.csv")[0] == 0
    assert "mood.csv" not in call("scores", "list")[1]


def test_nothing_is_added_from_a_wrong_file(folder):
    fakes.workspace(folder / "workspace", threads=5)
    (folder / "mood.csv").write_text("thread_id,mood\n1.1e18,2\n")
    code, output = call("scores", "add", "mood.csv")
    assert code == 1
    assert "Nothing was added" in output
    assert "no measures of your own" in call("scores", "list")[1]


def test_rules_of_a_workspace_have_those_on_its_own_measures(folder):
    workspace = fakes.workspace(folder / "workspace", threads=5)
    workspace.write("scores", workspace.read("scores").with_columns(mood=0.5))
    assert "own.mood" in call("rules", "-w", "workspace")[1]
    assert "own.mood" not in call("rules")[1]
    rules = json.loads(call("rules", "-w", "workspace", "--json")[1])["rules"]
    assert [rule["name"] for rule in rules if rule["is_own"]] == ["mood"]


def test_a_file_without_a_known_id_is_refused_and_an_option_without_effect_is_named(folder):
    workspace = fakes.workspace(folder / "workspace", threads=5)
    (folder / "mood.csv").write_text("thread_id,mood\n1,2\n")
    code, output = call("scores", "add", "mood.csv")
    assert code == 1
    assert "call the column `tweet_id`" in " ".join(output.split())
    thread = workspace.read("threads")["thread_id"][0]
    (folder / "mood.csv").write_text(f"thread_id,mood\n{thread},2\n")
    output = call("scores", "add", "mood.csv", "--by", "max")[1]
    assert "`mood` of 1 thread." in output
    assert "--by max is ignored" in output
