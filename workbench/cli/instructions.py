"""The commands for known instructions, with which the prompts of threads are compared."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from workbench.cli import common, sections
from workbench.cli.options import DEFAULT_WORKSPACE, RecipeOption, WorkspaceOption
from workbench.cli.output import advise, console
from workbench.text.counts import counted

command = common.group(
    "instructions", section=sections.TRAIN, about="Known instructions to compare threads with."
)


@command("add")
def add_instructions(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Alpaca, Dolly, self-instruct, Open-Assistant, ShareGPT, chat messages, plain "
            "text or CSV; the format is detected from the content."
        ),
    ],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    name: Annotated[
        str | None, typer.Option(help="Name of their source; by default each file's name.")
    ] = None,
    recipe: RecipeOption = None,
) -> None:
    """Add files of instructions to a workspace.

    They are used in addition to those that the recipe names.

    Example: `workbench instructions add dolly.jsonl questions.txt -w july`
    """
    from workbench import instructions
    from workbench.cli.reports import training
    from workbench.instructions import file_reader

    opened = common.open_workspace(workspace)
    settings = common.load_recipe(recipe, workspace)
    with opened.locked():
        for path in files:
            reading = file_reader.from_file(path)
            source = path.name if name is None else name
            added = instructions.add(opened, reading.instructions, source=source, recipe=settings)
            console.print(escape(training.added(path.name, reading, added=added)), soft_wrap=True)
    advise("`workbench run` compares the threads with them.")


@command("list")
def list_instructions(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None
) -> None:
    """Count the known instructions by source.

    Example: `workbench instructions list -w july`
    """
    from workbench import instructions
    from workbench.cli.reports import training

    opened = common.open_workspace(workspace)
    known = instructions.known(opened, common.load_recipe(recipe, workspace))
    console.print(training.sources(known))


@command("remove")
def remove_instructions(
    source: Annotated[
        str, typer.Option(help="Source, as listed by `workbench instructions list`.")
    ],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Remove the instructions of one source from a workspace.

    Example: `workbench instructions remove --source dolly.jsonl -w july`
    """
    from workbench import instructions

    opened = common.open_workspace(workspace)
    with opened.locked():
        removed = instructions.remove(opened, source=source)
    advise(f"{counted(removed, 'instruction')} removed; `workbench run` scores without them.")
