"""The README does what it says: its commands and its code run, its recipe is one."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import mktestdocs
import pytest
import typer
from typer.testing import CliRunner

from tests.support.paths import ROOT
from workbench.cli import app
from workbench.dashboard.components.navigation import PLACES
from workbench.recipe import Recipe

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(command.name or command.callback.__name__ for command in app.registered_commands)


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.slow
def test_readme_commands_and_code_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    script = next(block for block in _blocks("sh") if "workbench ingest" in block)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euc", script],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "july" / "6_exports" / "questions" / "messages.jsonl").stat().st_size > 0
    for block in _blocks("python"):
        mktestdocs.check_codeblock(f"```python\n{block}```", lang="python")


@pytest.mark.parametrize("block", _blocks("toml"))
def test_readme_recipe_is_one(block):
    assert Recipe.from_toml(block) != Recipe()


def test_readme_names_only_make_targets_that_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)", README)) <= targets


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_has_an_example(command):
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0
    assert "Example:" in shown.output


def _documented_commands() -> set[str]:
    """Give what README, docstrings, hints and pages tell people to type."""
    texts = [README, *(path.read_text("utf-8") for path in (ROOT / "workbench").rglob("*.py"))]
    lines = re.findall(r"^(workbench .+)$", README, flags=re.MULTILINE)
    quoted = [re.findall(r"(?:`|<code>)(workbench [^`<]+)", text) for text in texts]
    return {
        " ".join(command.split()) for command in [*lines, *(one for each in quoted for one in each)]
    }


@pytest.mark.parametrize("line", sorted(_documented_commands()))
def test_documented_commands_and_options_exist(line):
    _, *words = shlex.split(line, comments=True)
    if not re.fullmatch(r"[a-z]+", words[0]):
        return  # `workbench COMMAND --help`
    command = typer.main.get_command(app).commands[words[0]]
    if subcommands := getattr(command, "commands", None):
        command = subcommands[words[1]]
    known = {name for param in command.params for name in param.opts} | {"--help"}
    assert {word for word in words if word.startswith("-")} <= known


def test_documented_commands_are_found():
    assert len(_documented_commands()) > 50
    assert "workbench export NAME --redo" in _documented_commands()


@pytest.mark.parametrize("file", PLACES)
def test_readme_shows_every_app(file):
    picture = f"docs/screenshots/{Path(file).stem}.png"
    assert f"**{PLACES[file].title}**" in README
    assert f"({picture})" in README
    assert (ROOT / picture).read_bytes().startswith(b"\x89PNG")
