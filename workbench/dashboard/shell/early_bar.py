"""Put the bar before everything that a browser would wait for, with what it shows.

marimo puts `apps/head.html` behind its styles and scripts: a browser draws nothing of it until the
styles are there, and asks for its numbers after all scripts. This middleware moves it to the front
of the page and writes the numbers into it. Without it, the bar works the same, only later.
"""

from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: The parts of `apps/head.html` that are looked for.
START, END = "<!-- The bar: start -->", "<!-- The bar: end -->"
STATE = '<script type="application/json" id="wb-state">{}</script>'

#: The bar is put before this.
_FRONT = "<title>"

#: Headers that belong to the page as marimo has made it.
_OF_PAGE = (b"etag", b"content-length")


class EarlyBar:
    """Middleware that changes the pages of the apps and passes on everything else.

    Args:
        app: Application that makes the pages.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return
        # The numbers change, so a page of before is never used again.
        headers = [pair for pair in scope["headers"] if pair[0] != b"if-none-match"]
        await self.app({**scope, "headers": headers}, receive, _Page(send))


class _Page:
    """Collects a page, and sends it when it is whole; other answers pass as they come."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = early(self._body.decode(), await run_in_threadpool(_state)).encode()
        kept = [pair for pair in start["headers"] if pair[0] not in _OF_PAGE]
        length = (b"content-length", str(len(body)).encode())
        await self._send({**start, "headers": [*kept, length]})
        await self._send({"type": "http.response.body", "body": body})


def early(page: str, state: dict[str, Any]) -> str:
    """Move the bar of a page to its front, and write into it what it shows.

    Args:
        page: HTML of a page.
        state: Result of `header.state`. Names in it may be hostile text.
    """
    before, start, rest = page.partition(START)
    bar, end, after = rest.partition(END)
    if not end or _FRONT not in before:
        return page
    text = msgspec.json.encode(state).decode().replace("<", "\\u003c")
    bar = bar.replace(STATE.format(""), STATE.format(text), 1)
    return before.replace(_FRONT, f"{start}{bar}{end}{_FRONT}", 1) + after


def _is_page(message: Message) -> bool:
    types = [value for name, value in message["headers"] if name == b"content-type"]
    return message["status"] == 200 and types[:1] != [] and types[0].startswith(b"text/html")


def _state() -> dict[str, Any]:
    # Imported late: the server starts before the tables' packages are there.
    from workbench.dashboard.shell import header

    return header.state()
