"""The commands that find threads and print one."""

from enum import StrEnum
from typing import Annotated

import typer

from workbench.cli import sections
from workbench.cli.common import command, load_recipe, open_workspace
from workbench.cli.options import DEFAULT_WORKSPACE, JsonOption, RecipeOption, WorkspaceOption
from workbench.cli.output import advise, console, print_json, print_report, working


class By(StrEnum):
    """How threads are searched."""

    MEANING = "meaning"
    WORDS = "words"
    BOTH = "both"


@command(section=sections.READ)
def search(  # noqa: PLR0917 (options of a command)
    text: Annotated[str, typer.Argument(help="What to search for, in any language.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    by: Annotated[
        By, typer.Option(help="By `meaning`, by `words`, or by the ranks of both.")
    ] = By.BOTH,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most threads to list.")] = 10,
    lang: Annotated[str | None, typer.Option(help="Only turns in this language.")] = None,
    kept: Annotated[bool, typer.Option("--kept", help="Only threads that are kept.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Find threads by meaning and by words.

    By words, a tweet must contain all of them. `"an egg"` in quotes is a phrase, `boil OR fry`
    means either word, `-salt` leaves out threads with that word, `tomat*` means all words that
    begin like this, and `@name`, `#tag` and emoji are found as they are. Case and accents do not
    matter. By meaning, only phrases and what follows a minus sign must match. A text that the model
    cannot read is searched by words.

    Searches the turns that have a vector: the opening tweets, unless `[embed] turns` of the recipe
    says otherwise.

    Example: `workbench search 'how long do I boil "an egg" -microwave' -w july --kept`
    """
    from workbench.cli.reports import search_results as reports
    from workbench.library import thread_search

    opened, settings = open_workspace(workspace), load_recipe(recipe, workspace)
    with working("searching"):
        matches = thread_search.find(
            opened, settings, text, by=by.value, lang=lang, only_kept=kept, limit=limit
        )
    if as_json:
        print_json(reports.records(matches, text=text))
        return
    for note in matches.notes:
        console.print(note, markup=False)
    if matches.rows.is_empty():
        console.print("No thread matches. Try fewer or other words, or --by meaning.")
        return
    print_report(reports.table(matches))
    advise("`workbench show THREAD` prints one of them.")


@command(section=sections.READ)
def show(
    thread: Annotated[
        str, typer.Argument(help="Id of a thread or of any tweet in it, or a tweet's address.")
    ],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
) -> None:
    """Print a thread with its scores, roles and missing tweets.

    Example: `workbench show 1146134892367417344 -w july`
    """
    from workbench.library import thread_lookup, thread_text

    opened, settings = open_workspace(workspace), load_recipe(recipe, workspace)
    console.print(thread_text.report(thread_lookup.read(opened, settings, thread)))
