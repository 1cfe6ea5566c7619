"""Keep and drop by hand from the command line."""

import json

import polars as pl

from tests.support import fakes
from tests.support.command_line import call


def test_decisions_are_made_listed_and_taken_back(folder):
    workspace = fakes.workspace(folder / "workspace", threads=5)
    thread = workspace.read("threads")["thread_id"][0]
    assert "1 thread kept by hand." in call("hand", "keep", thread, "--note", "good")[1]
    dropped = call("hand", "drop", thread, 12, "--turn")[1]
    assert "2 turns dropped by hand. 1 id not in this workspace" in " ".join(dropped.split())
    rows = json.loads(call("hand", "list", "--json")[1])["decisions"]
    assert rows[0] == {"what": "thread", "id": str(thread), "decision": "keep", "note": "good"}
    assert len(rows) == 3
    assert "good" in call("hand", "list")[1]
    assert "1 decision on threads taken back." in call("hand", "clear", thread)[1]
    assert call("hand", "clear", thread, 12, "--turn")[0] == 0
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
    assert "1 of them kept by hand although a rule removes them" in output
    shown = " ".join(call("show", removed)[1].split())
    assert "Kept by hand: a good answer. The rules alone remove it: " in shown
    call("hand", "drop", removed, "--note", "spam")
    call("select")
    assert "Dropped by hand: spam. The rules alone remove it" in " ".join(
        call("show", removed)[1].split()
    )
