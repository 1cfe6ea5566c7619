"""Serve apps as `marimo` does, with what they need imported meanwhile, for a quick first page.

python -m workbench.dashboard run apps
"""

import importlib
import runpy
import sys
import threading
from pathlib import Path
from urllib.parse import parse_qs

from marimo._server.registry import MIDDLEWARE_REGISTRY
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

#: What the apps import that takes long; all sessions of a server share one interpreter.
SLOW = (
    "workbench.dashboard.components.messages",
    "workbench.dashboard.home.overview",
    "workbench.dashboard.curate.export_panel",
    "pyarrow",
)

#: The app that a folder of apps opens with.
HOME = "home.py"


class Doorway:
    """Leads from the address of a folder of apps to the first one, not to marimo's gallery.

    Args:
        app: What answers everything else.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        query = scope.get("query_string", b"").decode("latin-1")
        is_bare = scope["type"] == "http" and scope["path"] == "/" and "file" not in parse_qs(query)
        where = f"?{query}&file={HOME}" if query else f"?file={HOME}"
        answer = RedirectResponse(where) if is_bare else self.app
        await answer(scope, receive, send)


def main() -> None:
    """Begin to import, and hand over to `marimo` with the arguments as they are."""
    if any((Path(word) / HOME).is_file() for word in sys.argv[1:]):
        MIDDLEWARE_REGISTRY.register("doorway", Middleware(Doorway))
    threading.Thread(target=lambda: [*map(importlib.import_module, SLOW)], daemon=True).start()
    sys.argv[0] = "marimo"
    runpy.run_module("marimo", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
