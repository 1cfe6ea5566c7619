"""Push an export from the command line: the terms, the workspace and the exit codes."""

import logging

import psutil
import pytest
from huggingface_hub import constants
from typer.testing import CliRunner

from tests.support import hub_server
from tests.support.command_line import call
from workbench.cli import app


@pytest.fixture
def server(monkeypatch):
    with hub_server.serving() as serving:
        monkeypatch.setattr(constants, "ENDPOINT", serving.address)
        monkeypatch.setenv("HF_TOKEN", hub_server.TOKEN)
        yield serving


@pytest.fixture
def exported(folder):
    assert call("sample", "july.tar", "--lines", 3000)[0] == 0
    assert call("run", "july.tar", "-w", "july", "-r", "fast.toml")[0] == 0
    return folder / "july/6_exports/default"


def test_push_prints_the_terms_and_asks(exported, server):
    arguments = ["push", str(exported), "--repo", "ann/questions"]
    refused = CliRunner().invoke(app, arguments, input="n\n")
    assert refused.exit_code == 1
    assert "as ids only" in " ".join(refused.output.split())
    assert not server.repositories
    assert CliRunner().invoke(app, arguments, input="y\n").exit_code == 0
    assert server.repositories["ann/questions"].is_private


def test_push_finds_deletions_in_the_workspace_of_the_export(exported, server, folder):
    (folder / "ids.txt").write_text((exported / "ids.txt").read_text().split("\n")[0])
    assert call("deletions", "add", "ids.txt", "-w", "july")[0] == 0
    code, output = call("push", exported, "--repo", "ann/questions", "--yes")
    assert (code, "contains 1 tweet deleted since" in " ".join(output.split())) == (1, True)
    assert not server.repositories


def test_push_needs_a_workspace_to_know_deleted_tweets(exported, server, folder):
    exported.rename(folder / "pack")
    code, output = call("push", "pack", "--repo", "ann/questions", "--yes")
    assert (code, "-w WORKSPACE" in " ".join(output.split())) == (1, True)
    code, output = call("push", "pack", "--repo", "ann/q", "--yes", "--ids-only", "-w", "july")
    assert code == 0, output
    assert set(server.repositories["ann/q"].files) == {"README.md", "ids.txt"}


def test_push_shows_and_stores_the_token_nowhere(exported, server, folder, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    words = ["push", exported, "--repo", "ann/questions", "--yes"]
    codes, outputs = [], []
    for refusal in ("", "a proxy that repeats what it was sent"):
        server.refusal = refusal
        code, output = call(*words)
        codes.append(code)
        outputs.append(output)
    assert codes == [0, 1]
    assert "[token]" in outputs[-1]
    written = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    commands = [" ".join(child.cmdline()) for child in psutil.Process().children(recursive=True)]
    pushed = [data for each in server.repositories.values() for data in each.files.values()]
    everything = [*outputs, caplog.text, *capfd.readouterr(), *commands, *server.commits]
    everything += map(repr, [*written, *pushed])
    # Not the texts themselves, which pytest would print at length.
    assert [hub_server.TOKEN in text for text in everything].count(True) == 0
