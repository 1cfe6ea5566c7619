"""Dumps that people drop on Home."""

from types import SimpleNamespace

import pytest

from workbench.dashboard.home import uploads
from workbench.dashboard.session import allowed_files
from workbench.exceptions import WorkspaceError
from workbench.storage import Workspace


def upload(name, contents=b"{}"):
    return SimpleNamespace(name=name, contents=contents)


def test_save_creates_the_workspace_and_the_files_may_be_read(missing_workspace):
    (path,) = uploads.save([upload("../../july.jsonl")])
    assert path == missing_workspace.resolve() / allowed_files.UPLOADS / "july.jsonl"
    workspace = Workspace.open(missing_workspace)
    assert allowed_files.dumps([path], roots=[], workspace=workspace) == [path]
    assert uploads.save([upload("july.jsonl")]) == [path]
    with pytest.raises(WorkspaceError, match="Another file"):
        uploads.save([upload("july.jsonl", b"[]")])
    assert path.read_bytes() == b"{}"


@pytest.mark.parametrize("name", ["", ".hidden", "..", "a/", "gnp\u202e.tar", "x" * 200])
def test_strange_names_are_refused_before_anything_is_written(missing_workspace, name):
    with pytest.raises(WorkspaceError, match="cannot have the name"):
        uploads.save([upload("good.tar"), upload(name)])
    assert not missing_workspace.exists()


def test_area_reports_paths_or_an_error(missing_workspace):
    paths, errors = [], []
    area = uploads.area(set_paths=paths.append, set_error=errors.append)
    area._on_change([upload("a.tar")])
    area._on_change([upload(".b")])
    assert len(paths) == 1
    assert errors[0] == ""
    assert "cannot have the name" in errors[1]
