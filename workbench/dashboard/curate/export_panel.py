"""Packing: what the dashboard shows of an export before and after it is written."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, get_args

import marimo as mo
import polars as pl
from pydantic import ValidationError

from workbench import export, selection
from workbench.dashboard.components import messages
from workbench.dashboard.session import recipe_files
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.exceptions import WorkbenchError
from workbench.export.formats import FORMATS
from workbench.export.manifest import Entry, Manifest
from workbench.export.roles import POLICIES
from workbench.progress import OnProgress, silent
from workbench.recipe import ExportSettings, Recipe, SelectSettings
from workbench.text import sanitize

#: Kept threads that are looked at for a first record.
TRIED = 200

#: Bytes of the largest file that can be downloaded from the page, which holds it in memory.
LARGEST = 50 * 2**20


def contents(settings: ExportSettings) -> mo.ui.dictionary:
    """Make the controls for what a pack holds."""
    named = {name: name for name in dict.fromkeys([*settings.formats, *FORMATS])}
    named.pop("ids", None)
    made: dict[str, Any] = {
        "formats": mo.ui.multiselect(named, settings.formats, label="Formats"),
        "roles": mo.ui.dropdown(list(POLICIES), settings.roles, label="Roles"),
    }
    for name in ["paths", "links", "mentions", "personal_data"]:
        ways = get_args(ExportSettings.model_fields[name].annotation)
        label = name.replace("_", " ").capitalize()
        made[name] = mo.ui.dropdown(list(ways), getattr(settings, name), label=label)
    for name in ["validation", "test"]:
        share = getattr(settings, name)
        made[name] = mo.ui.number(
            0, max(share, 0.49), step=0.01, value=share, label=f"Share for {name}"
        )
    return mo.ui.dictionary(made)


def layout(contents: mo.ui.dictionary, actions: list[Any]) -> mo.Html:
    """Lay out what a pack holds in three rows, and below what to do with it."""
    rows = [["formats", "roles", "paths"], ["links", "mentions", "personal_data"]]
    shown = [
        [contents.elements[name] for name in [*row]] for row in [*rows, ["validation", "test"]]
    ]
    return mo.vstack(
        [mo.hstack(row, justify="start", align="center", wrap=True) for row in [*shown, actions]]
    )


def finish(recipe: Recipe, *, select: SelectSettings, contents: Mapping[str, Any]) -> Recipe:
    """Put what the controls say into a recipe.

    Formats of which none is left stay as they were, and so does an export that is not possible.
    """
    chosen = {name: value for name, value in contents.items() if value is not None}
    chosen["formats"] = tuple(contents["formats"]) or recipe.export.formats
    try:
        export = ExportSettings.model_validate(recipe.export.model_dump() | chosen)
    except ValidationError:
        export = recipe.export
    return recipe.model_copy(update={"select": select, "export": export})


def pack(
    live: ScoresSession,
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
        StageError: See `pipeline.check`.
        WorkspaceError: If another process is writing to the workspace.
    """
    from workbench import pipeline
    from workbench.pipeline import stages

    export.check_name(name)
    folder = live.workspace.exports_path / name
    with live.workspace.locked():
        pipeline.check(live.workspace, recipe, before="select")
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


def records(
    live: ScoresSession, verdicts: pl.DataFrame, *, recipe: Recipe, limit: int = 1
) -> list[Any]:
    """Give the first records that an export would hold, of the first format of the recipe.

    Threads of which a tweet was deleted since are passed over.
    """
    threads = live.scores.filter(verdicts["kept"]).head(TRIED)
    wanted = pl.col("thread_id").is_in(threads["thread_id"].implode())
    turns = live.workspace.scan("turns").filter(wanted).collect()
    left = live.workspace.without_deleted(turns)
    cut = turns.join(left, on="tweet_id", how="anti")
    threads = threads.join(cut, on="thread_id", how="anti", maintain_order="left")
    return export.preview(
        turns.join(cut, on="thread_id", how="anti", maintain_order="left"),
        threads,
        threads.select("thread_id", kept=pl.lit(value=True)),
        recipe=recipe,
        secret=live.workspace.secret,
        limit=limit,
    )


def preview(live: ScoresSession, verdicts: pl.DataFrame, *, recipe: Recipe) -> mo.Html:
    """Show the first record that an export would hold, in the first format of the recipe."""
    try:
        found = records(live, verdicts, recipe=recipe)
    except WorkbenchError as error:
        return messages.error(str(error))
    if not found:
        return mo.Html('<p class="wb-gap">Nothing kept gives a record in this format.</p>')
    text = json.dumps(found[0], indent=2, ensure_ascii=False, default=str)
    lines = [sanitize.visible(line) for line in text[:20_000].split("\n")[:200]]
    return mo.Html(
        f'<p class="wb-effect">First record as <b>{escape(recipe.export.formats[0])}</b></p>'
        f'<pre class="wb-record" tabindex="0">{escape(chr(10).join(lines))}</pre>'
    )


def write(live: ScoresSession, name: str, *, recipe: Recipe, overwrite: bool) -> mo.Html:
    """Write the export pack with a progress bar, and show what came of it."""
    try:
        with mo.status.progress_bar(total=100, title="Writing the export") as bar:
            folder, manifest = pack(
                live,
                name,
                recipe=recipe,
                overwrite=overwrite,
                on_progress=messages.progress_callback(bar),
            )
    except WorkbenchError as error:
        return messages.error(str(error))
    files = [entry for entry in manifest.files if entry.records is not None]
    # The styles of the page do not reach into a callout.
    number = '<td style="padding-left:1.5rem;text-align:right">'
    rows = "".join(
        f"<tr><td>{escape(entry.name)}</td>{number}{entry.records:,} records</td>"
        f"{number}{entry.bytes:,} bytes</td></tr>"
        for entry in files
    )
    done = mo.Html(
        f'<div data-testid="written"><b>Written to {escape(str(folder))}</b><p>'
        f"{manifest.threads_kept:,} threads kept of {manifest.threads_seen:,}, "
        f"{manifest.threads_written:,} of them written, {manifest.tweets:,} tweets.</p>"
        f"<table>{rows}</table></div>"
    )
    return mo.vstack([mo.callout(done, kind="success"), downloads(folder, files)])


def downloads(folder: Path, files: list[Entry]) -> mo.Html:
    """Offer the files of a pack, read when asked for; what is too large is left in its folder."""
    small = [entry for entry in files if entry.bytes <= LARGEST]
    offers: list[Any] = [
        mo.download((folder / entry.name).read_bytes, entry.name, label=f"Download {entry.name}")
        for entry in small
    ]
    if large := [escape(entry.name) for entry in files if entry.bytes > LARGEST]:
        told = f"Above {LARGEST // 2**20} MiB, copy it from the folder: {', '.join(large)}"
        offers.append(mo.Html(f'<p class="wb-effect" data-testid="large">{told}</p>'))
    return mo.hstack(offers, justify="start", wrap=True)


def save(
    live: ScoresSession, recipe: Recipe, *, name: str = "", overwrite: bool = False
) -> mo.Html:
    """Write the recipe into the workspace: under a name, or where the command line finds it."""
    try:
        path = recipe_files.save(live.workspace, name, recipe, overwrite=overwrite)
    except (WorkbenchError, OSError) as error:
        return messages.error(str(error))
    return mo.Html(f'<p class="wb-effect" data-testid="saved">Saved as {escape(str(path))}</p>')
