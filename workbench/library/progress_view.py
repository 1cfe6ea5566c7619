"""Show the progress of a run where Python runs: in a notebook, in a terminal, or not at all."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from workbench import environment, progress
from workbench.display.css import KEPT
from workbench.pipeline import run_summary
from workbench.progress import ProgressRecord
from workbench.storage import Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

_STYLE = (
    f".wb-run progress{{width:100%;max-width:42rem;height:.6rem;accent-color:{KEPT}}}"
    ".wb-run ul{list-style:none;margin:0;padding:0}.wb-run li,.wb-run p{margin:.15rem 0}"
    f".wb-run li::before{{content:'\\2713\\00A0';color:{KEPT}}}"
)


class ProgressView(Protocol):
    """Shows a run of several stages; a context that ends with the run."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def show(self, record: ProgressRecord) -> None:
        """Show how far the running stage is."""

    def log(self, run: Run) -> None:
        """Show what a finished stage did."""


def of_this_process(*, is_shown: bool) -> ProgressView:
    """Return the view that fits: HTML in a notebook, a bar in a terminal, else nothing."""
    if not is_shown:
        return Nowhere()
    if environment.is_notebook():
        return InNotebook()
    return InTerminal() if sys.stderr.isatty() else Nowhere()


class Nowhere:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, record: ProgressRecord) -> None:
        """Show nothing."""

    def log(self, run: Run) -> None:
        """Show nothing."""


class InNotebook(Nowhere):
    """Replaces one output of the cell, again and again."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._handle: Any = None

    def __exit__(self, *_: object) -> None:
        if self._handle is not None:
            self._draw("")

    def show(self, record: ProgressRecord) -> None:
        """Draw the finished stages, and the bar of the running one."""
        value = "" if record.share is None else f' value="{record.share:.4f}"'
        bar = f'<progress max="1"{value} aria-label="Progress of this stage"></progress>'
        self._draw(f"<p>{escape(progress.text(record, time.time()))}</p>{bar}")

    def log(self, run: Run) -> None:
        """Add a finished stage to the list."""
        self._done.append(f"<b>{escape(run.stage)}</b> {escape(run_summary.one_line(run))}")
        self._draw("")

    def _draw(self, running: str) -> None:
        from IPython.display import HTML, display

        items = "".join(f"<li>{item}</li>" for item in self._done)
        shown = HTML(  # type: ignore[no-untyped-call]
            f'<style>{_STYLE}</style><div class="wb-run"><ul>{items}</ul>{running}</div>'
        )
        if self._handle is None:
            self._handle = display(shown, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(shown)


class InTerminal(Nowhere):
    """Draws one bar on the standard error stream, and prints a line per finished stage."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._bar: Any = None
        self._show: Callable[[ProgressRecord], None] | None = None

    def __enter__(self) -> Self:
        self._bar = terminal_bar(self._console, "")
        self._show = self._bar.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.__exit__(*error)

    def show(self, record: ProgressRecord) -> None:
        """Move the bar."""
        if self._show:
            self._show(record)

    def log(self, run: Run) -> None:
        """Print what a stage did, above the bar."""
        from rich.markup import escape as escape_markup

        line = escape_markup(run_summary.one_line(run))
        self._console.print(f"[bold]{run.stage:<8}[/] {line}", soft_wrap=True)


@contextmanager
def terminal_bar(
    console: "Console", name: str, *, is_drawn: bool = True
) -> Iterator["Callable[[ProgressRecord], None]"]:
    """Draw a bar with words in a terminal; yield the function that shows a record.

    Args:
        console: Where to draw it.
        name: What is shown before the first record.
        is_drawn: Whether to draw anything.
    """
    from rich.markup import escape as escape_markup
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    columns = [SpinnerColumn(), BarColumn(bar_width=24), TextColumn("{task.description}")]
    with Progress(*columns, console=console, transient=True, disable=not is_drawn) as bars:
        task = bars.add_task(escape_markup(name), total=None)

        def show(record: ProgressRecord) -> None:
            words = escape_markup(progress.text(record, time.time()))
            total = None if record.doing else record.total or None
            bars.update(task, completed=record.done, total=total, description=words)

        yield show
