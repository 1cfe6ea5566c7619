"""Options, messages, progress bars and error handling that all commands share."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from workbench import environment
from workbench.exceptions import WorkbenchError

if TYPE_CHECKING:
    from workbench.progress import OnProgress
    from workbench.recipe import Recipe
    from workbench.storage import Run, Workspace

app = typer.Typer(
    name="workbench",
    help="Turn dumps of tweets into conversation training data.\n\n"
    "The commands are the stages, in order; `run` runs all that are out of date.",
    no_args_is_help=True,
    # Help in rich's style would import rich.markdown, which takes longer than typer itself.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

WorkspaceOption = Annotated[
    Path,
    typer.Option(
        "--workspace", "-w", envvar=environment.WORKSPACE, help="Folder that contains the tables."
    ),
]
RecipeOption = Annotated[
    Path | None,
    typer.Option("--recipe", "-r", help="TOML file of settings; `workbench recipe` prints one."),
]
Paths = Annotated[
    list[str],
    typer.Argument(help="Tar or zip files, folders, single files, globs; `-` is standard input."),
]
FormatOption = Annotated[
    str | None,
    typer.Option("--format", help="Format of every member; detected from the content by default."),
]
Workers = Annotated[int, typer.Option(min=1, help="Processes that read members.")]

DEFAULT_WORKSPACE = Path("workspace")
DEFAULT_WORKERS = os.cpu_count() or 1

#: File to which the current command writes its progress; None for no file.
_progress_path: ContextVar[Path | None] = ContextVar("progress_path", default=None)


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Wrap a command so that expected errors become a message with a hint and exit code 1.

    Expected are the workbench's own errors and refusals of the operating system, like a full
    disk (see `os_errors.refusal`). All other errors keep their traceback.
    """

    @wraps(command)
    def wrapped(*args: object, **kwargs: object) -> None:
        token = _progress_path.set(_progress_file(kwargs.get("workspace")))
        try:
            command(*args, **kwargs)
        except KeyboardInterrupt as error:
            errors.print("Stopped. Run the same command again to continue.")
            raise typer.Exit(130) from error
        except Exception as error:
            targets = [str(kwargs[key]) for key in ("path", "workspace") if kwargs.get(key)]
            expected = _expected(error, where=" or ".join(targets))
            if expected is None:
                raise
            errors.print(f"[bold red]Error:[/] {escape(expected.problem)}")
            errors.print(f"[bold]Hint:[/] {escape(expected.hint)}")
            raise typer.Exit(1) from error
        finally:
            _progress_path.reset(token)

    return wrapped


def _progress_file(workspace: object) -> Path | None:
    """Return the file for the progress: the one that the dashboard names, or the workspace's."""
    if path := os.environ.get(environment.PROGRESS):
        return Path(path)
    if not isinstance(workspace, Path):
        return None
    from workbench import progress

    return workspace / progress.FILE


def _expected(error: Exception, *, where: str) -> WorkbenchError | None:
    """Return an error as one with a hint; None if it is not expected, see `guarded`."""
    if isinstance(error, WorkbenchError):
        return error
    from workbench.storage import os_errors

    return os_errors.refusal(error, where=where)


def command(*, name: str | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as a command, guarded."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        return app.command(name=name)(guarded(function))

    return register


def group(
    name: str, *, about: str
) -> Callable[[str], Callable[[Callable[..., None]], Callable[..., None]]]:
    """Open a group of commands; return a decorator that registers one by its name, guarded."""
    commands = typer.Typer(help=about, no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(commands, name=name)
    return lambda name: lambda function: commands.command(name=name)(guarded(function))


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
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bars:
        task = bars.add_task(name, total=None)
        write = progress.to_file(name, _progress_path.get())

        def on_progress(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total or None)
            write(done, total)

        yield on_progress


def log(run: "Run") -> None:
    """Print one line about a finished stage."""
    from workbench.pipeline import run_summary

    console.print(f"[bold]{run.stage:<8}[/] {escape(run_summary.one_line(run))}", soft_wrap=True)


def open_workspace(path: Path) -> "Workspace":
    """Open an existing workspace."""
    from workbench.storage import Workspace

    return Workspace.open(path)


def load_recipe(path: Path | None, workspace: Path) -> "Recipe":
    """Load the named recipe, else the workspace's own, else the defaults."""
    from workbench.recipe import Recipe

    own = workspace / "recipe.toml"
    return Recipe.load(path) if path else Recipe.load(own) if own.exists() else Recipe()
