"""Instructions: the commands for what a workspace's threads are compared with."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from workbench import instructions
from workbench.cli import common
from workbench.cli.common import DEFAULT_WORKSPACE, RecipeOption, WorkspaceOption, console
from workbench.cli.reports import training as reports
from workbench.instructions import file_reader
from workbench.storage import Workspace

command = common.group("instructions", about="Requests that threads are compared with.")


@command("add")
def add_instructions(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Alpaca, Dolly, self-instruct, Open-Assistant, ShareGPT, chat messages, plain "
            "text or CSV, told apart by content."
        ),
    ],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    name: Annotated[
        str | None, typer.Option(help="What to call their source; by default each file's name.")
    ] = None,
    recipe: RecipeOption = None,
) -> None:
    """Add files of instructions to a workspace; its own are used beside those of the recipe.

    Example: `workbench instructions add dolly.jsonl questions.txt -w july`
    """
    opened = Workspace.open(workspace)
    settings = common.recipe_of(recipe, workspace)
    with opened.locked():
        for path in files:
            found = file_reader.from_file(path)
            source = path.name if name is None else name
            added = instructions.add(opened, found.instructions, source=source, recipe=settings)
            console.print(escape(reports.added(path.name, found, added=added)), soft_wrap=True)
    console.print("`workbench run` compares the threads with them.")


@command("list")
def list_instructions(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None
) -> None:
    """Count the instructions that a workspace is compared with, by source.

    Example: `workbench instructions list -w july`
    """
    opened = Workspace.open(workspace)
    known = instructions.known(opened, common.recipe_of(recipe, workspace))
    console.print(reports.sources(known))


@command("remove")
def remove_instructions(
    source: Annotated[str, typer.Option(help="Source, as `workbench instructions list` names it.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Take the instructions of a source out of a workspace again.

    Example: `workbench instructions remove --source dolly.jsonl -w july`
    """
    opened = Workspace.open(workspace)
    with opened.locked():
        removed = instructions.remove(opened, source=source)
    console.print(f"{removed:,} instructions removed; `workbench run` scores without them.")
