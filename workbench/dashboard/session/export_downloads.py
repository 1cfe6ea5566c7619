"""Serve the files of exports, one by one or as a zip file.

marimo would read a download into memory; here files are streamed from the disk. Only files that the
manifest of an export of this server's workspace lists are served, and its manifest.
"""

from pathlib import Path

from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.types import Scope

from workbench import export
from workbench.dashboard.session.download_links import zip_name
from workbench.dashboard.session.server import SERVER
from workbench.exceptions import ExportError, WorkbenchError
from workbench.export import zip_stream
from workbench.export.manifest import MANIFEST, Manifest
from workbench.storage import Workspace


def names(folder: Path) -> list[str]:
    """Name all files of an export that may be downloaded: those in its manifest, and that.

    Raises:
        ExportError: If it has no valid manifest.
    """
    listed = [entry.name for entry in Manifest.load(folder).files]
    return [name for name in dict.fromkeys([*listed, MANIFEST]) if _is_plain(folder, name)]


def _is_plain(folder: Path, name: str) -> bool:
    """Check that a file is in the folder itself and is no link."""
    path = folder / name
    return path.parent == folder and path.is_file() and not path.is_symlink()


def _folder(workspace: Workspace, name: str) -> Path:
    """Find the folder of an export.

    Raises:
        ExportError: If there is none of that name.
    """
    export.check_name(name)
    folder = workspace.exports_path / name
    if folder.is_symlink() or not folder.is_dir():
        msg = f"There is no export {name}."
        raise ExportError(msg, hint="reload the page.")
    return folder


def answer(scope: Scope) -> Response:
    """Answer a request for an address of `download_links`."""
    name, file = scope["path"].split("/")[-2:]
    # marimo checks its token before this middleware, and notes here what it allows.
    allowed = getattr(scope.get("auth"), "scopes", ())
    if not {"read", "edit"} & set(allowed):
        return PlainTextResponse("This page needs the token of the server.", status_code=403)
    if scope["method"] not in ("GET", "HEAD"):
        return PlainTextResponse("Only GET is allowed.", status_code=405)
    try:
        folder = _folder(SERVER.open(), name)
        known = names(folder)
        if file == zip_name(name):
            return _zipped(folder, known)
    except (WorkbenchError, OSError):
        known = []
    if file not in known:
        return PlainTextResponse("There is no such file in this export.", status_code=404)
    return FileResponse(folder / file, filename=file, media_type="application/octet-stream")


def _zipped(folder: Path, known: list[str]) -> Response:
    disposition = f'attachment; filename="{zip_name(folder.name)}"'
    return StreamingResponse(
        zip_stream.stream(folder, known),
        media_type="application/zip",
        headers={"Content-Disposition": disposition},
    )
