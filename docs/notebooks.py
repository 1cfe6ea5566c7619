"""Render the notebooks as pages, executed or as they are."""

import os
import tempfile
from base64 import b64encode
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import MarkdownExporter

from workbench.charts import notebooks as chart_output

#: Seconds that one cell may take.
_PATIENCE = 600


def write_pages(notebooks: Path, target: Path, *, execute: bool) -> list[dict[str, str]]:
    """Write one page per notebook, and a page that lists them.

    Args:
        notebooks: Folder of the notebooks, which are numbered in reading order.
        target: Folder of the pages; created.
        execute: Run the notebooks, one after the other in one empty folder, and show what they
            print. If false, the pages contain only the code.

    Returns:
        The entries of the navigation: title -> page, below the folder of all pages.
    """
    target.mkdir(parents=True)
    entries = []
    with tempfile.TemporaryDirectory() as folder:
        # As in JupyterLab; each notebook goes on with the workspace of the one before.
        os.environ["WORKBENCH_WORKSPACE"] = str(Path(folder) / "workspace")
        for path in sorted(notebooks.glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            if execute:
                resources = {"metadata": {"path": folder}}
                NotebookClient(notebook, timeout=_PATIENCE, resources=resources).execute()
            entries.append({_title(notebook): f"{target.name}/{path.stem}.md"})
            _write(notebook, target / f"{path.stem}.md")
    note = "With their results." if execute else "Without results: this copy was not executed."
    links = [f"- [{name}]({Path(page).name})" for entry in entries for name, page in entry.items()]
    intro = f"`make notebooks` opens them in JupyterLab; their data is synthetic. {note}"
    (target / "index.md").write_text("\n".join(["# Notebooks", "", intro, "", *links, ""]))
    return entries


def _title(notebook: nbformat.NotebookNode) -> str:
    return str(notebook.cells[0].source).splitlines()[0].lstrip("# ")


def _add_pictures(notebook: nbformat.NotebookNode) -> None:
    """Add a picture to each chart: a page has no renderer for Vega-Lite."""
    import vl_convert

    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        if spec := output.get("data", {}).get(chart_output.MIME):
            picture = vl_convert.vegalite_to_png(spec | {"background": "white"}, scale=2)
            output.data["image/png"] = b64encode(picture).decode()


def _write(notebook: nbformat.NotebookNode, path: Path) -> None:
    _add_pictures(notebook)
    resources = {"unique_key": path.stem, "output_files_dir": f"{path.stem}_files"}
    body, resources = MarkdownExporter().from_notebook_node(notebook, resources)
    path.write_text(body, encoding="utf-8")
    for name, data in resources["outputs"].items():
        picture = path.parent / name
        picture.parent.mkdir(exist_ok=True)
        picture.write_bytes(data)
