"""Command line: one thin command a stage, in order; the only place that prints or exits."""

from workbench.cli import stages, instructions  # noqa: F401, I001 (registered in this order)
from workbench.cli import hydration  # noqa: F401 (registered in this order)
from workbench.cli import training  # noqa: F401 (registered in this order)
from workbench.cli import projection  # noqa: F401 (registered in this order)
from workbench.cli import inspect  # noqa: F401 (registered in this order)
from workbench.cli.common import app


def main() -> None:
    """Run the command line."""
    app()
