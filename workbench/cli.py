"""Command line: one thin command a stage, in order."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from workbench import (
    deletions,
    packs,
    pipeline,
    reports,
    reports_missing,
    reports_rules,
    sources,
)
from workbench.api import OnWait
from workbench.exceptions import WorkbenchError, WorkspaceError
from workbench.pipeline import STAGES, Stage
from workbench.progress import OnProgress
from workbench.settings import Recipe
from workbench.workspace import VARIABLE, Run, Workspace

app = typer.Typer(
    name="workbench",
    help="Turn dumps of tweets into conversation training data.\n\n"
    "The commands are the stages, in order; `run` does all that is needed.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
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
Workers = Annotated[int, typer.Option(min=1, help="Processes that read members.")]

LangOption = Annotated[
    str | None, typer.Option(help="Only parents whose replies are mostly in this language.")
]

DEFAULT_WORKSPACE = Path("workspace")
DEFAULT_WORKERS = os.cpu_count() or 1


def _guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Turn errors that are meant for people into a message and exit code 1."""

    @wraps(command)
    def wrapped(*args: object, **kwargs: object) -> None:
        try:
            command(*args, **kwargs)
        except WorkbenchError as error:
            errors.print(f"[bold red]Error:[/] {escape(error.problem)}")
            errors.print(f"[bold]Hint:[/] {escape(error.hint)}")
            raise typer.Exit(1) from error
        except KeyboardInterrupt as error:
            errors.print("Stopped. The same command goes on where it was.")
            raise typer.Exit(130) from error

    return wrapped


def _command(*, name: str | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def register(function: Callable[..., None]) -> Callable[..., None]:
        return app.command(name=name)(_guarded(function))

    return register


@contextmanager
def _bar(stage: Stage) -> Iterator[OnProgress]:
    """Show a bar while a stage runs."""
    columns = [
        TextColumn(f"{stage.name:<8}"),
        BarColumn(bar_width=32),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bars:
        task = bars.add_task(stage.name, total=None)

        def on_progress(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total or None)

        yield on_progress


def _log(run: Run) -> None:
    console.print(f"[bold]{run.stage:<8}[/] {escape(reports.line(run))}", soft_wrap=True)


def _recipe(path: Path | None, workspace: Path) -> Recipe:
    """Load the recipe named, else the workspace's own, else the defaults."""
    own = workspace / "recipe.toml"
    return Recipe.load(path) if path else Recipe.load(own) if own.exists() else Recipe()


def _run_one(name: str, workspace: Path, recipe: Path | None) -> None:
    opened = Workspace.open(workspace)
    settings = _recipe(recipe, workspace)
    stage = next(stage for stage in STAGES if stage.name == name)
    with opened.locked(), _bar(stage) as on_progress:
        run = pipeline.run_stage(opened, settings, name, on_progress=on_progress)
    _log(run)


def _ingest(workspace: Path, recipe: Path | None, paths: list[str], workers: int) -> Workspace:
    settings = _recipe(recipe, workspace)
    opened = Workspace.create(workspace)
    with opened.locked(), _bar(pipeline.INGEST) as on_progress:
        run = pipeline.ingest(
            opened, settings, paths=paths, workers=workers, on_progress=on_progress
        )
    _log(run)
    if hint := reports.hint_after_ingest(run):
        errors.print(f"[bold]Hint:[/] {hint}")
    return opened


@_command()
def ingest(
    paths: Paths,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    workers: Workers = DEFAULT_WORKERS,
) -> None:
    """Read dumps into the table of tweets; what was read before is not read again.

    Example: `workbench ingest twitter-stream-2019-07-*.tar`
    """
    _ingest(workspace, recipe, paths, workers)


@_command()
def missing(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    limit: Annotated[int, typer.Option(min=0, help="Rows to show.")] = 20,
    ids: Annotated[Path | None, typer.Option(help="Write all ids there, one a line.")] = None,
    lang: LangOption = None,
) -> None:
    """List the tweets that others answer and that no dump holds, the most valuable first.

    Example: `workbench missing --ids ids.txt`, then `twarc2 hydrate ids.txt got.jsonl` and
    `workbench ingest got.jsonl`
    """
    from workbench import missing as parents  # noqa: PLC0415 (the name of the command)

    opened = Workspace.open(workspace)
    every = parents.from_tweets(opened.scan("tweets"))
    every = every.filter(pl.col("lang") == lang) if lang else every
    gone = parents.gone(opened).join(every, on="tweet_id", how="semi")
    frame = every.join(gone, on="tweet_id", how="anti", maintain_order="left")
    console.print(reports_missing.missing(frame, gone, limit=limit))
    if ids:
        parents.write_ids(frame, ids)
        console.print(f"{frame.height:,} ids in {escape(str(ids))}", soft_wrap=True)


@contextmanager
def _countdown() -> Iterator[tuple[OnProgress, OnWait]]:
    """Show how far a fetch is, and how long it still has to wait."""
    columns = [
        TextColumn("hydrate "),
        BarColumn(bar_width=32),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} ids"),
        TextColumn("{task.description}"),
    ]
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bars:
        task = bars.add_task("", total=0)
        waiting = False

        def on_wait(left: int, reason: str) -> None:
            nonlocal waiting
            until = f"waits {left // 60}:{left % 60:02}: {escape(reason)}" if left else ""
            bars.update(task, description=until)
            if left and not waiting and not errors.is_terminal:
                errors.print(until, soft_wrap=True)
            waiting = left > 0

        yield lambda done, total: bars.update(task, completed=done, total=total), on_wait


@_command()
def hydrate(  # noqa: PLR0917 (typer names them)
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    max_requests: Annotated[
        int, typer.Option(min=1, help="Requests to send at most, 100 ids each.")
    ] = 100,
    lang: LangOption = None,
    conversations: Annotated[
        bool, typer.Option("--conversations", help="First search those of the kept threads.")
    ] = False,
    workers: Workers = DEFAULT_WORKERS,
) -> None:
    """Fetch what `missing` lists through the official API, and ingest it; goes on where it was.

    The bearer token is read from the environment variable WORKBENCH_BEARER_TOKEN.

    Example: `workbench hydrate -w july --max-requests 1000`
    """
    from workbench import api, hydrate, transport  # noqa: PLC0415 (the name of the command)

    opened = Workspace.open(workspace)
    with opened.locked(), _countdown() as (on_progress, on_wait):
        run = hydrate.run(
            opened,
            _recipe(recipe, workspace),
            api=api.Api(transport.token(), max_requests=max_requests, on_wait=on_wait),
            lang=lang,
            conversations=conversations,
            workers=workers,
            on_progress=on_progress,
        )
    for sentence in reports_missing.hydrated(run.counts):
        console.print(escape(sentence), soft_wrap=True)


@_command()
def coverage(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    chart: Annotated[
        Path | None, typer.Option(help="Draw it by day there: .html, .svg, .png or .json.")
    ] = None,
) -> None:
    """Show the share of replies whose parent and opening tweet are there, by day and by source.

    Example: `workbench coverage -w july --chart coverage.html`
    """
    from workbench import coverage as shares  # noqa: PLC0415 (the name of the command)

    opened = Workspace.open(workspace)
    by_day = shares.by_day(opened.scan("tweets"))
    console.print(reports_missing.coverage(by_day))
    console.print(reports_missing.coverage(shares.by_source(opened.scan("tweets"))))
    if chart:
        from workbench import timelines  # noqa: PLC0415 (altair takes a second to import)

        timelines.save(timelines.coverage(by_day), chart)
        console.print(f"chart in {escape(str(chart))}", soft_wrap=True)


@_command()
def threads(workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None) -> None:
    """Rebuild the reply trees.

    Example: `workbench threads -w july`
    """
    _run_one("threads", workspace, recipe)


@_command()
def embed(workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None) -> None:
    """Turn the text of the threads into vectors, in LanceDB; goes on where it was stopped.

    Example: `workbench embed -w july`
    """
    _run_one("embed", workspace, recipe)


@_command()
def score(workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None) -> None:
    """Measure every thread, and compare its prompt with known instructions.

    Example: `workbench score -w july --recipe mine.toml`
    """
    _run_one("score", workspace, recipe)


@_command()
def select(workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None) -> None:
    """Apply the rules of the recipe; says what each of them removes.

    Example: `workbench select -w july --recipe mine.toml`
    """
    _run_one("select", workspace, recipe)
    console.print(reports.attribution(Workspace.open(workspace)))


@_command()
def export(
    name: Annotated[str, typer.Argument(help="Name of the pack.")] = pipeline.PACK,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    force: Annotated[bool, typer.Option(help="Replace a pack of that name.")] = False,
) -> None:
    """Write the kept threads as a pack of files, with recipe and manifest.

    Example: `workbench export july-questions -w july`
    """
    opened = Workspace.open(workspace)
    settings = _recipe(recipe, workspace)
    with opened.locked(), _bar(pipeline.EXPORT) as on_progress:
        counts = pipeline.pack(
            opened, settings, name=name, overwrite=force, on_progress=on_progress
        )
    console.print(
        f"[bold]export  [/] {counts['threads']:,} threads in {opened.exports_path / name}"
    )


@_command()
def run(
    paths: Annotated[list[str] | None, typer.Argument(help="Dumps to read first.")] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    workers: Workers = DEFAULT_WORKERS,
) -> None:
    """Read dumps, if any are named, and bring every stage up to date.

    Example: `workbench run a.tar b.tar -w july --recipe mine.toml`
    """
    opened = _ingest(workspace, recipe, paths, workers) if paths else Workspace.open(workspace)
    settings = _recipe(recipe, workspace)
    if opened.last_run("ingest") is None:
        msg = f"The workspace {workspace} holds no tweets yet."
        raise WorkspaceError(msg, hint="name dumps to read: `workbench run a.tar`.")
    with opened.locked():
        for run in pipeline.bring_up_to_date(opened, settings, watch=_bar):
            _log(run)
    console.print(reports.funnel(opened))
    console.print(reports.attribution(opened))
    verdicts = opened.read("verdicts")
    if not verdicts["kept"].any():
        hint = pipeline.nothing_kept(verdicts.height)
        errors.print(f"[bold]Hint:[/] nothing is kept, so nothing was exported: {hint}")


@_command()
def demo(
    archives: Annotated[
        list[str] | None, typer.Argument(help="Dumps of your own; a made one if none is named.")
    ] = None,
    workspace: WorkspaceOption = Path("demo"),
    lines: Annotated[int, typer.Option(min=1000, help="Lines of the made dump.")] = 20_000,
    workers: Workers = DEFAULT_WORKERS,
) -> None:
    """Show the whole way from a dump to kept conversations.

    Example: `workbench demo` or `workbench demo twitter-stream-20190703.tar`
    """
    from workbench import sample  # noqa: PLC0415 (holds the texts of the made dump)

    if not archives:
        made = Workspace.create(workspace).root / "0_sample" / f"sample-{lines}.tar"
        if not made.exists():
            made.parent.mkdir(exist_ok=True)
            sample.write(made, lines=lines)
        console.print(f"[bold]sample  [/] {lines:,} lines in {made}")
        archives = [str(made)]
    run(archives, workspace, None, workers)
    opened = Workspace.open(workspace)
    if opened.last_run("export") is None:
        return
    console.print(reports.conversations(opened, _recipe(None, workspace), limit=3))
    where = escape(str(opened.exports_path / pipeline.PACK))
    console.print(f"The export lies in [bold]{where}[/]", soft_wrap=True)
    console.print("Next, tune the filter in a browser: [bold]make apps[/]")


@_command(name="sample")
def write_sample(
    path: Annotated[Path, typer.Argument(help="Tar file to write.")],
    lines: Annotated[int, typer.Option(min=1, help="Lines in all.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Start of every random choice.")] = 0,
) -> None:
    """Write a synthetic dump in the shape of the archived stream, of any size.

    Example: `workbench sample july.tar --lines 1000000`
    """
    from workbench import sample  # noqa: PLC0415 (holds the texts of the made dump)

    truth = sample.write(path, lines=lines, seed=seed)
    told = f"{truth.lines:,} lines, {truth.distinct:,} tweets, {truth.threads:,} threads"
    console.print(f"[bold]sample  [/] {told} in {escape(str(path))}", soft_wrap=True)


@_command()
def status(workspace: WorkspaceOption = DEFAULT_WORKSPACE, recipe: RecipeOption = None) -> None:
    """Show each table, its rows, its age and whether it is stale.

    Example: `workbench status -w july`
    """
    opened = Workspace.open(workspace)
    settings = _recipe(recipe, workspace)
    console.print(reports.status(opened, settings))


@_command()
def ledger(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    rejects: Annotated[bool, typer.Option("--rejects", help="Show the rejected lines.")] = False,
) -> None:
    """Show what became of every line that was read.

    Example: `workbench ledger --rejects`
    """
    opened = Workspace.open(workspace)
    console.print(reports.rejects(opened) if rejects else reports.ledger(opened))


@_command()
def verify(
    pack: Annotated[Path, typer.Argument(help="Folder of a pack.")],
    workspace: Annotated[
        Path | None, typer.Option("--workspace", "-w", help="Look for tweets deleted since, too.")
    ] = None,
) -> None:
    """Hold a pack against its manifest, its records against their model; exit code 1 if amiss.

    Example: `workbench verify july/6_exports/questions -w july`
    """
    held = deletions.held_by_pack(pack, workspace=Workspace.open(workspace)) if workspace else []
    found = packs.verify(pack, deleted=held)
    console.print(reports.verification(found))
    if not found.is_ok:
        raise typer.Exit(1)


deletions_app = typer.Typer(help="Tweets that must not be kept.", no_args_is_help=True)
app.add_typer(deletions_app, name="deletions")


@deletions_app.command(name="add")
@_guarded
def add_deletions(
    ids: Annotated[Path, typer.Argument(help="Text file, one id of a tweet a line.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Take tweets down by hand; they stay away whatever is read later.

    Example: `workbench deletions add ids.txt -w july`
    """
    opened = Workspace.open(workspace)
    with opened.locked():
        run = pipeline.delete(opened, deletions.read(ids))
    counts = run.counts
    console.print(
        f"{counts['asked']:,} tweets asked for, {counts['known']:,} known as deleted before; "
        f"{counts['tweets']:,} tweets are left."
    )
    console.print("`workbench run` takes them out of every other table.")


@_command(name="recipe")
def print_recipe(recipe: RecipeOption = None) -> None:
    """Print every setting as TOML, ready to be saved and changed.

    Example: `workbench recipe > mine.toml`
    """
    sys.stdout.write((Recipe.load(recipe) if recipe else Recipe()).to_toml())


@_command()
def rules() -> None:
    """List the rules that a recipe can use.

    Example: `workbench rules`
    """
    console.print(reports_rules.rules())


@_command()
def hashtags(workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """List hashtags worth a rule, with the threads of this workspace that each matches.

    Example: `workbench hashtags -w july`
    """
    console.print(reports_rules.hashtags(Workspace.open(workspace)))


@_command()
def formats() -> None:
    """List the formats of dumps that are read, and those of exports.

    Example: `workbench formats`
    """
    console.print(reports.formats(sources.FORMATS))


def main() -> Any:  # noqa: ANN401
    """Run the command line."""
    return app()
