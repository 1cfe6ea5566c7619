"""Which workspace the pages of this server show.

All pages of a server run in one process and share `SERVER`. The server sets its workspace when it
starts, and Home sets it when somebody creates another one. Jobs run in other processes: their
command line names the workspace.
"""

from pathlib import Path

from workbench.dashboard.session import marimo_internals
from workbench.storage import Workspace


class Server:
    """The workspace that all pages of one server show.

    Until one is set, pages look where `Workspace.place` says. A workspace that appears there
    later, for example by `make demo`, is therefore found.

    Attributes:
        shown: Folders of all workspaces that were set, the latest first.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self.shown: list[Path] = []

    @property
    def folder(self) -> Path:
        """The folder of the workspace, whether it exists or not."""
        return self._folder or Workspace.place()

    @property
    def exists(self) -> bool:
        """True if the folder contains a workspace, sound or damaged."""
        return (self.folder / "workspace.json").exists()

    def start(self) -> None:
        """Keep the workspace that the environment names now, if there is one."""
        if self.exists:
            self._show(self.folder)

    def use(self, workspace: Workspace) -> None:
        """Show another workspace from now on, in all pages."""
        self._show(workspace.root)

    def _show(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self.shown = [self._folder, *(other for other in self.shown if other != self._folder)]

    def find(self) -> Workspace | None:
        """Open the workspace, or return None if there is none yet.

        Raises:
            WorkspaceError: If it is damaged or of a newer format.
        """
        return self.open() if self.exists else None

    def open(self) -> Workspace:
        """Open the workspace.

        Raises:
            WorkspaceError: If there is none, or it is damaged or of a newer format.
        """
        return Workspace.open(self.folder)


#: The server of this process.
SERVER = Server()

marimo_internals.keep_every_choice()
