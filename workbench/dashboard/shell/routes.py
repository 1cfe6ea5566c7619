"""Answer the requests of the bar, as middleware in marimo's server.

marimo has checked who asks before this runs: its login, and for every POST its server token, which
only its own pages can read. A request that comes from another site is refused here once more.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import msgspec
from starlette.authentication import has_required_scope
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.dashboard.session import jobs
from workbench.dashboard.session.server import SERVER
from workbench.dashboard.shell import workspaces
from workbench.dashboard.shell.same_origin import is_foreign
from workbench.exceptions import WorkbenchError, WorkspaceError

#: Where the bar asks.
PREFIX = "/workbench/"

#: Longest body of a request, in bytes.
LONGEST = 10_000

#: marimo's scripts and styles have a hash in their names: a browser may keep them for a year.
_KEEP = (b"cache-control", b"public, max-age=31536000, immutable")


class Stop(msgspec.Struct):
    """A request to stop the job with this number, and no later one."""

    number: str


class Open(msgspec.Struct):
    """A request to open the workspace in this folder."""

    folder: str


class ShellRoutes:
    """Middleware that answers the requests of the bar and passes on all others.

    Args:
        app: Application that answers all other requests.
        roots: Roots that the server was started with, see `allowed_files`.
    """

    def __init__(self, app: ASGIApp, *, roots: list[str]) -> None:
        self.app = app
        self._roots = roots

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"].startswith(PREFIX):
            await (await self._answer(Request(scope, receive)))(scope, receive, send)
        elif scope["path"].startswith("/assets/"):
            await self.app(scope, receive, partial(_send_to_keep, send))
        else:
            await self.app(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        name = request.url.path.removeprefix(PREFIX)
        if not has_required_scope(request, ["read"]):
            return _refusal("Log in first.", 401)
        if request.method == "GET" and name in {"header", "workspaces"}:
            read = self._list if name == "workspaces" else _header
            return JSONResponse(await run_in_threadpool(read), headers=_FRESH)
        if request.method == "POST" and name in {"stop", "open"}:
            return await self._act(self._open if name == "open" else _stop, request)
        return _refusal("There is nothing here.", 404)

    async def _act(self, act: Callable[[bytes], None], request: Request) -> Response:
        if is_foreign(request.headers):
            return _refusal("Another site may not ask for this.", 403)
        try:
            await run_in_threadpool(act, await _body(request))
        except msgspec.DecodeError:
            return _refusal("This request cannot be read.", 400)
        except WorkbenchError as error:
            return _refusal(str(error), 409)
        return JSONResponse({})

    def _list(self) -> list[dict[str, object]]:
        """Describe the workspaces that may be opened."""
        current = SERVER.folder.resolve()
        folders = workspaces.offered(workspaces.roots_of(self._roots))
        return [
            {"name": folder.name, "folder": str(folder), "isOpen": folder == current}
            for folder in folders
        ]

    def _open(self, body: bytes) -> None:
        wish = msgspec.json.decode(body, type=Open)
        workspaces.open_folder(wish.folder, roots=workspaces.roots_of(self._roots))


#: No answer about a job may come from a cache.
_FRESH = {"Cache-Control": "no-store"}


def _header() -> dict[str, Any]:
    # Imported late: the server starts before the tables' packages are there.
    from workbench.dashboard.shell import header

    return header.state()


def _stop(body: bytes) -> None:
    """Stop a job.

    Raises:
        WorkspaceError: If another job runs by now, or it cannot be stopped from here.
    """
    wish = msgspec.json.decode(body, type=Stop)
    workspace = SERVER.open()
    job = jobs.last(workspace)
    if job and job.is_running and job.folder.name != wish.number:
        msg = "Another job has started since."
        raise WorkspaceError(msg, hint="look at Home before you stop it.")
    jobs.stop(workspace)


async def _body(request: Request) -> bytes:
    """Read a short body; a long one is cut and cannot be decoded."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST:
            break
    return body[:LONGEST]


def _refusal(problem: str, status: int) -> Response:
    return JSONResponse({"error": problem}, status_code=status, headers=_FRESH)


def _send_to_keep(send: Send, message: Message) -> Awaitable[None]:
    """Pass on a part of an answer, and let browsers keep what was found."""
    if message["type"] == "http.response.start" and message["status"] == 200:
        message = {**message, "headers": [*message["headers"], _KEEP]}
    return send(message)
