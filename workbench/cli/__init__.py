"""The command line: one thin command per stage; the only package that prints or exits.

`common` has the options and the error handling that all commands share, `output` prints, `hints`
completes suggested commands, `sections` orders the help, and `reports` has the tables that commands
print. The command modules import the other packages inside their functions. So `workbench --help`
loads little more than typer and rich's console.
"""

# `workbench --help` lists the commands in the order of these imports.
# isort: off
from workbench.cli import stages, run, instructions  # noqa: F401
from workbench.cli import hydration  # noqa: F401
from workbench.cli import training  # noqa: F401
from workbench.cli import measures, hand  # noqa: F401
from workbench.cli import projection  # noqa: F401
from workbench.cli import inspect  # noqa: F401
from workbench.cli import reading  # noqa: F401
from workbench.cli import dashboards  # noqa: F401
from workbench.cli import push  # noqa: F401
from workbench.cli import doctor  # noqa: F401

# isort: on
from workbench.cli.common import app


def main() -> None:
    """Run the command line."""
    app()
