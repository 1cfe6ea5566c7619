"""Print results, hints, progress bars and JSON; nothing but errors if asked to be quiet."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType
from rich.markup import escape

from workbench.cli import hints

if TYPE_CHECKING:
    from workbench.progress import OnProgress, OnStep, Step
    from workbench.storage import Run

#: Prints results. It prints nothing while it is quiet.
console = Console(highlight=False)
#: Prints errors and hints.
errors = Console(stderr=True, highlight=False)

#: File to which the current command writes its progress; None for no file.
progress_path: ContextVar[Path | None] = ContextVar("progress_path", default=None)


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


@contextmanager
def bar(name: str) -> Iterator["OnProgress"]:
    """Show a progress bar while a stage runs, and write its progress to the progress file."""
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from workbench import progress

    columns = [
        TextColumn(f"{name:<8}"),
        BarColumn(bar_width=32),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=errors, transient=True, disable=not shows_progress()) as bars:
        task = bars.add_task(name, total=None)
        write = progress.to_file(name, progress_path.get())

        def on_progress(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total or None)
            write(done, total)

        yield on_progress


@contextmanager
def steps(name: str) -> Iterator["OnStep"]:
    """Show the step of a task that runs, and write it to the progress file."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from workbench import progress

    columns = [
        TextColumn(f"{name:<8}"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=32),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
    ]
    with Progress(*columns, console=errors, transient=True, disable=not shows_progress()) as bars:
        task = bars.add_task("", total=None, counts="")
        write = progress.steps_to_file(name, progress_path.get())

        def on_step(step: "Step") -> None:
            counts = f"{step.done:,} of {step.total:,} {step.unit}" if step.total else ""
            bars.update(
                task,
                description=step.name,
                completed=step.done,
                total=step.total or None,
                counts=counts,
            )
            write(step)

        yield on_step


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
