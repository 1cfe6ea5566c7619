"""Serve the apps with marimo: `python -m workbench.dashboard run apps`.

All arguments go to `marimo`. This wrapper opens Home instead of marimo's gallery. It also imports
what the pages need in the background, so that the first page appears sooner.
"""

import argparse
import importlib
import pkgutil
import runpy
import sys
import threading
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from workbench import dashboard
from workbench.dashboard.session import download_links, marimo_internals
from workbench.dashboard.shell.after_imports import AfterImports
from workbench.dashboard.shell.early_bar import EarlyBar
from workbench.dashboard.shell.routes import ShellRoutes
from workbench.dashboard.shell.same_origin import SameOrigin

#: The app that opens for the address of a folder of apps.
HOME = "home.py"


class RedirectToHome:
    """Middleware that redirects from the address of a folder of apps to Home.

    Args:
        app: Application that answers all other requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        query = scope.get("query_string", b"").decode("latin-1")
        is_folder = (
            scope["type"] == "http" and scope["path"] == "/" and "file" not in parse_qs(query)
        )
        target = f"?{query}&file={HOME}" if query else f"?file={HOME}"
        answer = RedirectResponse(target) if is_folder else self.app
        await answer(scope, receive, send)


class ExportDownloads:
    """Middleware that answers requests for the files of exports.

    Args:
        app: Application that answers all other requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answer = self.app
        if scope["type"] == "http" and download_links.is_link(scope["path"]):
            from workbench.dashboard.session import export_downloads

            answer = export_downloads.answer(scope)
        await answer(scope, receive, send)


def prepare(ready: threading.Event) -> None:
    """Fix the workspace of this server, then import what the apps need.

    Args:
        ready: Set at the end, also if something failed: the pages then say what is wrong.
    """
    from workbench.dashboard.session.server import SERVER

    try:
        SERVER.start()
        for name in modules():
            importlib.import_module(name)
        importlib.import_module("pyarrow")
    finally:
        ready.set()


def modules() -> list[str]:
    """Return the names of the modules of all pages, which share one interpreter."""
    every = pkgutil.walk_packages(dashboard.__path__, prefix=f"{dashboard.__name__}.")
    return [module.name for module in every if not module.name.endswith("__main__")]


def roots(words: list[str]) -> list[str]:
    """Return the roots among the words of the command line.

    Examples:
        >>> roots(["run", "apps", "--", "--root", "/data"])
        ['/data']
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--root", action="append", default=[])
    own = words[words.index("--") + 1 :] if "--" in words else []
    named: list[str] = parser.parse_known_args(own)[0].root
    return named


def main() -> None:
    """Start to import in the background and run `marimo` with the same arguments."""
    if any((Path(word) / HOME).is_file() for word in sys.argv[1:]):
        marimo_internals.add_middleware("redirect_to_home", RedirectToHome)
    # Without `--token`, marimo's `run` has none.
    is_local = not any(word.startswith("--token") for word in sys.argv)
    marimo_internals.add_middleware("same_origin", SameOrigin, is_local=is_local)
    marimo_internals.add_middleware("early_bar", EarlyBar)
    marimo_internals.add_middleware("shell_routes", ShellRoutes, roots=roots(sys.argv[1:]))
    marimo_internals.add_middleware("export_downloads", ExportDownloads)
    marimo_internals.compile_safely()
    ready = threading.Event()
    marimo_internals.add_middleware("after_imports", AfterImports, ready=ready)
    threading.Thread(target=prepare, args=[ready], daemon=True).start()
    sys.argv[0] = "marimo"
    runpy.run_module("marimo", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
