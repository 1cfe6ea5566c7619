"""Check that what people made is read, and never changed."""

import polars as pl
import pytest

from workbench import instructions, labels
from workbench.hydration import page_store
from workbench.pipeline.doctor import own_files


def _make(workspace):
    rows = pl.DataFrame({"tweet_id": [5], "label": ["fits"], "text": ["why?"]})
    labels.add(workspace, rows, labeller="ann")
    instructions.add(workspace, ["How do I prune a vine?"], source="garden")
    workspace.write_text("recipe.toml", "[select.turns]\nmin = 3\n")
    assert len(workspace.secret) == 32
    page_store.Pages(workspace).add(b'{"data": []}')


FILES = {
    "labels/labels.parquet": "cannot be read: ",
    "instructions/instructions.parquet": "cannot be read: ",
    "recipe.toml": "cannot be read: ",
    "private/secret": "cannot be read: The key ",
    "0_hydrated/pages-000001.jsonl": "cannot be read: The fetched page ",
}


def test_sound_files_have_no_faults(workspace):
    _make(workspace)
    assert list(own_files.faults(workspace)) == []
    assert own_files.format_fault(workspace.root) is None


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_told_and_has_no_fix(workspace, name):
    _make(workspace)
    path = workspace.root / name
    path.write_bytes(path.read_bytes()[:9])
    (fault,) = own_files.faults(workspace)
    assert fault.path == path
    assert fault.problem.startswith(FILES[name])
    assert not fault.is_safe


@pytest.mark.parametrize("content", ["", '{"form', "\0\0\0"])
def test_a_mark_that_was_cut_off_is_written_again(workspace, content):
    (workspace.root / "workspace.json").write_text(content)
    own_files.format_fault(workspace.root).fix()
    assert own_files.format_fault(workspace.root) is None


@pytest.mark.parametrize("content", ['{"format": 99}', '{"format": "x"}', "[]", '{"layout": 3}'])
def test_the_mark_of_another_version_stays(workspace, content):
    (workspace.root / "workspace.json").write_text(content)
    fault = own_files.format_fault(workspace.root)
    assert "install " in fault.advice
    assert not fault.is_safe
