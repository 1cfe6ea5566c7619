"""The notebooks run from top to bottom, one after the other, on the sample."""

import ast
from itertools import pairwise

import nbformat
import pytest
from nbclient import NotebookClient

from tests.support.paths import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
STORIES = 8


def _cells(path):
    return nbformat.read(path, as_version=4).cells


def test_notebooks_hold_no_output():
    assert len(NOTEBOOKS) == STORIES
    for path in NOTEBOOKS:
        assert not any(cell.get("outputs") for cell in _cells(path)), f"clear {path.name}"


def test_notebooks_are_numbered_and_lead_to_the_next_one():
    assert [path.name.partition("_")[0] for path in NOTEBOOKS] == [*"12345678"]
    for path, following in pairwise(NOTEBOOKS):
        title, *_, last = _cells(path)
        assert title.source.startswith(f"# {path.name[0]}. ")
        assert f"`{following.name}`" in last.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_use_public_names_only(path):
    for cell in _cells(path):
        if cell.cell_type == "code":
            nodes = list(ast.walk(ast.parse(cell.source)))
            names = [node.attr for node in nodes if isinstance(node, ast.Attribute)]
            assert not [name for name in names if name.startswith("_") and name != "__dict__"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the kernel's own libraries warn
def test_notebooks_run_in_order(tmp_path):
    # In one kernel, because starting one and importing torch takes most of the time. Each notebook
    # begins without names, as in a kernel of its own.
    parts = {path: [nbformat.v4.new_code_cell("%reset -f"), *_cells(path)] for path in NOTEBOOKS}
    whole = nbformat.v4.new_notebook(cells=[cell for part in parts.values() for cell in part])
    resources = {"metadata": {"path": tmp_path}}
    NotebookClient(whole, timeout=240, kernel_name="python3", resources=resources).execute()
    for path, part in parts.items():
        shown = [cell for cell in part if cell.get("outputs")]
        assert len(shown) >= 3, f"{path.name} shows nothing"
        outputs = [output for cell in shown for output in cell.outputs]
        pages = [output.get("data", {}).get("text/html", "") for output in outputs]
        assert not any("//cdn." in page for page in pages), f"{path.name} needs a network"
