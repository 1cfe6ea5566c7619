"""Write exports in a job, a process of its own that survives the page and its server."""

import hashlib
from html import escape
from pathlib import Path
from typing import Any

import marimo as mo

from workbench import export
from workbench.dashboard.components import job_status
from workbench.dashboard.session import jobs
from workbench.exceptions import WorkbenchError
from workbench.export.manifest import Entry, Manifest
from workbench.recipe import Recipe
from workbench.storage import Workspace

#: Bytes of the largest file that the page offers to download; it is read into memory.
LARGEST = 50 * 2**20


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
    """Show what an export contains, with its files to download."""
    files = [entry for entry in manifest.files if entry.records is not None]
    # The styles of the page do not reach into a callout.
    number = '<td style="padding-left:1.5rem;text-align:right">'
    rows = "".join(
        f"<tr><td>{escape(entry.name)}</td>{number}{entry.records:,} records</td>"
        f"{number}{entry.bytes:,} bytes</td></tr>"
        for entry in files
    )
    text = mo.Html(
        f'<div data-testid="written"><b>Written to {escape(str(folder))}</b><p>'
        f"{manifest.threads_kept:,} of {manifest.threads_seen:,} threads kept, "
        f"{manifest.threads_written:,} of them written, {manifest.tweets:,} tweets.</p>"
        f"<table>{rows}</table></div>"
    )
    return mo.vstack([mo.callout(text, kind="success"), downloads(folder, files)])


def downloads(folder: Path, files: list[Entry]) -> mo.Html:
    """Offer the files of an export, and name the files that are too large to download.

    A file is read when it is downloaded.
    """
    buttons: list[Any] = [
        mo.download((folder / entry.name).read_bytes, entry.name, label=f"Download {entry.name}")
        for entry in files
        if entry.bytes <= LARGEST
    ]
    if large := [escape(entry.name) for entry in files if entry.bytes > LARGEST]:
        text = f"Larger than {LARGEST // 2**20} MiB; copy from the folder: {', '.join(large)}"
        buttons.append(mo.Html(f'<p class="wb-effect" data-testid="large">{text}</p>'))
    return mo.hstack(buttons, justify="start", wrap=True)
