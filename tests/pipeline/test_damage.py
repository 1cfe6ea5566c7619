"""Check that errors that come from a damaged table say so, and others stay what they are."""

import polars as pl
import pytest

from workbench import pipeline
from workbench.exceptions import StageError, WorkspaceError
from workbench.pipeline import damage
from workbench.storage import Workspace


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace.create(tmp_path / "ws")
    path = workspace.path("deletions")
    path.parent.mkdir()
    path.write_text("no table")
    return workspace


def test_an_error_of_a_library_names_the_damaged_table(workspace):
    with (
        pytest.raises(WorkspaceError, match=r"deletions\.parquet is damaged") as raised,
        damage.explained(workspace),
    ):
        pl.read_parquet(workspace.path("deletions"))
    assert "`workbench doctor --fix`" in raised.value.hint


def test_a_panic_of_a_library_counts_too(workspace):
    error_text = "assertion failed"
    with pytest.raises(WorkspaceError, match="is damaged"), damage.explained(workspace):
        raise pl.exceptions.PanicException(error_text)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), StageError("a", hint="b"), OSError(28, "")])
def test_other_errors_stay_what_they_are(workspace, error):
    with pytest.raises(type(error)) as raised, damage.explained(workspace):
        raise error
    assert raised.value is error


def test_without_damage_an_error_stays_what_it_is(tmp_path):
    workspace, error_text = Workspace.create(tmp_path / "ws"), "a bug"
    with pytest.raises(ValueError, match="a bug"), damage.explained(workspace):
        raise ValueError(error_text)


def test_functions_of_the_library_explain_damage(workspace):
    with pytest.raises(WorkspaceError, match="is damaged"):
        pipeline.delete(workspace, [1])
