"""The commands that run all stages together: `run`, and `demo` on a generated dump."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from workbench.cli import sections
from workbench.cli.common import command, load_recipe, open_workspace
from workbench.cli.options import (
    DEFAULT_WORKERS,
    DEFAULT_WORKSPACE,
    ClusterWorkers,
    EngineOption,
    RayAddressOption,
    RecipeOption,
    Workers,
    WorkspaceOption,
)
from workbench.cli.output import advise, bar, console, current_reporter, log
from workbench.cli.stages import hint_if_nothing_is_kept, ingest_dumps
from workbench.cluster.connection import AUTO, LOCAL
from workbench.exceptions import WorkspaceError


@command(section=sections.STAGES)
def run(
    paths: Annotated[list[str] | None, typer.Argument(help="Dumps to read first.")] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    workers: ClusterWorkers = None,
    *,
    engine: EngineOption = LOCAL,
    ray_address: RayAddressOption = AUTO,
) -> None:
    """Bring every stage up to date.

    Reads dumps first, if any are named.

    Example: `workbench run a.tar b.tar -w july --recipe mine.toml`
    """
    from workbench import pipeline
    from workbench.cli.reports import exports, runs
    from workbench.cluster.engine import connected
    from workbench.pipeline import recipe_checks, stages

    chosen = connected(engine, workers=workers, ray_address=ray_address)
    if paths:
        _plan(workspace, [stage.name for stage in stages.STAGES])
        opened = ingest_dumps(workspace, recipe, paths, workers, engine=chosen)
    else:
        opened = open_workspace(workspace)
    settings = load_recipe(recipe, workspace)
    if not paths:
        recipe_checks.check_names(settings)
    recipe_checks.check_own(opened, settings)
    if opened.last_run("ingest") is None:
        if opened.has("tweets"):
            msg = f"The last ingest into the workspace {workspace} did not finish."
            raise WorkspaceError(msg, hint="run it again: `workbench ingest PATH...`.")
        msg = f"The workspace {workspace} contains no tweets yet."
        raise WorkspaceError(msg, hint="name dumps to read: `workbench run a.tar`.")
    if not paths:
        _plan(workspace, [s.stage.name for s in pipeline.states(opened, settings) if s.reason])
    with opened.locked():
        for done in pipeline.bring_up_to_date(
            opened, settings, engine=chosen, watch=lambda stage: bar(stage.name)
        ):
            log(done)
    console.print(runs.funnel(opened))
    console.print(exports.attribution(opened))
    hint_if_nothing_is_kept(opened, "nothing is kept, so nothing was exported")


@command(section=sections.STAGES)
def demo(
    archives: Annotated[
        list[str] | None, typer.Argument(help="Your own dumps; a generated one by default.")
    ] = None,
    workspace: WorkspaceOption = Path("demo"),
    lines: Annotated[int, typer.Option(min=1000, help="Lines of the generated dump.")] = 20_000,
    workers: Workers = DEFAULT_WORKERS,
) -> None:
    """Show every step from a dump to kept conversations.

    Example: `workbench demo` or `workbench demo twitter-stream-20190703.tar`
    """
    from workbench.cli.reports import exports
    from workbench.pipeline import stages

    run(archives or [str(_sample(workspace, lines=lines))], workspace, None, workers)
    opened = open_workspace(workspace)
    if opened.last_run("export") is None:
        return
    console.print(exports.conversations(opened, load_recipe(None, workspace), limit=3))
    path = escape(str(opened.exports_path / stages.DEFAULT_EXPORT))
    console.print(f"The export is in [bold]{path}[/]", soft_wrap=True)
    advise("Next, tune the filter in a browser: `workbench apps`")


def _plan(workspace: Path, names: list[str]) -> None:
    """Announce the stages of the command, so that its progress says which of them runs."""
    from workbench.pipeline import expected
    from workbench.storage import Workspace

    def seconds(stage: str) -> float | None:
        return expected.seconds(Workspace(workspace), stage)

    current_reporter().plan(names, expected=seconds)


def _sample(workspace: Path, *, lines: int) -> Path:
    """Return a generated dump in a workspace, written on first use."""
    from workbench import sample
    from workbench.storage import Workspace

    path = Workspace.create(workspace).root / "0_sample" / f"sample-{lines}.tar"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        with bar("sample") as on_progress:
            sample.write(path, lines=lines, on_progress=on_progress)
    console.print(f"[bold]sample  [/] {lines:,} lines in {escape(str(path))}")
    return path
