"""Tables: the commands that show what there is, check it, and take tweets down."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from workbench import pipeline
from workbench.cli import common
from workbench.cli.common import DEFAULT_WORKSPACE, RecipeOption, WorkspaceOption, command, console
from workbench.cli.reports import dumps, exports, runs
from workbench.cli.reports import ledger as ledger_report
from workbench.cli.reports import rules as rule_reports
from workbench.export import verification
from workbench.ingest.formats.registry import FORMATS
from workbench.pipeline import deletions
from workbench.recipe import Recipe
from workbench.storage import Workspace


@command(name="sample")
def write_sample(
    path: Annotated[Path, typer.Argument(help="Tar file to write.")],
    lines: Annotated[int, typer.Option(min=1, help="Lines in all.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Start of every random choice.")] = 0,
    force: Annotated[bool, typer.Option(help="Replace a file of that name.")] = False,
) -> None:
    """Write a synthetic dump in the shape of the archived stream, of any size.

    Example: `workbench sample july.tar --lines 1000000`
    """
    from workbench import sample

    with common.bar_of("sample") as on_progress:
        truth = sample.write(path, lines=lines, seed=seed, overwrite=force, on_progress=on_progress)
    told = f"{truth.lines:,} lines, {truth.distinct:,} tweets, {truth.threads:,} threads"
    console.print(f"[bold]sample  [/] {told} in {escape(str(path))}", soft_wrap=True)


@command()
def status(workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None) -> None:
    """Show each table, its rows, its age and whether it is stale.

    Example: `workbench status -w july`
    """
    opened = Workspace.open(workspace)
    settings = common.recipe_of(recipe, workspace)
    console.print(runs.status(opened, settings))


@command()
def ledger(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    rejects: Annotated[bool, typer.Option("--rejects", help="Show the rejected lines.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Show every member, or line.")] = False,
) -> None:
    """Show what became of every line that was read.

    Example: `workbench ledger --rejects`
    """
    opened = Workspace.open(workspace)
    if rejects:
        console.print(dumps.rejects(opened, rows=None if every else dumps.REJECTS_SHOWN))
    else:
        console.print(ledger_report.ledger(opened, rows=None if every else ledger_report.ROWS))


@command(name="roles")
def role_policies(workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """Show what each role policy makes of the threads: conversations, turns and paths.

    Example: `workbench roles -w july`
    """
    console.print(exports.role_policies(Workspace.open(workspace)))


@command()
def verify(
    pack: Annotated[Path, typer.Argument(help="Folder of a pack.")],
    workspace: Annotated[
        Path | None, typer.Option("--workspace", "-w", help="Look for tweets deleted since, too.")
    ] = None,
) -> None:
    """Hold a pack against its manifest, its records against their model; exit code 1 if amiss.

    Example: `workbench verify july/6_exports/questions -w july`
    """
    opened = Workspace.open(workspace) if workspace else None
    deleted = opened.scan("deletions") if opened and opened.has("deletions") else None
    found = verification.verify(pack, deleted=deleted)
    console.print(exports.verification(found))
    if not found.is_ok:
        raise typer.Exit(1)


of_deletions = common.group("deletions", about="Tweets that must not be kept.")


@of_deletions("add")
def add_deletions(
    ids: Annotated[Path, typer.Argument(help="Text file, one id of a tweet a line.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Take tweets down by hand; they stay away whatever is read later.

    Example: `workbench deletions add ids.txt -w july`
    """
    opened = Workspace.open(workspace)
    with opened.locked():
        run = pipeline.delete(opened, deletions.read(ids))
    counts = run.counts
    console.print(
        f"{counts['asked']:,} tweets asked for, {counts['known']:,} known as deleted before; "
        f"{counts['tweets']:,} tweets are left."
    )
    console.print("`workbench run` takes them out of every other table.")


@command(name="recipe")
def print_recipe(recipe: RecipeOption = None) -> None:
    """Print every setting as TOML, ready to be saved and changed.

    Example: `workbench recipe > mine.toml`
    """
    sys.stdout.write((Recipe.load(recipe) if recipe else Recipe()).to_toml())


@command()
def rules() -> None:
    """List the rules that a recipe can use.

    Example: `workbench rules`
    """
    console.print(rule_reports.rules())


@command()
def hashtags(workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """List hashtags worth a rule, with the threads of this workspace that each matches.

    Example: `workbench hashtags -w july`
    """
    console.print(rule_reports.hashtags(Workspace.open(workspace)))


@command()
def formats() -> None:
    """List the formats of dumps that are read, and those of exports.

    Example: `workbench formats`
    """
    console.print(dumps.formats(FORMATS))
