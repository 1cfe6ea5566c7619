"""Print results, hints, progress bars and JSON; nothing but errors if asked to be quiet."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType
from rich.markup import escape

from workbench.cli import hints

if TYPE_CHECKING:
    from workbench.progress import OnProgress, OnStep, ProgressRecord, Reporter
    from workbench.storage import Run

#: Prints results. It prints nothing while it is quiet.
console = Console(highlight=False)
#: Prints errors and hints.
errors = Console(stderr=True, highlight=False)

#: Reports the progress of the current command; None outside of a command.
reporter: ContextVar["Reporter | None"] = ContextVar("reporter", default=None)


def hint(text: str) -> None:
    """Print a hint on what to do next, with the workspace of the command."""
    if not console.quiet:
        print_hint(text)


def print_hint(text: str) -> None:
    """Print the hint of an error, also if quiet."""
    errors.print(f"[bold]Hint:[/] {escape(hints.repeat(text))}")


def print_report(report: RenderableType) -> None:
    """Print a report; lines that are longer than the terminal are not cut."""
    console.print(report, crop=False)


def advise(text: str) -> None:
    """Print a sentence that suggests commands, with the workspace of the command."""
    console.print(escape(hints.repeat(text)), soft_wrap=True)


def print_json(data: object) -> None:
    r"""Print data as JSON, also if quiet: somebody has asked for it.

    Everything but printable ASCII is escaped, so no text can send control characters to a terminal.

    Examples:
        >>> print_json({"text": "\x1b[31m\x7f"})
        {
          "text": "\u001b[31m\u007f"
        }
    """
    import json

    text = json.dumps(data, indent=2, allow_nan=False, default=_plain)
    sys.stdout.write(text.replace("\x7f", "\\u007f") + "\n")


def _plain(value: Any) -> str:  # noqa: ANN401 (whatever JSON cannot express)
    """Write a date or a time as text."""
    return str(value.isoformat())


def current_reporter() -> "Reporter":
    """Return the reporter of the current command."""
    from workbench.progress import Reporter

    return reporter.get() or Reporter()


@contextmanager
def bar(name: str) -> Iterator["OnProgress"]:
    """Show the progress of a stage while it runs, and write it to the progress file."""
    with _shown(name) as show, current_reporter().stage(name, show=show) as on_progress:
        yield on_progress


@contextmanager
def steps(name: str) -> Iterator["OnStep"]:
    """Show the step of a task that runs, and write it to the progress file."""
    with _shown(name) as show, current_reporter().steps(name, show=show) as on_step:
        yield on_step


def _shown(name: str) -> AbstractContextManager[Callable[["ProgressRecord"], None]]:
    """Show progress records as a line with a bar."""
    from workbench.library import progress_view

    return progress_view.terminal_bar(errors, name, is_drawn=shows_progress())


def working(what: str) -> AbstractContextManager[object]:
    """Show that something without a known end goes on, for example `searching`."""
    return errors.status(f"{what}...") if shows_progress() else nullcontext()


def shows_progress() -> bool:
    """Return whether progress bars are drawn: in a terminal, unless quiet."""
    return errors.is_terminal and not console.quiet


def log(run: "Run") -> None:
    """Print one line about a finished stage."""
    from workbench.pipeline import run_summary

    text = hints.repeat(run_summary.one_line(run))
    console.print(f"[bold]{run.stage:<8}[/] {escape(text)}", soft_wrap=True)
