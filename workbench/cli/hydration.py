"""Gaps: the commands that tell what the dumps lack, and fetch it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import polars as pl
import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn

from workbench.cli.common import (
    DEFAULT_WORKERS,
    DEFAULT_WORKSPACE,
    RecipeOption,
    Workers,
    WorkspaceOption,
    command,
    console,
    errors,
    recipe_of,
)
from workbench.cli.reports import hydration as reports
from workbench.hydration.client import OnWait
from workbench.progress import OnProgress
from workbench.storage import Workspace

LangOption = Annotated[
    str | None, typer.Option(help="Only parents whose replies are mostly in this language.")
]


@command()
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
    from workbench.hydration import missing_parents as parents

    opened = Workspace.open(workspace)
    every = parents.from_tweets(opened.scan("tweets"))
    every = every.filter(pl.col("lang") == lang) if lang else every
    gone = parents.gone(opened).join(every, on="tweet_id", how="semi")
    frame = every.join(gone, on="tweet_id", how="anti", maintain_order="left")
    console.print(reports.missing(frame, gone, limit=limit))
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


@command()
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
    from workbench.hydration import (
        client,
        transport,
    )
    from workbench.pipeline import hydrate

    opened = Workspace.open(workspace)
    with opened.locked(), _countdown() as (on_progress, on_wait):
        run = hydrate.run(
            opened,
            recipe_of(recipe, workspace),
            api=client.Api(transport.token(), max_requests=max_requests, on_wait=on_wait),
            lang=lang,
            conversations=conversations,
            workers=workers,
            on_progress=on_progress,
        )
    for sentence in reports.hydrated(run.counts):
        console.print(escape(sentence), soft_wrap=True)


@command()
def coverage(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    by: Annotated[
        Literal["day", "month", "year"] | None,
        typer.Option(help="Rows of the table; the finest that fits if none is named."),
    ] = None,
    chart: Annotated[
        Path | None,
        typer.Option(help="Draw it by day there, instead: .html, .svg, .png or .json."),
    ] = None,
) -> None:
    """Show the share of replies whose parent and opening tweet are there, by day and by source.

    Example: `workbench coverage -w july --chart coverage.html`
    """
    from workbench.threads import coverage as shares

    opened = Workspace.open(workspace)
    by_day = shares.by_day(opened.scan("tweets"))
    if not chart:
        console.print(reports.coverage_of_days(by_day, unit=by))
        console.print(reports.coverage(shares.by_source(opened.scan("tweets"))))
    else:
        from workbench import charts

        charts.image_files.save(charts.timelines.coverage(by_day), chart)
        console.print(f"chart in {escape(str(chart))}", soft_wrap=True)
