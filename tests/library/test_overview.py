"""The stages of a workspace at a glance."""

from workbench.exceptions import WorkspaceError
from workbench.library import overview
from workbench.recipe import Recipe
from workbench.storage import Workspace


def test_every_stage_has_a_row(tmp_path):
    table = overview.of(Workspace.create(tmp_path / "ws"), Recipe())
    assert [row[0] for row in table.rows] == [
        "ingest",
        "threads",
        "embed",
        "score",
        "select",
        "export",
    ]
    assert {row[1] for row in table.rows} == {"-"}


def test_an_error_is_shown_with_its_hint(tmp_path):
    error = WorkspaceError("It is broken.", hint="mend it.")
    table = overview.unreadable(Workspace(tmp_path), error)
    assert list(table.notes) == ["It is broken.", "Hint: mend it."]
