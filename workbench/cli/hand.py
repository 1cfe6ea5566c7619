"""The commands that keep or drop threads and turns by hand."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli import common, sections
from workbench.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption
from workbench.cli.output import advise, console, print_json

if TYPE_CHECKING:
    from workbench.selection.by_hand import Decision

command = common.group(
    "hand", section=sections.RECIPES, about="Threads and turns to keep or drop by hand."
)

Ids = Annotated[
    list[str], typer.Argument(help="Ids of threads, or of tweets with --turn.", metavar="ID...")
]
NoteOption = Annotated[str, typer.Option(help="Why.")]
TurnOption = Annotated[
    bool, typer.Option("--turn", help="The ids are those of tweets: decide on single turns.")
]


@command("keep")
def keep(
    ids: Ids,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    note: NoteOption = "",
    turn: TurnOption = False,
) -> None:
    """Keep threads whatever the rules say.

    All replies of such a thread are written, whatever their probability of an answer. With
    `--turn`, only single replies are.

    Example: `workbench hand keep 1147123456789012480 --note "a good answer" -w july`
    """
    _decide("keep", ids, workspace, turn=turn, note=note)


@command("drop")
def drop(
    ids: Ids,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    note: NoteOption = "",
    turn: TurnOption = False,
) -> None:
    """Drop threads whatever the rules say.

    With `--turn`, exports leave out single tweets, with the message that they are part of and
    everything that answers it.

    Example: `workbench hand drop 1147123456789012480 --turn --note spam -w july`
    """
    _decide("drop", ids, workspace, turn=turn, note=note)


@command("clear")
def clear(
    ids: Ids, workspace: WorkspaceOption = DEFAULT_WORKSPACE, turn: TurnOption = False
) -> None:
    """Take decisions back, so that the rules decide again.

    Example: `workbench hand clear 1147123456789012480 -w july`
    """
    from workbench.cli.reports import hand

    advise(hand.clear(common.open_workspace(workspace), ids, turn=turn))


@command("list")
def list_decisions(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE, as_json: JsonOption = False
) -> None:
    """List what was kept and dropped by hand.

    The list is the file `by_hand.csv` of the workspace.

    Example: `workbench hand list -w july`
    """
    from workbench.cli.reports import hand

    opened = common.open_workspace(workspace)
    if as_json:
        print_json(hand.records(opened))
    else:
        console.print(hand.listing(opened))


def _decide(
    decision: "Decision", ids: list[str], workspace: Path, *, turn: bool, note: str
) -> None:
    from workbench.cli.reports import hand

    opened = common.open_workspace(workspace)
    advise(hand.decide(opened, ids, turn=turn, decision=decision, note=note))
