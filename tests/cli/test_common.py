"""Check what all commands share: help, refusals and harmless output."""

import bz2
import io
import json
import os
import subprocess
import sys
import tarfile
from importlib import metadata

import pytest

from tests.support.command_line import call
from workbench import environment, progress, sample


def tar_of(path, **members):
    with tarfile.open(path, "w") as bundle:
        for name, data in members.items():
            info = tarfile.TarInfo(f"2019/{name}.json.bz2")
            info.size = len(data)
            bundle.addfile(info, io.BytesIO(data))


@pytest.mark.parametrize("command", [(), ("run",), ("labels",), ("labels", "list")])
def test_h_is_short_for_help(folder, command):
    assert call(*command, "-h") == call(*command, "--help")
    assert call(*command, "-h")[0] == 0


def test_a_newer_workspace_is_refused(folder):
    (folder / "workspace").mkdir()
    (folder / "workspace/workspace.json").write_text('{"format": 99}')
    for command in [("status",), ("run",), ("ingest", "fast.toml"), ("ledger",), ("select",)]:
        code, output = call(*command)
        assert code == 1
        assert "install a newer version" in output


def test_no_control_characters_of_a_dump_reach_the_terminal(folder):
    hostile = "\x1b]0;owned\x07\x1b[2J[red]\u202e"
    lines = [json.dumps({"id": hostile}), hostile, json.dumps({"id": 1, "user": {}})]
    tar_of(folder / "x.tar", **{f"\x1b[31m{hostile}": bz2.compress("\n".join(lines).encode())})
    for command in [("ingest", "x.tar"), ("ledger",), ("ledger", "--rejects"), ("status",)]:
        output = call(*command)[1]
        assert not {"\x1b", "\x07", "\u202e"} & set(output), command


def test_help_shows_the_first_sentence_of_every_command_in_full(folder):
    output = call("--help")[1]
    assert "..." not in output.split("Run the stages:")[1]


def test_version_is_that_of_the_package(folder):
    assert call("--version") == (0, f"workbench {metadata.version('thread-workbench')}\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_lists_commands_and_options(folder, shell):
    words = {"_WORKBENCH_COMPLETE": f"complete_{shell}"}
    if shell == "bash":
        words |= {"COMP_WORDS": "workbench st", "COMP_CWORD": "1"}
    else:
        words |= {
            "_TYPER_COMPLETE_ARGS": "workbench st",
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        }
    script = "import sys; sys.argv[0] = 'workbench'; from workbench.cli import main; main()"
    program = [sys.executable, "-c", script]
    done = subprocess.run(
        program, env={**os.environ, **words}, capture_output=True, text=True, check=False
    )
    assert "status" in done.stdout
    assert "ledger" not in done.stdout


def test_show_completion_prints_a_script(folder, monkeypatch):
    monkeypatch.setattr("shellingham.detect_shell", lambda: ("bash", "/bin/bash"))
    code, output = call("--show-completion")
    assert code == 0, output
    assert "complete" in output


@pytest.mark.parametrize("named", [True, False])
def test_a_command_writes_its_progress_and_leaves_the_environment_alone(folder, monkeypatch, named):
    path = folder / ("job" if named else "workspace/runs/progress")
    if named:
        monkeypatch.setenv(environment.PROGRESS, str(path))
    before = dict(os.environ)
    sample.write(folder / "july.tar", lines=500)
    assert call("ingest", "july.tar")[0] == 0
    assert progress.from_file(path).stage == "ingest"
    assert dict(os.environ) == before
