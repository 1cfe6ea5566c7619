"""Check the command `doctor`: its report, its exit code, and that others hint at it."""

import json

import pytest

from tests.support.command_line import FAST_RECIPE, call
from workbench import sample
from workbench.storage import Workspace


@pytest.fixture
def workspace(folder):
    Workspace.create("ws").write_text("recipe.toml", FAST_RECIPE)
    sample.write(folder / "a.tar", lines=1000)
    assert call("run", "a.tar", "-w", "ws", "-q")[0] == 0
    return Workspace.open("ws")


def test_doctor_reports_mends_and_ends_with_a_code(workspace):
    assert call("doctor", "-w", "ws") == (0, "The workspace is sound.\n")
    workspace.path("turns").write_text("x")
    code, output = call("doctor", "-w", "ws")
    assert code == 1
    assert "2_threads/turns.parquet is damaged: " in output
    assert "1 fault; `workbench doctor --fix -w ws` mends 1 of them." in output
    code, output = call("doctor", "-w", "ws", "--json")
    report = json.loads(output)
    assert (code, report["sound"]) == (1, False)
    assert report["faults"][0]["stage"] == "threads"
    code, output = call("score", "-w", "ws")
    assert code == 1
    assert "turns.parquet is damaged: " in " ".join(output.split())
    assert "`workbench doctor -w ws`" in " ".join(output.split())
    code, output = call("doctor", "--fix", "-w", "ws")
    assert code == 0
    assert output.startswith("mended  2_threads/turns.parquet ")
    assert output.endswith("The workspace is sound.\n")


def test_doctor_needs_a_workspace(folder):
    code, output = call("doctor", "-w", "none")
    assert code == 1
    assert "none is not a workspace." in output
