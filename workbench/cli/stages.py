"""Stages: the commands that make tables, one a stage, and those that run all of them."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from workbench import pipeline
from workbench.archives import listing
from workbench.cli.common import (
    DEFAULT_WORKERS,
    DEFAULT_WORKSPACE,
    FormatOption,
    Paths,
    RecipeOption,
    Workers,
    WorkspaceOption,
    bar,
    bar_of,
    command,
    console,
    errors,
    log,
    recipe_of,
)
from workbench.cli.reports import exports, ledger, runs
from workbench.exceptions import WorkspaceError
from workbench.pipeline import recipe_checks, run_summary, stages
from workbench.pipeline.stages import BY_NAME
from workbench.storage import Workspace


def _run_one(name: str, workspace: Path, recipe: Path | None) -> None:
    opened = Workspace.open(workspace)
    settings = recipe_of(recipe, workspace)
    stage = BY_NAME[name]
    recipe_checks.names(settings, *stage.sections)
    with opened.locked(), bar(stage) as on_progress:
        run = pipeline.run_stage(opened, settings, name, on_progress=on_progress)
    log(run)


def _ingest(
    workspace: Path,
    recipe: Path | None,
    paths: list[str],
    workers: int,
    *,
    format_name: str | None = None,
    checked: tuple[str, ...] = (),
) -> Workspace:
    settings = recipe_of(recipe, workspace)
    if format_name:
        chosen = settings.ingest.model_copy(update={"format": format_name})
        settings = settings.model_copy(update={"ingest": chosen})
    recipe_checks.names(settings, *checked)
    listing.expand(paths)
    opened = Workspace.create(workspace)
    with opened.locked(), bar(stages.INGEST) as on_progress:
        run = pipeline.ingest(
            opened, settings, paths=paths, workers=workers, on_progress=on_progress
        )
    log(run)
    if hint := run_summary.hint_after_ingest(run):
        if not run.counts["lines"] and run_summary.damage(run):
            errors.print(ledger.damage(opened, rows=3))
        errors.print(f"[bold]Hint:[/] {hint}")
    if not run.counts["lines"] and run_summary.damage(run):
        raise typer.Exit(1)
    return opened


@command()
def ingest(
    paths: Paths,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    workers: Workers = DEFAULT_WORKERS,
    format_name: FormatOption = None,
) -> None:
    """Read dumps into the table of tweets; what was read before is not read again.

    Example: `workbench ingest twitter-stream-2019-07-*.tar`
    """
    # Not the model: where dumps are only read, it need not be there.
    checked = ("ingest", "score", "export")
    _ingest(workspace, recipe, paths, workers, format_name=format_name, checked=checked)


@command()
def threads(workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None) -> None:
    """Rebuild the reply trees.

    Example: `workbench threads -w july`
    """
    _run_one("threads", workspace, recipe)


@command()
def embed(workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None) -> None:
    """Turn the text of the threads into vectors, in LanceDB; goes on where it was stopped.

    Example: `workbench embed -w july`
    """
    _run_one("embed", workspace, recipe)


@command()
def score(workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None) -> None:
    """Measure every thread, and compare its prompt with known instructions.

    Example: `workbench score -w july --recipe mine.toml`
    """
    _run_one("score", workspace, recipe)


@command()
def select(workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None) -> None:
    """Apply the rules of the recipe; says what each of them removes.

    Example: `workbench select -w july --recipe mine.toml`
    """
    _run_one("select", workspace, recipe)
    opened = Workspace.open(workspace)
    console.print(exports.attribution(opened))
    _hint_if_nothing_is_kept(opened, "nothing is kept")


@command()
def export(
    name: Annotated[str, typer.Argument(help="Name of the pack.")] = stages.PACK,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    force: Annotated[bool, typer.Option(help="Replace a pack of that name.")] = False,
    redo: Annotated[
        bool,
        typer.Option(help="Make a pack again by its own recipe, without tweets deleted since."),
    ] = False,
) -> None:
    """Write the kept threads as a pack of files, with recipe and manifest.

    Example: `workbench export july-questions -w july`
    """
    opened = Workspace.open(workspace)
    if redo and recipe:
        msg = "a pack is made again by its own recipe; leave out --recipe, or --redo"
        raise typer.BadParameter(msg)
    with opened.locked():
        if redo:
            counts = pipeline.redo(opened, name=name, watch=bar)
        else:
            settings = recipe_of(recipe, workspace)
            with bar(stages.EXPORT) as on_progress:
                counts = pipeline.export_pack(
                    opened, settings, name=name, overwrite=force, on_progress=on_progress
                )
    console.print(
        f"[bold]export  [/] {counts['threads']:,} threads in {opened.exports_path / name}"
    )


@command()
def run(
    paths: Annotated[list[str] | None, typer.Argument(help="Dumps to read first.")] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    workers: Workers = DEFAULT_WORKERS,
) -> None:
    """Read dumps, if any are named, and bring every stage up to date.

    Example: `workbench run a.tar b.tar -w july --recipe mine.toml`
    """
    opened = _ingest(workspace, recipe, paths, workers) if paths else Workspace.open(workspace)
    settings = recipe_of(recipe, workspace)
    if not paths:
        recipe_checks.names(settings)
    if opened.last_run("ingest") is None:
        msg = f"The workspace {workspace} holds no tweets yet."
        raise WorkspaceError(msg, hint="name dumps to read: `workbench run a.tar`.")
    with opened.locked():
        for run in pipeline.bring_up_to_date(opened, settings, watch=bar):
            log(run)
    console.print(runs.funnel(opened))
    console.print(exports.attribution(opened))
    _hint_if_nothing_is_kept(opened, "nothing is kept, so nothing was exported")


def _hint_if_nothing_is_kept(workspace: Workspace, said: str) -> None:
    verdicts = workspace.read("verdicts", columns=["kept"])
    if not verdicts["kept"].any():
        errors.print(f"[bold]Hint:[/] {said}: {stages.nothing_kept(verdicts.height)}")


@command()
def demo(
    archives: Annotated[
        list[str] | None, typer.Argument(help="Dumps of your own; a made one if none is named.")
    ] = None,
    workspace: WorkspaceOption = Path("demo"),
    lines: Annotated[int, typer.Option(min=1000, help="Lines of the made dump.")] = 20_000,
    workers: Workers = DEFAULT_WORKERS,
) -> None:
    """Show the whole way from a dump to kept conversations.

    Example: `workbench demo` or `workbench demo twitter-stream-20190703.tar`
    """
    from workbench import sample

    if not archives:
        made = Workspace.create(workspace).root / "0_sample" / f"sample-{lines}.tar"
        if not made.exists():
            made.parent.mkdir(exist_ok=True)
            with bar_of("sample") as on_progress:
                sample.write(made, lines=lines, on_progress=on_progress)
        console.print(f"[bold]sample  [/] {lines:,} lines in {made}")
        archives = [str(made)]
    run(archives, workspace, None, workers)
    opened = Workspace.open(workspace)
    if opened.last_run("export") is None:
        return
    console.print(exports.conversations(opened, recipe_of(None, workspace), limit=3))
    where = escape(str(opened.exports_path / stages.PACK))
    console.print(f"The export lies in [bold]{where}[/]", soft_wrap=True)
    console.print("Next, tune the filter in a browser: [bold]make apps[/]")
