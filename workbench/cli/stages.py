"""The commands that run the stages, one by one or all together."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from workbench.cli import sections
from workbench.cli.common import command, load_recipe, open_workspace
from workbench.cli.options import (
    DEFAULT_WORKERS,
    DEFAULT_WORKSPACE,
    ClusterWorkers,
    EngineOption,
    FormatOption,
    Paths,
    RayAddressOption,
    RecipeOption,
    WorkspaceOption,
)
from workbench.cli.output import bar, console, errors, hint, log, print_hint
from workbench.cluster.connection import AUTO, LOCAL
from workbench.exceptions import ArchiveError
from workbench.text.counts import counted

if TYPE_CHECKING:
    from workbench.cluster.engine import Engine
    from workbench.recipe import Recipe
    from workbench.storage import Workspace


@command(section=sections.STAGES)
def ingest(
    paths: Paths,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    workers: ClusterWorkers = None,
    format_name: FormatOption = None,
    *,
    engine: EngineOption = LOCAL,
    ray_address: RayAddressOption = AUTO,
    show: Annotated[
        bool,
        typer.Option("--show", help="Only show how the first records would be read."),
    ] = False,
) -> None:
    """Read dumps into the table of tweets.

    Members that were read before are skipped. With `--show` nothing is written: it prints the
    format, where each field is read, three tweets, and for unknown tables a column map to start
    from.

    Example: `workbench ingest twitter-stream-2019-07-*.tar`
    """
    if show:
        _show(workspace, recipe, paths, format_name=format_name)
        return
    from workbench.cluster.engine import connected

    chosen = connected(engine, workers=workers, ray_address=ray_address)
    # Ingest works without the model, so it is not checked.
    sections = ("ingest", "score", "export")
    ingest_dumps(
        workspace,
        recipe,
        paths,
        workers,
        engine=chosen,
        format_name=format_name,
        sections=sections,
    )


def ingest_dumps(
    workspace: Path,
    recipe: Path | None,
    paths: list[str],
    workers: int | None,
    *,
    engine: "Engine | None" = None,
    format_name: str | None = None,
    sections: tuple[str, ...] = (),
) -> "Workspace":
    """Check the paths and the recipe, then read the dumps and report the result."""
    from workbench import pipeline
    from workbench.archives import listing
    from workbench.cli.reports import ledger
    from workbench.pipeline import recipe_checks, run_summary
    from workbench.storage import Workspace

    settings = _with_format(load_recipe(recipe, workspace), format_name)
    recipe_checks.check_names(settings, *sections)
    listing.expand(paths)
    opened = Workspace.create(workspace)
    with opened.locked(), bar("ingest") as on_progress:
        run = pipeline.ingest(
            opened,
            settings,
            paths=paths,
            workers=workers or DEFAULT_WORKERS,
            engine=engine,
            on_progress=on_progress,
        )
    log(run)
    if run_summary.is_unreadable(run):
        errors.print(ledger.damage(opened, rows=3))
        print_hint(run_summary.hint_after_ingest(run))
        raise typer.Exit(1)
    if advice := run_summary.hint_after_ingest(run):
        hint(advice)
    return opened


def _with_format(recipe: "Recipe", name: str | None) -> "Recipe":
    """Return a recipe that reads every member as one format, if one is named."""
    if not name:
        return recipe
    ingest_settings = recipe.ingest.model_copy(update={"format": name})
    return recipe.model_copy(update={"ingest": ingest_settings})


def _show(
    workspace: Path, recipe: Path | None, paths: list[str], *, format_name: str | None
) -> None:
    """Show how the first members would be read."""
    from workbench.cli.reports import preview as reports
    from workbench.ingest import preview
    from workbench.pipeline import recipe_checks

    settings = _with_format(load_recipe(recipe, workspace), format_name)
    recipe_checks.check_names(settings, "ingest")
    is_empty = True
    for shown in preview.of_files(paths, settings=settings.ingest):
        is_empty = False
        console.print(reports.preview(shown))
        if shown.guess or (shown.columns and not shown.format):
            console.print(escape(reports.column_map(shown.guess)), soft_wrap=True)
            hint(reports.HINT)
    if is_empty:
        msg = "There is nothing to read in it."
        raise ArchiveError(msg, hint="name a file with tweets, or an archive of such files.")


@command(section=sections.STAGES)
def threads(workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None) -> None:
    """Rebuild the reply trees.

    Example: `workbench threads -w july`
    """
    _run_stage("threads", workspace, recipe)


@command(section=sections.STAGES)
def embed(workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None) -> None:
    """Turn the text of the threads into vectors.

    Stores them in LanceDB. Continues after a stop.

    Example: `workbench embed -w july`
    """
    _run_stage("embed", workspace, recipe)


@command(section=sections.STAGES)
def score(workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None) -> None:
    """Measure every thread.

    Also compares its prompt with the known instructions.

    Example: `workbench score -w july --recipe mine.toml`
    """
    _run_stage("score", workspace, recipe)


@command(section=sections.STAGES)
def select(workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None) -> None:
    """Apply the rules of the recipe.

    Shows what each rule removes.

    Example: `workbench select -w july --recipe mine.toml`
    """
    from workbench.cli.reports import exports

    _run_stage("select", workspace, recipe)
    opened = open_workspace(workspace)
    console.print(exports.attribution(opened))
    hint_if_nothing_is_kept(opened, "nothing is kept")


def _run_stage(name: str, workspace: Path, recipe: Path | None) -> None:
    """Run one stage after ingest."""
    from workbench import pipeline
    from workbench.pipeline import recipe_checks, stages

    opened = open_workspace(workspace)
    settings = load_recipe(recipe, workspace)
    # A format that does not exist would stop the export, hours later.
    recipe_checks.check_names(settings, *stages.BY_NAME[name].sections, "export")
    if name == "score":
        recipe_checks.check_own(opened, settings)
    with opened.locked(), bar(name) as on_progress:
        run = pipeline.run_stage(opened, settings, name, on_progress=on_progress)
    log(run)


def hint_if_nothing_is_kept(workspace: "Workspace", result: str) -> None:
    """Say what to do if the last selection keeps no thread.

    Args:
        workspace: A workspace with verdicts.
        result: What follows from it, for the start of the hint.
    """
    from workbench.pipeline import exports

    verdicts = workspace.read("verdicts", columns=["kept"])
    if not verdicts["kept"].any():
        hint(f"{result}: {exports.hint_if_nothing_is_kept(verdicts.height)}")


@command(section=sections.STAGES)
def export(
    name: Annotated[
        str | None,
        typer.Argument(help="Name of the export; by default the one that `run` writes."),
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    force: Annotated[bool, typer.Option(help="Replace an export of that name.")] = False,
    redo: Annotated[
        bool,
        typer.Option(help="Write an export again with its own recipe, without deleted tweets."),
    ] = False,
) -> None:
    """Write the threads that the recipe keeps.

    Adds a copy of the recipe and a manifest. The scores must be up to date. The rules of the recipe
    are applied to them.

    Example: `workbench export july-questions -w july`
    """
    from workbench import pipeline
    from workbench.pipeline import stages

    if redo and recipe:
        msg = "an export is redone with its own recipe; leave out --recipe, or --redo"
        raise typer.BadParameter(msg)
    opened = open_workspace(workspace)
    name = name or stages.DEFAULT_EXPORT
    if redo:
        with opened.locked():
            counts = pipeline.redo(opened, name=name, watch=lambda stage: bar(stage.name))
    else:
        settings = load_recipe(recipe, workspace)
        with opened.locked(), bar("export") as on_progress:
            counts = pipeline.write_export(
                opened, settings, name=name, overwrite=force, on_progress=on_progress
            )
    path = escape(str(opened.exports_path / name))
    console.print(f"[bold]export  [/] {counted(counts['threads'], 'thread')} in {path}")
