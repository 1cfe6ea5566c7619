"""Suggested commands repeat the workspace that somebody typed."""

import shutil

import pytest

from tests.support.command_line import call
from workbench import sample
from workbench.cli import hints
from workbench.exceptions import WorkbenchError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "`workbench run` and `workbench status`",
            "`workbench run -w x` and `workbench status -w x`",
        ),
        ("`workbench export questions --redo`", "`workbench export questions --redo -w x`"),
        ("`workbench labels list`", "`workbench labels list -w x`"),
        ("`workbench ingest PATH... --workspace FOLDER`", None),
        ("`workbench run -w other`", None),
        ("`workbench formats` and `workbench recipe`", None),
        ("`workbench frobnicate`, workbench run, `make apps`", None),
    ],
)
def test_repeat_adds_the_workspace_to_commands_that_have_one(text, expected):
    with hints.repeating("x"):
        assert hints.repeat(text) == (expected or text)
    assert hints.repeat(text) == text


@pytest.mark.parametrize(
    ("folder", "quoted"),
    [("my july", "'my july'"), ("a'b", "'a'\"'\"'b'"), ("a\x1b[2Jb", "'a⟨U+001B⟩[2Jb'")],
)
def test_repeat_quotes_a_folder_for_the_shell_and_the_terminal(folder, quoted):
    with hints.repeating(folder):
        assert hints.repeat("`workbench run`") == f"`workbench run -w {quoted}`"


def lines(*command):
    return " ".join(call(*command)[1].split())


def test_errors_status_and_ledger_repeat_what_was_typed(folder, monkeypatch):
    assert "`workbench ingest PATH... --workspace FOLDER`" in lines("status", "-w", "my july")
    sample.write(folder / "july.tar", lines=500)
    assert "-w" not in lines("ingest", "july.tar")
    assert "`workbench run` brings" in lines("status")
    assert "`workbench run -w workspace` brings" in lines("status", "-w", "workspace")
    assert "run `workbench threads -w workspace` first" in lines("embed", "-w", "workspace")
    shutil.move("workspace", "my july")
    monkeypatch.setenv("WORKBENCH_WORKSPACE", "my july")
    assert "`workbench run` brings" in lines("status")
    assert "`workbench run -w 'my july'` brings" in lines("status", "-w", "my july")


def test_a_command_with_another_default_names_its_workspace(folder, monkeypatch):
    def fail(*_, **__):
        msg = "Nothing works."
        raise WorkbenchError(msg, hint="`workbench run`.")

    monkeypatch.setattr(sample, "write", fail)
    assert "`workbench run -w demo`." in lines("demo")
