"""Open a workspace, or make one from archives."""

import subprocess
import sys

import pytest

import workbench as wb
from workbench import environment
from workbench.exceptions import ArchiveError, StageError, WorkspaceError
from workbench.library import entry


def test_open_finds_the_workspace_of_the_project(ready, monkeypatch):
    monkeypatch.setenv("WORKBENCH_WORKSPACE", str(ready.root))
    assert wb.open().root == wb.open(ready.root).root == ready.root


def test_what_is_no_workspace_is_refused_and_not_made(tmp_path):
    with pytest.raises(WorkspaceError, match=r"workbench\.run"):
        wb.open(tmp_path / "none")
    with pytest.raises(WorkspaceError, match=r"workbench\.run"):
        wb.run(workspace=tmp_path / "none")
    with pytest.raises(StageError, match="no engine called 'spark'"):
        wb.run(__file__, workspace=tmp_path / "none", engine="spark")
    with pytest.raises(ArchiveError, match="does not exist"):
        wb.run(tmp_path / "a.tar", workspace=tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_importing_the_package_loads_nothing_and_completes_every_name():
    code = "import sys, workbench as wb; print(*dir(wb)); print('polars' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names, is_loaded = done.stdout.splitlines()
    assert {"open", "run", "Recipe", "stages", "charts"} <= set(names.split())
    assert is_loaded == "False"


def test_a_notebook_draws_charts_without_a_network_once_a_workspace_is_open(ready, monkeypatch):
    loaded = []
    monkeypatch.setattr(environment, "is_notebook", lambda: True)
    monkeypatch.setattr(entry, "import_module", loaded.append)
    wb.open(ready.root)
    assert loaded == ["workbench.charts"]
