"""The notebooks run from top to bottom, one after the other, on the sample."""

import nbformat
import pytest
from nbclient import NotebookClient

from tests.support.paths import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_notebooks_hold_no_output():
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=4).cells
        assert not any(cell.get("outputs") for cell in cells), f"clear the outputs of {path.name}"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the kernel's own libraries warn
def test_notebooks_run_in_order(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_WORKSPACE", str(tmp_path / "workspace"))
    assert len(NOTEBOOKS) >= 3
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        client = NotebookClient(notebook, timeout=240, resources={"metadata": {"path": tmp_path}})
        client.execute()
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        assert outputs, f"{path.name} shows nothing"
        last = next(cell for cell in reversed(notebook.cells) if cell.cell_type == "code")
        assert last.outputs, f"the last cell of {path.name} shows nothing"
