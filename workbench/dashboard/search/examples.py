"""Examples: threads that somebody chose to find others like them, or to make a rule of."""

from collections.abc import Callable
from html import escape
from typing import Any

import marimo as mo
import polars as pl

from workbench import instructions, pipeline
from workbench.dashboard.components import messages, navigation
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.exceptions import WorkbenchError
from workbench.recipe import Recipe
from workbench.text import normalize, sanitize
from workbench.threads import text_search

#: Examples at most; their ids stand in the address.
MOST = 50


def openings(live: ScoresSession, thread_ids: list[int]) -> pl.DataFrame:
    """Read the first turns of some threads: `thread_id`, `root_id`, `text`, in the order given."""
    asked = pl.DataFrame({"thread_id": thread_ids}, schema={"thread_id": pl.Int64})
    known = asked.join(
        live.scores.select("thread_id", "root_id"), on="thread_id", maintain_order="left"
    )
    return live.openings(known)


def joined(before: list[int], found: pl.DataFrame, chosen: pl.DataFrame) -> list[int]:
    """Put the ticked threads of a list to the examples.

    Args:
        before: Ids of the examples there are.
        found: Rows that the list was made from.
        chosen: Value of the list, with `place`.
    """
    ticked = [found["thread_id"][place] for place in chosen["place"] if place < found.height]
    return united(before, ticked)


def united(before: list[int], more: list[int]) -> list[int]:
    """Put more threads to the examples, as far as there is room."""
    return list(dict.fromkeys([*before, *more]))[:MOST]


def chips(
    live: ScoresSession, thread_ids: list[int], *, on_change: Callable[[Any], None]
) -> mo.ui.multiselect:
    """Show the examples, each with its text; one that is taken out of the list is none any more."""
    options: dict[str, int] = {}
    for thread_id, text in openings(live, thread_ids).select("thread_id", "text").rows():
        shown = sanitize.plain(text, most=60) or "(no text)"
        options[shown if shown not in options else f"{shown} #{len(options) + 1}"] = thread_id
    return mo.ui.multiselect(
        options, list(options), label="Examples", full_width=True, on_change=on_change
    )


def resolve(live: ScoresSession, typed: str) -> tuple[list[int], str]:
    """Find the threads of the tweets or threads whose ids or addresses somebody typed.

    Returns:
        Ids of threads, and what is wrong with the rest; empty if nothing is.
    """
    parts = typed.replace(",", " ").split()[:MOST]
    numbers = {part: text_search.parse_id(part) for part in parts}
    ids = [number for number in numbers.values() if number is not None]
    tweets = live.workspace.scan("turns").filter(pl.col("tweet_id").is_in(ids))
    of_tweet = dict(tweets.select("tweet_id", "thread_id").collect().rows())
    known = set(live.scores["thread_id"].filter(live.scores["thread_id"].is_in(ids)))
    found = {number: number if number in known else of_tweet.get(number) for number in ids}
    wrong = [part for part, number in numbers.items() if not found.get(number or 0)]
    threads = [thread for thread in dict.fromkeys(found.values()) if thread is not None]
    if not wrong:
        return threads, ""
    named = ", ".join(sanitize.plain(part, most=30) for part in wrong[:5])
    return threads, f"No thread of this workspace has the id {named}."


def make_rule(
    live: ScoresSession, thread_ids: list[int], *, source: str, recipe: Recipe
) -> mo.Html:
    """Add the examples' texts to the workspace's known instructions, and say what is stale now.

    Args:
        live: Whose workspace.
        thread_ids: The examples.
        source: What to call them, by which they can be removed again.
        recipe: Whose known instructions are not added again.
    """
    given = openings(live, thread_ids).select(text=normalize.bare("text"), tweet_id="root_id")
    given = given.filter(pl.col("text") != "")
    try:
        with live.workspace.locked():
            added = instructions.add(live.workspace, given, source=source, recipe=recipe)
    except WorkbenchError as error:
        return messages.error(str(error))
    stale = [state.stage.name for state in pipeline.states(live.workspace, recipe) if state.reason]
    known = len(thread_ids) - added
    said = [f"{added:,} of {len(thread_ids):,} texts are new known instructions."]
    said += [f"{known:,} were known already, or have no words."] if known else []
    said += [f"Stale now: {', '.join(stale)}."] if stale and added else []
    link = f'<a class="wb-way" href="{navigation.link("home.py")}">run it again at Home</a>'
    ask = f" To see the new similarity, {link}." if added else ""
    return mo.callout(
        mo.Html(f'<div data-testid="rule">{escape(" ".join(said))}{ask}</div>'),
        kind="success" if added else "warn",
    )
