"""Threads chosen as examples, to find similar ones or to add them to the known instructions."""

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

#: Maximum number of examples; their ids are in the address.
MOST = 50


def openings(session: ScoresSession, thread_ids: list[int]) -> pl.DataFrame:
    """Read the opening tweets of threads, in order: `thread_id`, `root_id`, `text`."""
    rows = pl.DataFrame({"thread_id": thread_ids}, schema={"thread_id": pl.Int64})
    known = rows.join(
        session.scores.select("thread_id", "root_id"), on="thread_id", maintain_order="left"
    )
    return session.openings(known)


def united(before: list[int], more: list[int]) -> list[int]:
    """Add threads to the examples, up to the maximum."""
    return list(dict.fromkeys([*before, *more]))[:MOST]


def chips(
    session: ScoresSession, thread_ids: list[int], *, on_change: Callable[[Any], None]
) -> mo.ui.multiselect:
    """Show the examples with their texts; removing one from the list removes the example."""
    options: dict[str, int] = {}
    for thread_id, text in openings(session, thread_ids).select("thread_id", "text").rows():
        shown = sanitize.plain(text, most=60) or "(no text)"
        options[shown if shown not in options else f"{shown} #{len(options) + 1}"] = thread_id
    return mo.ui.multiselect(
        options, list(options), label="Examples", full_width=True, on_change=on_change
    )


def resolve(session: ScoresSession, typed: str) -> tuple[list[int], str]:
    """Find the threads of typed ids or addresses of tweets or threads.

    Returns:
        Ids of the threads, and an error text for the rest; empty if there is none.
    """
    parts = typed.replace(",", " ").split()[:MOST]
    numbers = {part: text_search.parse_id(part) for part in parts}
    ids = [number for number in numbers.values() if number is not None]
    tweets = session.workspace.scan("turns").filter(pl.col("tweet_id").is_in(ids))
    of_tweet = dict(tweets.select("tweet_id", "thread_id").collect().rows())
    known = set(session.scores["thread_id"].filter(session.scores["thread_id"].is_in(ids)))
    by_id = {number: number if number in known else of_tweet.get(number) for number in ids}
    wrong = [part for part, number in numbers.items() if not by_id.get(number or 0)]
    threads = [thread for thread in dict.fromkeys(by_id.values()) if thread is not None]
    if not wrong:
        return threads, ""
    named = ", ".join(sanitize.plain(part, most=30) for part in wrong[:5])
    return threads, f"No thread of this workspace contains the tweet {named}."


def add_instructions(
    session: ScoresSession,
    thread_ids: list[int],
    *,
    source: str,
    recipe: Recipe,
    rescore: mo.ui.button | None = None,
) -> mo.Html:
    """Add the texts of the examples to the known instructions of the workspace.

    Args:
        session: Scores and workspace.
        thread_ids: The examples.
        source: Name of the set, by which it can be removed again.
        recipe: Its known instructions are not added again.
        rescore: Button that brings the stale stages up to date.

    Returns:
        What was added, and which stages are stale now.
    """
    texts = openings(session, thread_ids).select(text=normalize.bare("text"), tweet_id="root_id")
    texts = texts.filter(pl.col("text") != "")
    try:
        with session.workspace.locked():
            added = instructions.add(session.workspace, texts, source=source, recipe=recipe)
    except WorkbenchError as error:
        return messages.error(str(error))
    stale = [
        state.stage.name for state in pipeline.states(session.workspace, recipe) if state.reason
    ]
    known = len(thread_ids) - added
    lines = [f"{added:,} of {len(thread_ids):,} texts are new known instructions."]
    lines += [f"{known:,} were known already, or have no words."] if known else []
    lines += [f"Stale now: {', '.join(stale)}."] if stale and added else []
    link = f'<a class="wb-way" href="{navigation.link("home.py")}">run them at Home</a>'
    hint = f" To update the similarity, score again, or {link}." if added else ""
    text = mo.Html(f'<div data-testid="rule">{escape(" ".join(lines))}{hint}</div>')
    shown = [text, rescore] if added and rescore is not None else [text]
    return mo.callout(
        mo.hstack(shown, justify="start", align="center"), kind="success" if added else "warn"
    )


def changes(session: ScoresSession) -> str:
    """Say in one sentence what scoring again has changed.

    Args:
        session: The scores from before.
    """
    after = session.workspace.read("scores", columns=["thread_id", "similarity"])
    both = session.scores.select("thread_id", before="similarity").join(after, on="thread_id")
    rose = both.filter(pl.col("similarity") > pl.col("before").fill_null(-1) + 1e-4).height
    text = f"{rose:,} of {both.height:,} threads are more similar to a known instruction now"
    if session.workspace.has("verdicts"):
        kept = int(session.workspace.read("verdicts", columns=["kept"])["kept"].sum())
        text += f", and {kept:,} are kept"
    return f"{text}."
