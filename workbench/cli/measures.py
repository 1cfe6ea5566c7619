"""The commands for measures of one's own."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape

from workbench.cli import common, sections
from workbench.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption
from workbench.cli.output import advise, console, print_json

scores_command = common.group(
    "scores", section=sections.RECIPES, about="Measures of your own: files of scores, and code."
)


@scores_command("add")
def add_scores(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Parquet, CSV or JSON lines with a column `thread_id` or `tweet_id` and one "
            "column per measure; or Python files with `@workbench.scorer` or `@workbench.rule`."
        ),
    ],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    by: Annotated[
        Literal["opening", "max", "min", "mean", "sum"],
        typer.Option(
            help="How scores of tweets become the score of their thread: that of the opening "
            "tweet, or of all tweets of the thread that have one."
        ),
    ] = "opening",
    column: Annotated[
        list[str] | None, typer.Option(help="Column to add; by default all besides the ids.")
    ] = None,
) -> None:
    """Add files of scores, or code that computes some, to a workspace.

    Each measure becomes a column of the scores and a rule `[select.own.NAME]`. Ids may be texts.
    Code is run once now, to check it and to see its measures. From then on it only runs if your
    recipe names it under `[score] code`.

    Example: `workbench scores add mood.csv --by max -w july`
    """
    from workbench.cli.reports import measures as reports
    from workbench.measures import score_files, store

    opened = common.open_workspace(workspace)
    with opened.locked():
        for path in files:
            if path.suffix.lower() == ".py":
                report = reports.added_code(store.add_code(opened, path))
                if by != "opening" or column:
                    report += "\n--by and --column are ignored: they are for files of scores."
            else:
                table = score_files.read(path, by=by, names=column or ())
                report = reports.added_table(table, unknown=store.add_table(opened, table))
                if by != "opening" and table.key == "thread_id":
                    report += f" --by {by} is ignored: these are scores of threads."
            console.print(escape(report), soft_wrap=True)
    is_code_only = all(path.suffix.lower() == ".py" for path in files)
    once_named = "Once the recipe names it, " if is_code_only else ""
    advise(
        f"{once_named}`workbench run` computes the scores with {'it' if once_named else 'them'}."
    )


@scores_command("list")
def list_scores(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE, as_json: JsonOption = False
) -> None:
    """List the files of measures, and the measures in the scores.

    Example: `workbench scores list -w july`
    """
    from workbench.cli.reports import measures as reports

    opened = common.open_workspace(workspace)
    if as_json:
        print_json(reports.records(opened))
    else:
        console.print(reports.listing(opened))


@scores_command("remove")
def remove_scores(
    name: Annotated[str, typer.Argument(help="File, as listed by `workbench scores list`.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Remove a file of measures from a workspace.

    Example: `workbench scores remove mood.csv -w july`
    """
    from workbench.measures import store

    store.remove(common.open_workspace(workspace), name)
    advise(f"{name} removed; `workbench run` computes the scores without it.")
