"""Command line: one thin command a stage, in order; the only place that prints or exits."""

from workbench.cli import stages, gaps, instructions, learning, maps, tables  # noqa: F401, I001 (registered in this order)
from workbench.cli.shell import app


def main() -> None:
    """Run the command line."""
    app()
