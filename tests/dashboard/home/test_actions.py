"""What the buttons of Home do."""

import os

import pytest

from tests.support.jobs import until
from workbench.dashboard.home import actions, workspace_state
from workbench.dashboard.session import jobs
from workbench.dashboard.session.server import SERVER
from workbench.exceptions import WorkspaceError
from workbench.storage import VARIABLE


def test_find_or_create_makes_a_workspace_that_the_whole_server_uses(missing_workspace, tmp_path):
    roots, nothing = [tmp_path.resolve()], workspace_state.View()
    with pytest.raises(WorkspaceError, match="is not below"):
        actions.find_or_create(nothing, "../elsewhere", roots=roots)
    assert actions.find_or_create(nothing, "", roots=roots).root == missing_workspace
    before = os.environ.copy()
    other = actions.find_or_create(nothing, str(tmp_path / "other"), roots=roots)
    assert other.root == SERVER.folder == tmp_path.resolve() / "other"
    view = workspace_state.look()
    assert view.workspace.root == other.root
    assert actions.find_or_create(view, "whatever", roots=roots) is view.workspace
    assert os.environ == before


def test_find_or_create_spares_a_folder_with_other_files(tmp_path, monkeypatch):
    (tmp_path / "notes.txt").write_text("mine")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(WorkspaceError, match="is not a workspace"):
        actions.find_or_create(workspace_state.View(), "", roots=[tmp_path.resolve()])


def test_buttons_start_their_commands(finished_workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "PROGRAM", ("/bin/sh", "-c", 'echo "$@"; exit 3', "workbench"))
    roots, view = [tmp_path.resolve()], workspace_state.look()

    def command_of(start):
        start()
        until(lambda: not jobs.last(finished_workspace).is_running)
        return jobs.last(finished_workspace).log().split(" -w ")[0]

    assert command_of(lambda: actions.run(view)) == "run"
    assert command_of(lambda: actions.run(view, "embed")) == "embed"
    assert command_of(lambda: actions.run(view, "export")) == "run"
    assert command_of(lambda: actions.sample(finished_workspace, 3000)) == "demo --lines 3000"
    dump = tmp_path.resolve() / "a.tar"
    assert (
        command_of(lambda: actions.read(finished_workspace, [dump], only=True)) == f"ingest {dump}"
    )
    assert command_of(lambda: actions.read(finished_workspace, [dump])) == f"run {dump}"
    assert command_of(lambda: actions.go_on(workspace_state.look(), roots=roots)) == f"run {dump}"
    (tmp_path / "narrow").mkdir()
    with pytest.raises(WorkspaceError, match="is not below"):
        actions.go_on(workspace_state.look(), roots=[tmp_path.resolve() / "narrow"])


def test_callback_sets_the_error_or_the_version(missing_workspace):
    errors, versions = [], []

    def click(action):
        callback = actions.callback(action, set_version=versions.append, set_error=errors.append)
        callback(None)

    click(lambda: actions.run(workspace_state.View()))
    assert "There is no workspace yet" in errors.pop()
    assert versions == []
    click(lambda: None)
    assert (errors, versions) == ([""], [""])
