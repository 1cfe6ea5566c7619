"""Check what is examined, and what is not while another process writes."""

import pytest

from workbench.exceptions import WorkspaceError
from workbench.pipeline import doctor
from workbench.storage import lock_owner


def test_a_sound_workspace_has_no_faults_and_stays_as_it_was(workspace):
    before = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")}
    assert doctor.examine(workspace.root) == []
    assert {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")} == before


def test_another_folder_is_no_workspace(tmp_path):
    with pytest.raises(WorkspaceError, match="is not a workspace"):
        doctor.examine(tmp_path)


def test_of_a_newer_workspace_nothing_else_is_checked(workspace):
    (workspace.root / "workspace.json").write_text('{"format": 99}')
    workspace.path("turns").write_text("x")
    (fault,) = doctor.examine(workspace.root)
    assert fault.problem.startswith("says format 99; ")


def test_while_another_process_writes_only_other_files_are_checked(workspace):
    workspace.path("turns").write_text("x")
    (workspace.root / "recipe.toml").write_text("x")
    busy = lock_owner.this_process()
    (fault,) = doctor.examine(workspace.root, busy=busy)
    assert fault.path.name == "recipe.toml"
    assert "in use by `" in doctor.note_of(busy)
    assert doctor.note_of(None) == ""
