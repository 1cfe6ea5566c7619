"""Maps: the command that draws the threads in the plane."""

from enum import StrEnum
from typing import Annotated

import typer

from workbench.cli.common import DEFAULT_WORKSPACE, WorkspaceOption, bar_of, command, console
from workbench.embeddings import projection
from workbench.storage import Workspace


class Method(StrEnum):
    """How threads are placed, see `workbench.maps.Method`."""

    AXES = "axes"
    NEIGHBOURS = "neighbours"


@command(name="map")
def draw_map(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    method: Annotated[
        Method, typer.Option(help="`axes` takes seconds; `neighbours` keeps like things together.")
    ] = Method.NEIGHBOURS,
    seed: Annotated[int, typer.Option(min=0, help="Start of every random choice.")] = 0,
) -> None:
    """Draw the map of all threads that the dashboard shows, from their vectors.

    Example: `workbench map -w july`
    """
    opened = Workspace.open(workspace)
    with opened.locked(), bar_of("map") as on_progress:
        made = projection.make(opened, method=method.value, seed=seed, on_progress=on_progress)
    console.print(f"[bold]map     [/] {made.points.height:,} threads, by {method.value}")
