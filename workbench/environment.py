"""Where a process runs: the environment variables that it reads, and whether in a notebook."""

import sys

#: Folder of the workspace, for the command line, apps and notebooks.
WORKSPACE = "WORKBENCH_WORKSPACE"

#: File to which a command writes its progress. The dashboard sets it for its jobs.
PROGRESS = "WORKBENCH_PROGRESS"


def is_notebook() -> bool:
    """Return whether this process is the kernel of a Jupyter notebook.

    Examples:
        >>> is_notebook()
        False
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None
