"""Start sessions only when the packages of the pages are imported, as middleware.

marimo runs each session in a thread of its own. If several threads import packages that import each
other in a circle, Python may detect a deadlock and stop one of them. A package then stays half
imported, and every page fails until the server is started again.
"""

import threading

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

#: Where marimo starts a session without a web socket.
_EVENTS = "/sse"


class AfterImports:
    """Middleware that delays sessions, and passes on all other requests at once.

    Args:
        app: Application that answers the requests.
        ready: Set when the packages are imported.
    """

    def __init__(self, app: ASGIApp, *, ready: threading.Event) -> None:
        self.app = app
        self._ready = ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_session = scope["type"] == "websocket" or scope.get("path") == _EVENTS
        if is_session and not self._ready.is_set():
            await run_in_threadpool(self._ready.wait)
        await self.app(scope, receive, send)
