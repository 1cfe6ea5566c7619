"""The command that serves the dashboards."""

import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from workbench import environment
from workbench.cli import sections
from workbench.cli.common import command
from workbench.cli.output import console
from workbench.exceptions import ArchiveError, WorkbenchError, WorkspaceError

#: Hosts that only this machine can reach.
LOCAL = ("127.0.0.1", "localhost", "::1")

#: The marimo apps: at the top of the source tree, inside the package where it is installed.
_PACKAGE = Path(__file__).parents[1]
APPS = _PACKAGE / "apps" if (_PACKAGE / "apps").is_dir() else _PACKAGE.parent / "apps"


@command(section=sections.READ)
def apps(
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace",
            "-w",
            envvar=environment.WORKSPACE,
            help="Workspace to show; by default `workspace`, else `demo`.",
        ),
    ] = None,
    root: Annotated[
        list[Path] | None,
        typer.Option(help="Folder to choose dumps from, repeatable; by default this one."),
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to serve on; 0.0.0.0 lets other machines in, by a token.")
    ] = LOCAL[0],
    port: Annotated[int, typer.Option(min=1, max=65_535)] = 2718,
    headless: Annotated[bool, typer.Option("--headless", help="Open no browser.")] = False,
) -> None:
    """Serve the dashboards in a browser.

    Ctrl+C stops the server. Jobs that were started in the browser continue.

    Example: `workbench apps -w july --root /data/dumps`
    """
    _check(host, port, roots=root or [])
    variables = dict(os.environ)
    if workspace is not None:
        variables[environment.WORKSPACE] = str(workspace.absolute())
    words = arguments(host=host, port=port, roots=root or [], is_headless=headless)
    token = "" if host in LOCAL else "&access_token=... with the token below"
    console.print(f"Open http://{host}:{port}/?file=home.py{token}", soft_wrap=True, markup=False)
    sys.stdout.flush()
    # The server takes the place of this process, so a signal stops it.
    os.execve(sys.executable, words, variables)


def arguments(*, host: str, port: int, roots: list[Path], is_headless: bool) -> list[str]:
    """Return the words of the command that serves the apps."""
    words = [sys.executable, "-m", "workbench.dashboard", "run", str(APPS)]
    words += ["--host", host, "--port", str(port)]
    words += ["--headless"] if is_headless else []
    words += ["--no-token" if host in LOCAL else "--token"]
    named = [word for folder in roots for word in ("--root", str(folder.absolute()))]
    return [*words, "--", *named]


def _check(host: str, port: int, *, roots: list[Path]) -> None:
    """Refuse what the server would refuse too late, or with a traceback.

    Raises:
        WorkbenchError: If the apps or a root are missing, or the address cannot be served on.
    """
    if not APPS.is_dir():
        msg = f"The dashboards are not in {APPS}."
        raise WorkspaceError(msg, hint="install the workbench again.")
    for folder in roots:
        if not folder.is_dir():
            msg = f"The root {folder} is not a folder."
            raise ArchiveError(msg, hint="name existing folders with --root.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        msg = f"The dashboards cannot be served on {host}:{port}: {error.strerror}."
        hint = "choose another one with --port and --host, or stop the program that uses it."
        raise WorkbenchError(msg, hint=hint) from error
