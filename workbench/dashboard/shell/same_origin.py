"""Refuse requests that pages of other sites make in somebody's browser, as middleware.

A page of any site may open a web socket to this machine, and marimo answers it: through it the page
would read what a dashboard shows. Without a token, a name of the other site that leads to this
machine would do the same (DNS rebinding).
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

#: Names of this machine.
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})

#: Requests that change nothing; browsers keep their answers from pages of other sites.
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

#: Code with which a web socket is closed: against the policy of the server.
_POLICY = 1008


class SameOrigin:
    """Middleware that passes on only requests of its own pages and of programs.

    Args:
        app: Application that answers the requests.
        is_local: True if the server has no token, and so is for this machine only.
    """

    def __init__(self, app: ASGIApp, *, is_local: bool) -> None:
        self.app = app
        self._is_local = is_local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in {"http", "websocket"} or self._is_allowed(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _POLICY})
        else:
            text = (
                "Another site may not ask for this. Open the address that `workbench apps` names."
            )
            await PlainTextResponse(text, status_code=403)(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        if self._is_local and urlsplit(f"//{headers.get('host', '')}").hostname not in LOCAL:
            return False
        return scope.get("method") in _SAFE or not is_foreign(headers)


def is_foreign(headers: Headers) -> bool:
    """Return whether a request comes from a page of another site.

    Browsers say so in `Origin`, newer ones also in `Sec-Fetch-Site`. Programs send neither. A proxy
    may name the host that the browser sees in `X-Forwarded-Host`, which no page can.
    """
    site = headers.get("sec-fetch-site")
    if site not in {None, "same-origin"}:
        return True
    origin = headers.get("origin")
    hosts = {headers.get("host"), headers.get("x-forwarded-host")}
    return origin is not None and urlsplit(origin).netloc not in hosts
