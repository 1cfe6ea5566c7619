"""The command that pushes an export to a hub."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from workbench.cli import common, sections
from workbench.cli.common import command
from workbench.cli.output import console

if TYPE_CHECKING:
    from workbench.storage import Workspace


@command(section=sections.EXPORTS)
def push(  # noqa: PLR0917 (options of a command)
    path: Annotated[Path, typer.Argument(metavar="EXPORT", help="Folder of an export.")],
    repo: Annotated[str, typer.Option(help="Repository of data sets on the hub: user/name.")],
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace", "-w", help="Where deletions are listed; by default the export's own."
        ),
    ] = None,
    public: Annotated[bool, typer.Option("--public", help="Let everybody read it.")] = False,
    ids_only: Annotated[
        bool, typer.Option("--ids-only", help="Push only the tweet ids and a card.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Agree to the terms of use.")] = False,
) -> None:
    """Push an export to the Hugging Face Hub.

    The repository is private unless you say `--public`. The export is verified first; it must not
    contain tweets that were deleted since. Log in with `hf auth login`, or set HF_TOKEN.

    Example: `workbench push july/6_exports/questions --repo ann/questions`
    """
    from workbench.export import dataset_card, hub

    opened = _workspace_of(path, workspace)
    deleted = opened.scan("deletions") if opened.has("deletions") else None
    if not yes:
        # The terms are part of the question, so they are printed even if quiet.
        typer.echo(dataset_card.TERMS)
        if public and not ids_only:
            typer.secho("Everybody will read the texts, not only the ids.\n", bold=True)
        what = "the ids" if ids_only else "the whole export"
        typer.confirm(f"Push {what} to {repo} under these terms?", abort=True)
    address = hub.push(path, repo=repo, deleted=deleted, is_public=public, ids_only=ids_only)
    console.print(f"Pushed to {escape(address)}", soft_wrap=True)


def _workspace_of(path: Path, workspace: Path | None) -> "Workspace":
    """Open the named workspace, or the one that the export is in."""
    from workbench.exceptions import ExportError, WorkspaceError

    if workspace is not None:
        return common.open_workspace(workspace)
    try:
        opened = common.open_workspace(path.resolve().parent.parent)
        if opened.exports_path.resolve() == path.resolve().parent:
            return opened
    except WorkspaceError:
        pass
    msg = f"{path} is in no workspace, so its deleted tweets are unknown."
    raise ExportError(msg, hint="name the workspace that it was written from: `-w WORKSPACE`.")
