"""Write exports in a job, a process of its own that survives the page and its server."""

import hashlib
import json
import os
from html import escape
from pathlib import Path

import marimo as mo

from workbench import export
from workbench.dashboard.components import job_status
from workbench.dashboard.session import download_links, jobs
from workbench.exceptions import WorkbenchError
from workbench.export.manifest import Entry, Manifest
from workbench.recipe import Recipe
from workbench.storage import Workspace


def free_name(workspace: Workspace) -> str:
    """Return the next name that no export has: pack-1, pack-2 and so on."""
    number = 1
    while (workspace.exports_path / f"pack-{number}").exists():
        number += 1
    return f"pack-{number}"


def obstacle(workspace: Workspace, name: str, *, overwrite: bool = False) -> str:
    """Say why an export cannot be written now.

    Args:
        workspace: Where it would be written.
        name: Its name.
        overwrite: True to replace an export of that name.

    Returns:
        The reason, with what to do instead; empty if nothing is in the way.
    """
    try:
        export.check_name(name)
        export.check_free(workspace.exports_path / name, overwrite=overwrite)
    except WorkbenchError as error:
        return str(error)
    folder = workspace.exports_path if workspace.exports_path.exists() else workspace.root
    if not os.access(folder, os.W_OK):
        return f"{folder} cannot be written. Give yourself the right to write there."
    job = jobs.last(workspace)
    if job and job.is_running:
        return f"“{job.record.title}” is running. Wait for it, or stop it."
    return ""


def start(workspace: Workspace, name: str, *, recipe: Recipe, overwrite: bool = False) -> str:
    """Start `workbench export` with a recipe.

    Args:
        workspace: Where the export is written.
        name: Name of the export.
        recipe: What to write and how. The job reads it from a file in the workspace.
        overwrite: True to replace an export of that name.

    Returns:
        What went wrong; empty if the job was started.
    """
    try:
        export.check_name(name)
        words = ["export", name, "--recipe", str(_write_recipe(workspace, recipe))]
        words += ["--force"] if overwrite else []
        jobs.start(workspace, words, title=f"Writing the export {name}")
    except (WorkbenchError, OSError) as error:
        return str(error)
    return ""


def _write_recipe(workspace: Workspace, recipe: Recipe) -> Path:
    """Write the recipe of a job beside the jobs.

    The name follows from the contents, so that no page replaces the recipe of another page's job.
    """
    text = recipe.to_toml()
    name = f"jobs/export-{hashlib.sha256(text.encode()).hexdigest()[:16]}.toml"
    workspace.write_text(name, text)
    path = (workspace.root / name).resolve()
    recipes = sorted(path.parent.glob("export-*.toml"), key=lambda file: file.stat().st_mtime_ns)
    for old in recipes[: -jobs.KEPT]:
        old.unlink(missing_ok=True)
    return path


def stop(workspace: Workspace) -> str:
    """Stop the export that is being written; return what went wrong, empty if nothing did."""
    try:
        if is_running(workspace):
            jobs.stop(workspace)
    except WorkbenchError as error:
        return str(error)
    return ""


def is_running(workspace: Workspace) -> bool:
    """Return whether an export is being written."""
    job = jobs.last(workspace)
    return job is not None and job.is_running and _is_export(job)


def status(workspace: Workspace) -> mo.Html:
    """Show the progress of the running job, or the result of the last export.

    An export stays visible after the page was closed, until another job is started.
    """
    job = jobs.last(workspace)
    if job is None or not (job.is_running or _is_export(job)):
        return mo.Html("")
    if job.status != "done":
        return job_status.panel(job)
    folder = workspace.exports_path / job.record.arguments[1]
    try:
        return _result(folder, Manifest.load(folder))
    except WorkbenchError:  # it was deleted since
        return mo.Html("")


def _is_export(job: jobs.Job) -> bool:
    return job.record.arguments[:1] == ["export"]


def _result(folder: Path, manifest: Manifest) -> mo.Html:
    """Show what an export contains, with its files to download and how to load one."""
    name = folder.name
    rows = "".join(_row(folder, entry) for entry in manifest.files)
    whole = download_links.zip_name(name)
    text = mo.Html(
        f'<div data-testid="written"><b>Written to {escape(str(folder))}</b><p>'
        f"{manifest.threads_kept:,} of {manifest.threads_seen:,} threads kept, "
        f"{manifest.threads_written:,} of them written, {manifest.tweets:,} tweets.</p></div>"
    )
    table = mo.Html(
        f'<p><a class="wb-way" href="{download_links.link(name, whole)}" download>'
        "Download all (.zip)</a> with the data card, the manifest and the recipe</p>"
        '<table class="wb-files"><caption>Files of the export</caption><tr><th scope="col">file'
        '</th><th scope="col">format</th><th scope="col">records</th><th scope="col">size</th>'
        f'<th scope="col">download</th></tr>{rows}</table>{_loading(folder, manifest)}'
    )
    return mo.vstack([mo.callout(text, kind="success"), table])


def _row(folder: Path, entry: Entry) -> str:
    file = escape(entry.name)
    records = "" if entry.records is None else f"{entry.records:,}"
    link = download_links.link(folder.name, entry.name)
    return (
        f"<tr><td>{file}</td><td>{escape(entry.format or '')}</td><td>{records}</td>"
        f"<td>{entry.bytes:,} bytes</td>"
        f'<td><a class="wb-way" href="{link}" download aria-label="Download {file}">Download</a>'
        "</td></tr>"
    )


def _loading(folder: Path, manifest: Manifest) -> str:
    """Return the line that loads the first data file with the `datasets` library."""
    data = [entry for entry in manifest.files if entry.format not in (None, "ids")]
    if not data:
        return ""
    kind = "parquet" if data[0].encoding == "parquet" else "json"
    path = json.dumps(str((folder / data[0].name).resolve()))
    line = f'datasets.load_dataset("{kind}", data_files={path})'
    return f'<p>To load it in Python:</p><pre class="wb-record" tabindex="0">{escape(line)}</pre>'
