"""Look up tables by name."""

from pathlib import Path

import pytest

from workbench.exceptions import WorkspaceError
from workbench.storage import TABLES, Workspace, tables


@pytest.mark.parametrize(
    ("name", "nearest"), [("score", "scores"), ("thread", "threads"), ("verdict", "verdicts")]
)
def test_a_wrong_name_names_the_nearest_table(tmp_path, name, nearest):
    workspace = Workspace.create(tmp_path / "ws")
    for look in (workspace.read, workspace.scan, workspace.has, workspace.path):
        with pytest.raises(WorkspaceError, match=f"did you mean `{nearest}`"):
            look(name)


def test_a_name_like_none_lists_all_tables():
    with pytest.raises(WorkspaceError) as error:
        tables.path_in(Path(), "x" * 20)
    assert "did you mean" not in error.value.hint
    assert all(name in error.value.hint for name in TABLES)
