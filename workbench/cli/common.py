"""Shell: what all commands share: options, messages, bars, and how errors are told."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from workbench import progress
from workbench.exceptions import WorkbenchError
from workbench.pipeline import run_summary
from workbench.pipeline.stages import Stage
from workbench.progress import OnProgress
from workbench.recipe import Recipe
from workbench.storage import VARIABLE, Run, os_errors

app = typer.Typer(
    name="workbench",
    help="Turn dumps of tweets into conversation training data.\n\n"
    "The commands are the stages, in order; `run` does all that is needed.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

WorkspaceOption = Annotated[
    Path,
    typer.Option("--workspace", "-w", envvar=VARIABLE, help="Folder that holds the tables."),
]
RecipeOption = Annotated[
    Path | None,
    typer.Option("--recipe", "-r", help="TOML file of settings; `workbench recipe` prints one."),
]
Paths = Annotated[
    list[str], typer.Argument(help="Tar or zip files, folders, single files, globs; `-` is stdin.")
]
FormatOption = Annotated[
    str | None,
    typer.Option("--format", help="Format of every member; by content if none is named."),
]
Workers = Annotated[int, typer.Option(min=1, help="Processes that read members.")]


DEFAULT_WORKSPACE = Path("workspace")
DEFAULT_WORKERS = os.cpu_count() or 1


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Turn errors that are meant for people into a message and exit code 1.

    So is what the system refuses, see `disks.refusal`; every other error keeps its traceback.
    """

    @wraps(command)
    def wrapped(*args: object, **kwargs: object) -> None:
        try:
            with _telling(kwargs.get("workspace")):
                command(*args, **kwargs)
        except KeyboardInterrupt as error:
            errors.print("Stopped. The same command goes on where it was.")
            raise typer.Exit(130) from error
        except Exception as error:
            written = " or ".join(
                str(kwargs[key]) for key in ("path", "workspace") if kwargs.get(key)
            )
            told = (
                error
                if isinstance(error, WorkbenchError)
                else os_errors.refusal(error, where=written)
            )
            if told is None:
                raise
            errors.print(f"[bold red]Error:[/] {escape(told.problem)}")
            errors.print(f"[bold]Hint:[/] {escape(told.hint)}")
            raise typer.Exit(1) from error

    return wrapped


@contextmanager
def _telling(workspace: object) -> Iterator[None]:
    """Write progress where the dashboard looks for it, unless it named another file itself."""
    if progress.VARIABLE in os.environ or not isinstance(workspace, Path):
        yield
        return
    os.environ[progress.VARIABLE] = str(workspace / progress.FILE)
    try:
        yield
    finally:
        del os.environ[progress.VARIABLE]


def command(*, name: str | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as a command, guarded."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        return app.command(name=name)(guarded(function))

    return register


def group(
    name: str, *, about: str
) -> Callable[[str], Callable[[Callable[..., None]], Callable[..., None]]]:
    """Open a group of commands; what it gives registers one by its name, guarded."""
    commands = typer.Typer(help=about, no_args_is_help=True)
    app.add_typer(commands, name=name)
    return lambda name: lambda function: commands.command(name=name)(guarded(function))


def bar(stage: Stage) -> AbstractContextManager[OnProgress]:
    """Show a bar while a stage runs, see `bar_of`."""
    return bar_of(stage.name)


@contextmanager
def bar_of(name: str) -> Iterator[OnProgress]:
    """Show a bar while something of that name runs, and tell the dashboard if that started it."""
    columns = [
        TextColumn(f"{name:<8}"),
        BarColumn(bar_width=32),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bars:
        task = bars.add_task(name, total=None)
        tell = progress.to_file(name)

        def on_progress(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total or None)
            tell(done, total)

        yield on_progress


def log(run: Run) -> None:
    """Print the one line of a finished stage."""
    console.print(f"[bold]{run.stage:<8}[/] {escape(run_summary.line(run))}", soft_wrap=True)


def recipe_of(path: Path | None, workspace: Path) -> Recipe:
    """Load the recipe named, else the workspace's own, else the defaults."""
    own = workspace / "recipe.toml"
    return Recipe.load(path) if path else Recipe.load(own) if own.exists() else Recipe()
