"""README and the pages of the documentation run: their commands, their code and their recipes."""

import json
import re
import shlex
import tomllib

import mktestdocs
import pytest
import typer
from typer.testing import CliRunner

from docs.build import external_links, missing_pictures
from docs.reference import messages
from tests.support import doc_commands
from tests.support.doc_commands import PAGES, README
from tests.support.paths import ROOT
from workbench.cli import app
from workbench.dashboard.components.navigation import PLACES
from workbench.recipe import Recipe

COMMANDS = sorted(command.name or command.callback.__name__ for command in app.registered_commands)
TEXTS = {
    path.name: path.read_text(encoding="utf-8") for path in (README, *sorted(PAGES.glob("*.md")))
}
RECIPES = [block for text in TEXTS.values() for block in doc_commands.blocks(text, "toml")]


@pytest.fixture(scope="module")
def july(tmp_path_factory):
    """The folder in which the README's commands have run; pages go on there."""
    folder = tmp_path_factory.mktemp("docs")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("WORKBENCH_WORKSPACE", raising=False)
        # The known instructions are embedded once and not for every page.
        patch.setenv("WORKBENCH_CACHE", str(folder / "cache"))
        assert doc_commands.run_page(TEXTS["README.md"]) > 5
        yield folder


@pytest.mark.slow
def test_readme_shows_a_record_of_its_export(july):
    (shown,) = map(json.loads, doc_commands.blocks(TEXTS["README.md"], "json"))
    path = july / "july" / "6_exports" / "questions" / "messages.jsonl"
    assert shown in map(json.loads, path.read_text(encoding="utf-8").splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.usefixtures("july")
def test_page_runs(name):
    if name != "README.md":  # `july` has run its commands
        doc_commands.run_page(TEXTS[name])
    # A block goes on where the one before ended, as a reader would.
    code = "".join(doc_commands.blocks(TEXTS[name], "python"))
    mktestdocs.check_codeblock(f"```python\n{code}```", lang="python")


def test_pages_show_commands_and_code():
    shown = {name: doc_commands.blocks(text, "console") for name, text in TEXTS.items()}
    assert shown["filters.md"]
    assert doc_commands.blocks(TEXTS["library.md"], "python")


@pytest.mark.parametrize("block", RECIPES)
def test_recipes_are_recipes(block):
    assert Recipe.from_toml(block) != Recipe()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_has_an_example(command):
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0
    assert "Example:" in shown.output


def _documented_commands() -> set[str]:
    """Return what README, pages, docstrings, hints and dashboards tell people to type."""
    package = [path.read_text("utf-8") for path in (ROOT / "workbench").rglob("*.py")]
    lines = [
        line.removeprefix("$ ").split(" > ")[0]
        for text in TEXTS.values()
        for line in re.findall(r"^(?:\$ )?(workbench .+)$", text, flags=re.MULTILINE)
        if "`" not in line
    ]
    quoted = [
        re.findall(r"(?:`|<code>)(workbench [^`<]+)", text) for text in (*TEXTS.values(), *package)
    ]
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
def test_dashboards_are_shown(file):
    name = file.removesuffix(".py")
    assert f"## {PLACES[file].title}\n" in TEXTS["dashboards.md"]
    for picture in (f"screenshots/{name}.png", f"screenshots/{name}-dark.png"):
        assert f'="{picture}"' in TEXTS["dashboards.md"]
        assert (PAGES / picture).read_bytes().startswith(b"\x89PNG")


def test_quoted_errors_are_those_of_the_code():
    quoted = re.findall(r"^\*\*(`.+?`)\*\*", TEXTS["troubleshooting.md"], flags=re.M | re.S)
    known = {message.problem for message in messages.every()}
    assert len(quoted) > 10
    for error in quoted:
        assert " ".join(error.strip("` ").split()) in {problem.strip("` ") for problem in known}


def test_every_page_is_in_the_navigation():
    config = tomllib.loads((ROOT / "docs" / "zensical.toml").read_text(encoding="utf-8"))
    parts = [part for parts in config["project"]["nav"] for part in next(iter(parts.values()))]
    listed = {page for entry in parts for page in entry.values()}
    assert {name for name in TEXTS if name != "README.md"} <= listed


def test_missing_pictures_are_found(tmp_path):
    text = '![here](there.png) ![](https://web.org/a.png) <img src="b.png">'
    (tmp_path / "a.md").write_text(text)
    assert missing_pictures(tmp_path) == ["a.md: there.png", "a.md: b.png"]


def test_external_links_are_listed():
    links = external_links(PAGES)
    assert "https://github.com/apple/embedding-atlas" in links
    assert all(link.startswith("https://") for link in links)
