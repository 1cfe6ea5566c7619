"""What all apps have in common."""

import ast
import asyncio
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import marimo as mo
import pytest

from tests.support import browser as browsers
from tests.support import fakes
from workbench.dashboard.__main__ import RedirectToHome
from workbench.dashboard.components import stale_notice
from workbench.dashboard.components.getting_started import GettingStarted
from workbench.dashboard.components.navigation import PLACES
from workbench.dashboard.session import scores_opening
from workbench.dashboard.session.server import SERVER
from workbench.recipe import Recipe
from workbench.storage import VARIABLE


@pytest.mark.parametrize("file", [file for file in PLACES if file != "home.py"])
def test_app_without_a_workspace_says_what_to_do(file, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none"))
    outputs, defs = import_module(Path(file).stem).app.run()
    assert "data" not in defs
    widgets = [each.widget for each in outputs if isinstance(each, mo.ui.anywidget)]
    (panel,) = (each for each in widgets if isinstance(each, GettingStarted))
    assert [*panel.now["actions"]] == ["sample"]
    assert panel.dumps == "?file=home.py&tab=Dumps"


class Cell(NamedTuple):
    """The names that a cell reads and defines, and whether it may stop."""

    reads: set[str]
    makes: set[str]
    stops: bool


def cells_of(source):
    cells = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            last = node.body[-1]
            made = ast.walk(last.value) if isinstance(last, ast.Return) and last.value else ()
            cells[node.name] = Cell(
                {argument.arg for argument in node.args.args},
                {part.id for part in made if isinstance(part, ast.Name)},
                "mo.stop(" in ast.unparse(node),
            )
    return cells


def below(cells, names):
    """Name the cells that run when some names change."""
    reached, names = set(), set(names)
    while more := {name for name, cell in cells.items() if cell.reads & names} - reached:
        reached |= more
        names |= set().union(*(cells[name].makes for name in more))
    return reached


def left_without(cells, *, moved):
    """Find cells that run after a change although an earlier stop left them without a name.

    marimo skips a cell only if it reads a name of the very cell that stopped. If the name belongs
    to a cell that was skipped because of the stop, it fails with a `NameError`.

    Args:
        cells: Result of `cells_of`.
        moved: Names of controls and states that change.
    """
    makers = {made: name for name, cell in cells.items() for made in cell.makes}
    for stopped in (name for name, cell in cells.items() if cell.stops):
        idle = below(cells, cells[stopped].makes)
        shown = {read for name, cell in cells.items() if name not in idle for read in cell.reads}
        for control in moved & shown - {
            made for name in {stopped, *idle} for made in cells[name].makes
        }:
            run = below(cells, {control})
            if stopped in run:
                continue
            skipped = {name for name in run if cells[name].reads & cells[stopped].makes}
            skipped |= below(cells, {made for name in skipped for made in cells[name].makes}) & run
            for name in run - skipped:
                missing = {read for read in cells[name].reads if makers.get(read) in idle - run}
                if missing:
                    yield f"{name} lacks {sorted(missing)} when {control} moves"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return fakes.workspace(tmp_path_factory.mktemp("apps") / "ws", threads=60)


@pytest.mark.parametrize("file", list(PLACES))
def test_no_cell_runs_without_what_it_reads(file, workspace, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(workspace.root))
    cells = cells_of((browsers.APPS / file).read_text())
    _, defs = import_module(Path(file).stem).app.run()
    made = {name for cell in cells.values() for name in cell.makes}
    # A control or a state. A name that no cell defined this time may be one too.
    moved = {
        name
        for name in made
        if name not in defs or hasattr(defs[name], "value") or callable(defs[name])
    }
    assert moved
    assert sorted(set(left_without(cells, moved=moved))) == []


@pytest.mark.parametrize("table", ["scores", "turns", "ledger", "reply_scores"])
def test_every_page_opens_over_a_damaged_table_and_names_it(table, tmp_path):
    made = fakes.workspace(tmp_path / "ws", threads=20)
    path = made.path(table)
    path.write_bytes(b"PAR1 and nothing more")
    SERVER.use(made)
    assert f"`{table}`" in (scores_opening.problem() or "")
    for file in PLACES:
        _, defs = import_module(Path(file).stem).app.run()
        if file == "home.py" and table == "ledger":
            assert "`ledger`" in defs["view"].problem


def test_left_without_finds_a_cell_two_steps_after_a_stop():
    source = """
def stop(tabs):
    mo.stop(tabs.value)
    other = 1
    return (other,)
def judge(other):
    theirs = other
    return (theirs,)
def compare(theirs, slider):
    theirs, slider
    return
def choose():
    tabs, slider = 1, 2
    return tabs, slider
def show(slider):
    slider
    return
"""
    problems = list(left_without(cells_of(source), moved={"tabs", "slider"}))
    assert problems == ["compare lacks ['theirs'] when slider moves"]


@pytest.mark.parametrize("file", [file for file in PLACES if file != "home.py"])
def test_app_warns_of_stale_tables(file, workspace, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(workspace.root))
    asked = []
    monkeypatch.setattr(stale_notice, "notice", lambda *shown: asked.append(shown))
    import_module(Path(file).stem).app.run()
    assert [(at.root, recipe) for at, recipe in asked] == [(workspace.root, Recipe())]


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ({"path": "/", "query_string": b""}, "?file=home.py"),
        ({"path": "/", "query_string": b"access_token=x"}, "?access_token=x&file=home.py"),
        ({"path": "/", "query_string": b"file=label.py"}, None),
        ({"path": "/api/status", "query_string": b""}, None),
    ],
)
def test_the_folder_of_apps_leads_to_home(asked, leads):
    sent, passed = [], []

    async def app(scope, receive, send):
        passed.append(scope)

    async def send(message):
        sent.append(message)

    asyncio.run(
        RedirectToHome(app)({"type": "http", "method": "GET", "headers": [], **asked}, None, send)
    )
    assert bool(passed) == (leads is None)
    if leads:
        assert dict(sent[0]["headers"])[b"location"] == leads.encode()
