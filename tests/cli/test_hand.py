"""Keep and drop by hand from the command line."""

import json

import polars as pl

from tests.support import fakes
from tests.support.command_line import call


def test_decisions_are_made_listed_and_taken_back(folder):
    workspace = fakes.workspace(folder / "workspace", threads=5)
    thread = workspace.read("threads")["thread_id"][0]
    assert "1 thread kept by hand." in call("hand", "keep", thread, "--note", "good")[1]
    turns = workspace.read("turns")["tweet_id"].head(2).to_list()
    assert "2 turns dropped by hand." in call("hand", "drop", *turns, "--turn")[1]
    rows = json.loads(call("hand", "list", "--json")[1])["decisions"]
    assert rows[0] == {"what": "thread", "id": str(thread), "decision": "keep", "note": "good"}
    assert len(rows) == 3
    assert "good" in call("hand", "list")[1]
    assert "1 decision on threads taken back." in call("hand", "clear", thread)[1]
    assert call("hand", "clear", *turns, "--turn")[0] == 0
    assert "Nothing was kept or dropped by hand." in call("hand", "list")[1]


def test_wrong_ids_are_refused(folder):
    fakes.workspace(folder / "workspace", threads=5)
    code, output = call("hand", "keep", "12x")
    assert code == 1
    assert "'12x' is not an id" in output


def test_a_thread_kept_against_the_rules_is_counted_and_named(folder):
    workspace = fakes.workspace(folder / "workspace", threads=30)
    fakes.settle(workspace)
    assert call("select")[0] == 0, call("select")[1]
    removed = workspace.read("verdicts").filter(~pl.col("kept"))["thread_id"][0]
    call("hand", "keep", removed, "--note", "a good answer")
    output = " ".join(call("select")[1].split())
    assert "1 thread is kept by hand although a rule removes it." in output
    assert "1 thread kept by hand although a rule removes it" in output
    shown = " ".join(call("show", removed)[1].split())
    assert "Kept by hand: a good answer. The rules alone remove it: " in shown
    call("hand", "drop", removed, "--note", "spam")
    call("select")
    assert "Dropped by hand: spam. The rules alone remove it" in " ".join(
        call("show", removed)[1].split()
    )


def test_ids_of_the_other_kind_are_refused_with_what_to_do(folder):
    workspace = fakes.workspace(folder / "workspace", threads=5)
    turn = workspace.read("turns").filter(pl.col("position") == 1).row(0, named=True)
    code, output = call("hand", "keep", turn["tweet_id"])
    assert code == 1
    assert f"add --turn to decide on the turn, or name the thread {turn['thread_id']}" in " ".join(
        output.split()
    )
    assert "12 is in no thread" in call("hand", "drop", turn["thread_id"], 12)[1]
    assert "Nothing was kept or dropped by hand." in call("hand", "list")[1]


def test_a_note_stays_with_its_decision_and_goes_with_another(folder):
    workspace = fakes.workspace(folder / "workspace", threads=5)
    thread = workspace.read("threads")["thread_id"][0]
    call("hand", "keep", thread, "--note", "good")
    assert "0 threads kept by hand." in call("hand", "keep", thread)[1]
    assert "good" in call("hand", "list")[1]
    changed = call("hand", "drop", thread)[1]
    assert "1 earlier note removed with the earlier decision." in " ".join(changed.split())
    assert "0 decisions on turns taken back. There are some without --turn." in " ".join(
        call("hand", "clear", thread, "--turn")[1].split()
    )
