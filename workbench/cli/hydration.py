"""The commands that list what the dumps lack, fetch it, and show the coverage."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape

from workbench.cli import sections
from workbench.cli.common import command, load_recipe, open_workspace
from workbench.cli.options import (
    DEFAULT_WORKERS,
    DEFAULT_WORKSPACE,
    JsonOption,
    RecipeOption,
    Workers,
    WorkspaceOption,
)
from workbench.cli.output import console, errors, print_json, print_report, shows_progress

if TYPE_CHECKING:
    from workbench.hydration.client import OnWait
    from workbench.progress import OnProgress

LangOption = Annotated[
    str | None, typer.Option(help="Only parents whose replies are mostly in this language.")
]


@command(section=sections.MISSING)
def missing(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    limit: Annotated[int, typer.Option(min=0, help="Rows to show.")] = 20,
    ids: Annotated[
        Path | None, typer.Option(help="Write all ids to this file, one per line.")
    ] = None,
    lang: LangOption = None,
) -> None:
    """List missing tweets, the most valuable first.

    Missing tweets are named by replies or conversations, but no dump contains them.

    Example: `workbench missing --ids ids.txt`, then `twarc2 hydrate ids.txt got.jsonl` and
    `workbench ingest got.jsonl`
    """
    import polars as pl

    from workbench.cli.reports import hydration as reports
    from workbench.hydration import missing_parents

    opened = open_workspace(workspace)
    parents = missing_parents.from_tweets(opened.scan("tweets"), edits=opened.edits())
    parents = parents.filter(pl.col("lang") == lang) if lang else parents
    gone = missing_parents.gone(opened).join(parents, on="tweet_id", how="semi")
    parents = parents.join(gone, on="tweet_id", how="anti", maintain_order="left")
    console.print(reports.missing(parents, gone, limit=limit))
    if ids:
        missing_parents.write_ids(parents, ids)
        console.print(f"{parents.height:,} ids in {escape(str(ids))}", soft_wrap=True)


@command(section=sections.MISSING)
def hydrate(  # noqa: PLR0917 (typer passes them by name)
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    max_requests: Annotated[
        int, typer.Option(min=1, help="Most requests to send, 100 ids each.")
    ] = 100,
    lang: LangOption = None,
    conversations: Annotated[
        bool, typer.Option("--conversations", help="First search those of the kept threads.")
    ] = False,
    workers: Workers = DEFAULT_WORKERS,
) -> None:
    """Fetch missing tweets through the official API.

    Fetches what `missing` lists, and ingests it. Continues after a stop. The bearer token is
    read from the environment variable WORKBENCH_BEARER_TOKEN.

    Example: `workbench hydrate -w july --max-requests 1000`
    """
    from workbench.cli.reports import hydration as reports
    from workbench.hydration import client, transport
    from workbench.pipeline import hydrate

    opened = open_workspace(workspace)
    with opened.locked(), _countdown() as (on_progress, on_wait):
        run = hydrate.run(
            opened,
            load_recipe(recipe, workspace),
            api=client.Api(transport.token(), max_requests=max_requests, on_wait=on_wait),
            lang=lang,
            conversations=conversations,
            workers=workers,
            on_progress=on_progress,
        )
    for sentence in reports.hydrated(run.counts):
        console.print(escape(sentence), soft_wrap=True)


@contextmanager
def _countdown() -> Iterator[tuple["OnProgress", "OnWait"]]:
    """Show how many ids are done, and count down while the API makes us wait."""
    from rich.progress import BarColumn, Progress, TextColumn

    columns = [
        TextColumn("hydrate "),
        BarColumn(bar_width=32),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} ids"),
        TextColumn("{task.description}"),
    ]
    with Progress(*columns, console=errors, transient=True, disable=not shows_progress()) as bars:
        task = bars.add_task("", total=0)
        waiting = False

        def on_wait(left: int, reason: str) -> None:
            nonlocal waiting
            text = f"waiting {left // 60}:{left % 60:02}: {escape(reason)}" if left else ""
            bars.update(task, description=text)
            if left and not waiting and not (errors.is_terminal or console.quiet):
                errors.print(text, soft_wrap=True)
            waiting = left > 0

        yield lambda done, total: bars.update(task, completed=done, total=total), on_wait


@command(section=sections.MISSING)
def coverage(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    by: Annotated[
        Literal["day", "month", "year"] | None,
        typer.Option(help="Period of a row; by default the finest that fits."),
    ] = None,
    chart: Annotated[
        Path | None,
        typer.Option(help="Draw a chart by day to this .html, .svg, .png or .json file instead."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the share of replies whose parent is present.

    Also shows the share with their opening tweet, by day and by source.

    Example: `workbench coverage -w july --chart coverage.html`
    """
    from workbench.threads import coverage as shares

    opened = open_workspace(workspace)
    if as_json and not chart:
        from workbench.cli.reports import records

        print_json(records.coverage(opened, unit=by or "day"))
        return
    by_day = shares.by_day(opened.scan("tweets"), edits=opened.edits())
    if chart:
        from workbench import charts

        charts.image_files.save(charts.timelines.coverage(by_day), chart)
        console.print(f"chart in {escape(str(chart))}", soft_wrap=True)
    else:
        from workbench.cli.reports import hydration as reports

        print_report(reports.coverage_of_days(by_day, unit=by))
        by_source = shares.by_source(opened.scan("tweets"), edits=opened.edits())
        print_report(reports.coverage(by_source))
