"""The command that says what is wrong with a workspace, and mends it."""

from typing import Annotated

import typer

from workbench.cli import sections
from workbench.cli.common import command, load_recipe
from workbench.cli.options import DEFAULT_WORKSPACE, JsonOption, RecipeOption, WorkspaceOption
from workbench.cli.output import bar, print_json, print_report, working


@command(section=sections.READ)
def doctor(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    *,
    fix: Annotated[
        bool, typer.Option("--fix", help="Remove or make again what is safe to make again.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what is damaged in a workspace.

    Reads every table to its end, and looks for remains of killed runs. Nothing changes without
    `--fix`. With it, damaged tables are made again from the tables before them. Labels, dumps and
    exports are never changed. Exits with 1 if anything is wrong.

    Example: `workbench doctor -w july`
    """
    from workbench.cli.reports import doctor as reports
    from workbench.pipeline import doctor as doctors
    from workbench.storage import Workspace

    if fix:
        settings = load_recipe(recipe, workspace)
        result = doctors.repair(workspace, settings, watch=lambda stage: bar(stage.name))
        faults, note = result.left, result.note
    else:
        busy = Workspace(workspace).lock_owner()
        with working("checking"):
            faults = doctors.examine(workspace, busy=busy)
        result, note = doctors.Repair([], [], faults), doctors.note_of(busy)
    if as_json:
        print_json(reports.record(workspace, result, note=note))
    else:
        print_report(reports.text(workspace, result, note=note))
    if faults:
        raise typer.Exit(1)
