"""Serve apps as `marimo` does, with what they need imported meanwhile, for a quick first page.

python -m workbench.dashboard run apps
"""

import importlib
import runpy
import sys
import threading

#: What the apps import that takes long; all sessions of a server share one interpreter.
SLOW = (
    "workbench.dashboard.pages",
    "workbench.dashboard.home.overview",
    "workbench.dashboard.curating.packing",
    "pyarrow",
)


def main() -> None:
    """Begin to import, and hand over to `marimo` with the arguments as they are."""
    threading.Thread(target=lambda: [*map(importlib.import_module, SLOW)], daemon=True).start()
    sys.argv[0] = "marimo"
    runpy.run_module("marimo", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
