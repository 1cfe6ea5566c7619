"""The command that places the threads on a plane."""

from enum import StrEnum
from typing import Annotated

import typer

from workbench.cli import sections
from workbench.cli.common import command, open_workspace
from workbench.cli.options import DEFAULT_WORKSPACE, WorkspaceOption
from workbench.cli.output import bar, console
from workbench.text.counts import counted


class Method(StrEnum):
    """How threads are placed, see `embeddings.projection.Method`."""

    AXES = "axes"
    NEIGHBOURS = "neighbours"


@command(name="map", section=sections.READ)
def draw_map(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    method: Annotated[
        Method,
        typer.Option(help="`axes` takes seconds; `neighbours` keeps similar threads together."),
    ] = Method.NEIGHBOURS,
    seed: Annotated[int, typer.Option(min=0, help="Seed of every random choice.")] = 0,
) -> None:
    """Project the vectors of all threads onto a map.

    The dashboard shows the map.

    Example: `workbench map -w july`
    """
    from workbench.embeddings import projection

    opened = open_workspace(workspace)
    with opened.locked(), bar("map") as on_progress:
        made = projection.make(opened, method=method.value, seed=seed, on_progress=on_progress)
    console.print(f"[bold]map     [/] {counted(made.points.height, 'thread')}, by {method.value}")
