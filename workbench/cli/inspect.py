"""The commands that show tables and lists, verify exports, and delete tweets."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from workbench.cli import common, sections
from workbench.cli.common import command, open_workspace
from workbench.cli.options import DEFAULT_WORKSPACE, JsonOption, RecipeOption, WorkspaceOption
from workbench.cli.output import advise, bar, console, print_json, print_report
from workbench.text.counts import counted


@command(name="sample", section=sections.STAGES)
def write_sample(
    path: Annotated[Path, typer.Argument(help="Tar file to write.")],
    lines: Annotated[int, typer.Option(min=1, help="Number of lines.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Seed of every random choice.")] = 0,
    force: Annotated[bool, typer.Option(help="Replace a file of that name.")] = False,
) -> None:
    """Write a synthetic dump of any size.

    It has the shape of the archived stream.

    Example: `workbench sample july.tar --lines 1000000`
    """
    from workbench import sample

    with bar("sample") as on_progress:
        truth = sample.write(path, lines=lines, seed=seed, overwrite=force, on_progress=on_progress)
    counts = f"{truth.lines:,} lines, {truth.distinct:,} tweets, {truth.threads:,} threads"
    console.print(f"[bold]sample  [/] {counts} in {escape(str(path))}", soft_wrap=True)


@command(section=sections.READ)
def status(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show which stages are up to date.

    Also shows the rows and the age of each stage's tables.

    Example: `workbench status -w july`
    """
    from workbench.cli.reports import records, runs

    opened, settings = open_workspace(workspace), common.load_recipe(recipe, workspace)
    if as_json:
        print_json(records.status(opened, settings))
    else:
        print_report(runs.status(opened, settings))


@command(section=sections.READ)
def ledger(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    rejects: Annotated[bool, typer.Option("--rejects", help="Show the rejected lines.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Show every member, or line.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the outcome of every line that was read.

    Example: `workbench ledger --rejects`
    """
    from workbench.cli.reports import dumps, records
    from workbench.cli.reports import ledger as reports

    opened = open_workspace(workspace)
    if as_json:
        print_json(records.rejects(opened) if rejects else records.ledger(opened))
    elif rejects:
        console.print(dumps.rejects(opened, rows=None if every else dumps.REJECTS_SHOWN))
    else:
        print_report(reports.ledger(opened, rows=None if every else reports.ROWS))


@command(name="roles", section=sections.READ)
def role_policies(workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """Count the conversations of each role policy.

    Shows how many threads, nodes and paths each policy makes of the threads.

    Example: `workbench roles -w july`
    """
    from workbench.cli.reports import exports

    console.print(exports.role_policies(open_workspace(workspace)))


@command(section=sections.EXPORTS)
def verify(
    path: Annotated[Path, typer.Argument(help="Folder of an export.")],
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", "-w", help="Also look for tweets deleted since the export."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check an export against its manifest and record schema.

    Exits with 1 if anything is wrong.

    Example: `workbench verify july/6_exports/questions -w july`
    """
    from workbench.cli.reports import exports, records
    from workbench.export.verification import verify as verify_export

    opened = open_workspace(workspace) if workspace else None
    deleted = opened.scan("deletions") if opened and opened.has("deletions") else None
    result = verify_export(path, deleted=deleted)
    if as_json:
        print_json(records.verification(result))
    else:
        console.print(exports.verification(result))
    if not result.is_ok:
        raise typer.Exit(1)


deletions_command = common.group(
    "deletions", section=sections.EXPORTS, about="Tweets to delete for good."
)


@deletions_command("add")
def add_deletions(
    ids: Annotated[Path, typer.Argument(help="Text file with one tweet id per line.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Delete tweets for good.

    They stay deleted whatever is read later.

    Example: `workbench deletions add ids.txt -w july`
    """
    from workbench import pipeline
    from workbench.pipeline import deletions

    opened = open_workspace(workspace)
    with opened.locked():
        counts = pipeline.delete(opened, deletions.read(ids)).counts
    console.print(
        f"{counted(counts['asked'], 'tweet')} to delete, {counts['known']:,} of them deleted "
        f"before; {counts['tweets']:,} tweets remain."
    )
    advise("`workbench run` removes them from all other tables.")


@command(name="recipe", section=sections.RECIPES)
def print_recipe(recipe: RecipeOption = None) -> None:
    """Print every setting as TOML.

    Save the output, change it, and pass it with `--recipe`.

    Example: `workbench recipe > mine.toml`
    """
    from workbench.recipe import Recipe

    sys.stdout.write((Recipe.load(recipe) if recipe else Recipe()).to_toml())


@command(section=sections.RECIPES)
def rules(
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", "-w", help="Also list the rules on its own measures."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the rules that a recipe can use.

    Example: `workbench rules -w july`
    """
    from workbench.cli.reports import records
    from workbench.cli.reports import rules as reports

    opened = open_workspace(workspace) if workspace else None
    if as_json:
        print_json(records.rules(opened))
    else:
        console.print(reports.rules(opened))


@command(section=sections.RECIPES)
def hashtags(workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """List hashtags that are useful in rules.

    Counts the threads of the workspace that match each.

    Example: `workbench hashtags -w july`
    """
    from workbench.cli.reports import rules as reports

    console.print(reports.hashtags(open_workspace(workspace)))


@command(section=sections.RECIPES)
def formats() -> None:
    """List the formats of dumps and of exports.

    Example: `workbench formats`
    """
    from workbench.cli.reports import dumps

    console.print(dumps.formats())
