"""Packing: what the dashboard shows of an export before and after it is written."""

import json
from html import escape
from pathlib import Path
from typing import Any

import marimo as mo
import polars as pl

from workbench import export, render, selection
from workbench.dashboard.live import Live
from workbench.dashboard.pages import trouble
from workbench.exceptions import WorkbenchError
from workbench.packs import Manifest
from workbench.progress import OnProgress, silent
from workbench.settings import Recipe

#: Kept threads that are looked at for a first record.
TRIED = 200


def pack(
    live: Live,
    name: str,
    *,
    recipe: Recipe,
    overwrite: bool = False,
    on_progress: OnProgress = silent,
) -> tuple[Path, Manifest]:
    """Write the pack of a recipe into the workspace.

    Returns:
        The folder of the pack and its manifest.

    Raises:
        ExportError: If the name is no name of a folder, or see `export.from_selection`.
        WorkspaceError: If another process is writing to the workspace.
    """
    from workbench import stages  # noqa: PLC0415 (takes seconds; only who exports needs it)

    export.check_name(name)
    folder = live.workspace.exports_path / name
    with live.workspace.locked():
        manifest = export.from_selection(
            live.workspace.scan("turns"),
            live.scores,
            selection.from_scores(live.workspace.scan("scores"), settings=recipe.select),
            recipe=recipe,
            folder=folder,
            provenance=stages.provenance(live.workspace, recipe),
            secret=live.workspace.secret,
            on_progress=on_progress,
            overwrite=overwrite,
        )
    return folder, manifest


def records(live: Live, verdicts: pl.DataFrame, *, recipe: Recipe, limit: int = 1) -> list[Any]:
    """Give the first records that an export would hold, of the first format of the recipe."""
    threads = live.scores.filter(verdicts["kept"]).head(TRIED)
    return export.preview(
        live.workspace.scan("turns").filter(
            pl.col("thread_id").is_in(threads["thread_id"].implode())
        ),
        threads,
        threads.select("thread_id", kept=pl.lit(value=True)),
        recipe=recipe,
        secret=live.workspace.secret,
        limit=limit,
    )


def preview(live: Live, verdicts: pl.DataFrame, *, recipe: Recipe) -> mo.Html:
    """Show the first record that an export would hold, in the first format of the recipe."""
    try:
        found = records(live, verdicts, recipe=recipe)
    except WorkbenchError as error:
        return trouble(str(error))
    if not found:
        return mo.Html('<p class="wb-gap">Nothing kept gives a record in this format.</p>')
    text = json.dumps(found[0], indent=2, ensure_ascii=False, default=str)
    lines = [render.visible(line) for line in text[:20_000].split("\n")[:200]]
    return mo.Html(
        f'<p class="wb-effect">First record as <b>{escape(recipe.export.formats[0])}</b></p>'
        f'<pre class="wb-record" tabindex="0">{escape(chr(10).join(lines))}</pre>'
    )


def write(live: Live, name: str, *, recipe: Recipe, overwrite: bool) -> mo.Html:
    """Write the export pack with a progress bar, and show what came of it."""
    try:
        with mo.status.progress_bar(total=100, title="Writing the export") as bar:
            folder, manifest = pack(
                live,
                name,
                recipe=recipe,
                overwrite=overwrite,
                on_progress=_advancing(bar),
            )
    except WorkbenchError as error:
        return trouble(str(error))
    files = [entry for entry in manifest.files if entry.records is not None]
    rows = "".join(
        f"<tr><td>{escape(entry.name)}</td><td>{entry.records:,} records</td>"
        f"<td>{entry.bytes:,} bytes</td></tr>"
        for entry in files
    )
    done = mo.Html(
        f'<div data-testid="written"><b>Written to {escape(str(folder))}</b><p>'
        f"{manifest.threads_kept:,} threads kept of {manifest.threads_seen:,}, "
        f"{manifest.threads_written:,} of them written, {manifest.tweets:,} tweets.</p>"
        f'<table class="wb-files">{rows}</table></div>'
    )
    downloads = [
        mo.download((folder / entry.name).read_bytes, entry.name, label=f"Download {entry.name}")
        for entry in files
    ]
    return mo.vstack([mo.callout(done, kind="success"), mo.hstack(downloads, justify="start")])


def save(live: Live, recipe: Recipe) -> mo.Html:
    """Write the recipe into the workspace, where the command line finds it too."""
    live.workspace.write_text("recipe.toml", recipe.to_toml())
    path = escape(str(live.workspace.root / "recipe.toml"))
    return mo.Html(f'<p class="wb-effect" data-testid="saved">Saved as {path}</p>')


def _advancing(bar: Any) -> OnProgress:  # noqa: ANN401 (marimo does not export the type)
    """Move a progress bar of a hundred steps."""
    shown = 0

    def tell(done: int, total: int) -> None:
        nonlocal shown
        if (now := done * 100 // max(total, 1)) > shown:
            bar.update(now - shown)
            shown = now

    return tell
