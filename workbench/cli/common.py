"""The program, its options, and the error handling that all commands share."""

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from workbench import environment
from workbench.cli import hints
from workbench.cli.options import DEFAULT_WORKSPACE, QuietOption
from workbench.cli.output import console, errors, print_hint, reporter
from workbench.cli.sections import CommandList
from workbench.exceptions import WorkbenchError
from workbench.remote import addresses

if TYPE_CHECKING:
    from workbench.progress import Reporter
    from workbench.recipe import Recipe
    from workbench.storage import Workspace

app = typer.Typer(
    name="workbench",
    cls=CommandList,
    no_args_is_help=True,
    # Help in rich's style would import rich.markdown, which takes longer than typer itself.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from importlib import metadata

        sys.stdout.write(f"workbench {metadata.version('thread-workbench')}\n")
        raise typer.Exit


VersionOption = Annotated[
    bool,
    typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True),
]


@app.callback()
def program(
    quiet: QuietOption = False,
    _version: VersionOption = False,
) -> None:
    """Turn dumps of tweets into conversation training data.

    `run` runs all stages that are out of date. `COMMAND --help` shows an example of each command.
    """
    console.quiet = quiet


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Wrap a command so that expected errors become a message with a hint and exit code 1.

    Expected are the workbench's own errors, refusals of the operating system, like a full disk
    (see `os_errors.refusal`), and errors that come from a damaged table (see `damage`). All other
    errors keep their traceback. The command gets the option `-q`, and its messages repeat the
    workspace, see `hints`.
    """

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (those of any command)
        context, is_quiet = kwargs.pop("context", None), kwargs.pop("quiet", False)
        was_quiet, console.quiet = console.quiet, console.quiet or is_quiet
        token = reporter.set(reporter.get() or _reporter(_folder(kwargs.get("workspace"))))
        try:
            with hints.repeating(_workspace_to_repeat(context)):
                _run(command, args, kwargs)
        finally:
            reporter.reset(token)
            console.quiet = was_quiet

    _add_parameters(wrapped, command)
    return wrapped


def _add_parameters(wrapped: Callable[..., None], command: Callable[..., None]) -> None:
    """Add what `guarded` needs to the parameters that typer reads from a command."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    signature = inspect.signature(command, eval_str=True)
    more = [
        inspect.Parameter("quiet", keyword, default=False, annotation=QuietOption),
        inspect.Parameter("context", keyword, annotation=typer.Context),
    ]
    parameters = [*signature.parameters.values(), *more]
    wrapped.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    wrapped.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}


def _run(command: Callable[..., None], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Run a command; turn expected errors into messages."""
    try:
        with _attached(kwargs):
            command(*args, **kwargs)
    except KeyboardInterrupt as error:
        errors.print("Stopped. Run the same command again to continue.")
        raise typer.Exit(130) from error
    except (SystemExit, GeneratorExit, typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except MemoryError as error:
        raise _out_of_memory() from error
    except BaseException as error:  # a library written in Rust may panic, see `damage`
        _report(error, kwargs)
        raise typer.Exit(1) from error


@contextmanager
def _attached(kwargs: dict[str, Any]) -> Iterator[None]:
    """Replace the address of a workspace by the folder of its copy; send what has changed in it."""
    workspace = kwargs.get("workspace")
    if not isinstance(workspace, Path) or not addresses.is_address(workspace):
        yield
        return
    from workbench.storage import Workspace, mirror

    kwargs["workspace"] = mirror.attach(workspace)
    yield
    Workspace(kwargs["workspace"]).sync()


def _folder(workspace: object) -> object:
    """Return the folder of a workspace, which may be in a bucket and not be there yet."""
    if not isinstance(workspace, Path) or not addresses.is_address(workspace):
        return workspace
    from workbench.storage import mirror

    with suppress(WorkbenchError):  # the command says what is wrong with the address
        return mirror.folder_of(addresses.parse(workspace))
    return None


def _report(error: BaseException, kwargs: dict[str, Any]) -> None:
    """Print an expected error with its hint; raise every other one again."""
    try:
        targets = [str(kwargs[key]) for key in ("path", "workspace") if kwargs.get(key)]
        expected = _expected(error, where=" or ".join(targets), workspace=kwargs.get("workspace"))
        if expected is None:
            raise error
        errors.print(f"[bold red]Error:[/] {escape(hints.repeat(expected.problem))}")
        print_hint(expected.hint)
    except MemoryError as second:
        raise _out_of_memory() from second


def _out_of_memory() -> typer.Exit:
    """Say that memory ran out, without anything that needs more of it."""
    sys.stderr.write(
        "Error: Memory ran out.\nHint: close other programs, or give it more memory.\n"
    )
    return typer.Exit(1)


def _workspace_to_repeat(context: typer.Context | None) -> str | None:
    """Return the workspace that suggested commands must name to mean the same one.

    That is the one that somebody typed, or a default other than that of most commands.
    """
    if context is None:
        return hints.current()
    workspace = context.params.get("workspace")
    source = context.get_parameter_source("workspace")
    if workspace is None or source is None or source.name == "ENVIRONMENT":
        return None
    if addresses.is_address(workspace):
        return str(addresses.parse(workspace))  # `Path` has joined its slashes
    is_typed = source.name == "COMMANDLINE"
    return str(workspace) if is_typed or workspace != DEFAULT_WORKSPACE else None


def _reporter(workspace: object) -> "Reporter":
    """Return what writes the progress to a file: the dashboard's, or the workspace's."""
    from workbench import progress

    if path := os.environ.get(environment.PROGRESS):
        return progress.Reporter(Path(path))
    return progress.Reporter(workspace / progress.FILE if isinstance(workspace, Path) else None)


def _expected(error: BaseException, *, where: str, workspace: object) -> WorkbenchError | None:
    """Return an error as one with a hint; None if it is not expected, see `guarded`."""
    if isinstance(error, WorkbenchError):
        return error
    from workbench.storage import os_errors

    if refusal := os_errors.refusal(error, where=where):
        return refusal
    if not isinstance(workspace, Path) or not (workspace / "workspace.json").exists():
        return None
    from workbench.pipeline import damage
    from workbench.storage import Workspace

    return damage.explanation_of(error, Workspace(workspace))


def command(
    *, section: str, name: str | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as a command in a section of the help, guarded."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        _note(name or function.__name__, function)
        return app.command(name=name, rich_help_panel=section)(guarded(function))

    return register


def group(
    group_name: str, *, section: str, about: str
) -> Callable[[str], Callable[[Callable[..., None]], Callable[..., None]]]:
    """Open a group of commands; return a decorator that registers one by its name, guarded."""
    commands = typer.Typer(help=about, no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(commands, name=group_name, rich_help_panel=section)

    def register(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
        def decorate(function: Callable[..., None]) -> Callable[..., None]:
            _note(f"{group_name} {name}", function)
            return commands.command(name=name)(guarded(function))

        return decorate

    return register


def _note(name: str, function: Callable[..., None]) -> None:
    if "workspace" in inspect.signature(function).parameters:
        hints.register(name)


def open_workspace(path: Path) -> "Workspace":
    """Open an existing workspace."""
    from workbench.storage import Workspace

    return Workspace.open(path)


def load_recipe(path: Path | None, workspace: Path) -> "Recipe":
    """Load the named recipe, else the workspace's own, else the defaults."""
    from workbench.recipe import Recipe

    own = workspace / "recipe.toml"
    return Recipe.load(path) if path else Recipe.load(own) if own.exists() else Recipe()
