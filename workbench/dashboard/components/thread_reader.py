"""Read one thread from the workspace and draw it with its scores, roles and missing tweets.

Every page that lists threads shows the selected one with this module.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import marimo as mo
import polars as pl

from workbench import instructions, selection
from workbench.dashboard.components import navigation, near_duplicates, turn_facts
from workbench.dashboard.components.thread_table import FACTS
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import html, numbers, thread_outline
from workbench.exceptions import WorkbenchError
from workbench.export import roles
from workbench.hydration import missing_tweets
from workbench.recipe import CATALOGUE, Recipe
from workbench.schemas.measures import MEASURES
from workbench.storage import Workspace

#: Turns and gaps drawn on one part of a long thread.
MOST = 200

#: Returns one sentence on why a row of the scores is listed.
Explain = Callable[[dict[str, Any]], str]

_NOTHING_SELECTED = '<p class="wb-gap">Select a thread in the list to read it.</p>'


@dataclass(frozen=True)
class Conversation:
    """One thread, ready to be drawn.

    Args:
        row: Its row of the scores, with `removed_by`.
        turns: Its turns, in reading order.
        gone: Reason for each missing tweet, by id. Turns with an id in it are not shown.
        roles: Role by `tweet_id` under the recipe's role policy.
        answers: Probability that a reply answers the turn above it, by `tweet_id`.
        verdict: Sentence on why the thread is listed, kept or removed.
        nearest: Known instruction most similar to the opening tweet.
        rows: Number of turns and gaps to draw.
        twins: Near duplicates, as returned by `near_duplicates.read`.
    """

    row: Mapping[str, Any]
    turns: pl.DataFrame
    gone: dict[int, str]
    roles: dict[int, str]
    answers: dict[int, float]
    verdict: str
    nearest: str | None
    rows: int
    twins: pl.DataFrame


def first_verdict(row: dict[str, Any]) -> str:
    """Name the first rule that removes a thread, from its row alone."""
    if row["removed_by"] is None:
        return "Kept by every rule."
    return f"Removed first by the rule “{CATALOGUE[row['removed_by']].title}”."


def full_verdict(verdicts: pl.DataFrame) -> Explain:
    """Return a function that names every rule that removes a thread.

    Args:
        verdicts: Result of `ScoresSession.verdicts`.
    """

    def explain(row: dict[str, Any]) -> str:
        verdict = verdicts.filter(pl.col("thread_id") == row["thread_id"])
        passes = selection.by_rule(verdict)
        rules = [CATALOGUE[rule].title for rule, mask in passes.items() if not mask.all()]
        if not rules:
            return "Kept by every rule."
        rest = f"; also by {', '.join(rules[1:])}" if rules[1:] else ""
        return f"Removed by the rule “{rules[0]}”{rest}."

    return explain


def read(
    session: ScoresSession,
    rows: pl.DataFrame,
    thread_id: int | None,
    *,
    recipe: Recipe,
    explain: Explain = first_verdict,
) -> Conversation | None:
    """Read the thread that is open in a list, or return None if none is.

    Args:
        session: Scores and workspace.
        rows: Listed rows of the scores, with `removed_by`.
        thread_id: The open thread.
        recipe: Names the known instructions and the role policy.
        explain: Returns a sentence on why a row is listed.
    """
    listed = rows.filter(pl.col("thread_id") == (thread_id or 0))
    if listed.is_empty():
        return None
    row = listed.row(0, named=True)
    turns = session.turns(row["thread_id"])
    answers = session.answers(pl.Series([row["thread_id"]])).select("tweet_id", "answer")
    nodes = roles.assign(turns, policy=recipe.export.roles, answers=answers)
    gone = missing_tweets.of_thread(session.workspace, turns)
    return Conversation(
        row=row,
        turns=turns,
        gone=gone,
        roles=dict(nodes.select("tweet_ids", "role").explode("tweet_ids").rows()),
        answers=dict(answers.rows()),
        verdict=explain(row),
        nearest=_nearest_instruction(session.workspace, recipe, row),
        rows=thread_outline.from_turns(turns, gone=gone).height if turns.height else 0,
        twins=near_duplicates.read(session, row),
    )


def draw(
    session: ScoresSession,
    conversation: Conversation | None,
    *,
    part: int = 1,
    sources: bool = False,
) -> mo.Html:
    """Draw a thread, or ask the reader to select one.

    Args:
        session: Scores and workspace; the ledger is read from there.
        conversation: Result of `read`.
        part: Part of a long thread, counted from 1.
        sources: Show the file and line that each turn was read from.
    """
    if conversation is None:
        return mo.Html(_NOTHING_SELECTED)
    facts = turn_facts.scores(conversation.row, answers=conversation.answers)
    if sources:
        turn_facts.add_sources(facts, session.workspace, conversation.turns)
    thread = html.thread(
        conversation.turns,
        verdict=conversation.verdict,
        nearest=conversation.nearest,
        scores={
            MEASURES[column].short: numbers.measure(conversation.row[column], column)
            for column in FACTS
        },
        roles=conversation.roles,
        facts=facts,
        gone=conversation.gone,
        first=(part - 1) * MOST,
        most=MOST,
    )
    duplicates = near_duplicates.draw(conversation.twins, conversation.row)
    thread_id = conversation.row["thread_id"]
    return mo.Html(f'<div data-testid="thread-{thread_id}">{duplicates}{thread}</div>')


def show(
    session: ScoresSession,
    rows: pl.DataFrame,
    thread_id: int | None,
    *,
    recipe: Recipe,
    explain: Explain = first_verdict,
) -> mo.Html:
    """Read and draw the thread that is open in a list; see `read` for the arguments."""
    return draw(session, read(session, rows, thread_id, recipe=recipe, explain=explain))


def sources() -> mo.ui.switch:
    """Return the switch that shows where each turn was read from."""
    return mo.ui.switch(
        label='<span style="font-size:.75rem">where each tweet comes from</span>', value=False
    )


def parts(conversation: Conversation | None) -> mo.ui.number:
    """Return the control for the part of a long thread."""
    last = max(-(-(conversation.rows if conversation else 0) // MOST), 1)
    return mo.ui.number(1, last, value=1, step=1, label=f"Part of {last:,}")


def pane(
    session: ScoresSession,
    conversation: Conversation | None,
    *,
    part: mo.ui.number,
    sources: mo.ui.switch,
) -> mo.Html:
    """Lay out a thread with its controls.

    The control for parts appears only if the thread has several.

    Args:
        session: Scores and workspace.
        conversation: Result of `read`.
        part: Result of `parts`.
        sources: Result of `sources`.
    """
    is_long = conversation is not None and conversation.rows > MOST
    thread = draw(session, conversation, part=int(part.value or 1), sources=sources.value)
    similar = link(conversation, "search.py", "Find threads like this one", parameter="examples")
    bar = mo.hstack([similar, sources], justify="space-between", align="center")
    return mo.vstack([bar, part, thread, part] if is_long else [bar, thread], gap=0.25)


def link(conversation: Conversation | None, file: str, text: str, *, parameter: str) -> mo.Html:
    """Link from a thread to another app.

    Args:
        conversation: Result of `read`.
        file: File of the other app.
        text: Text of the link.
        parameter: Query parameter that carries the thread id.
    """
    if conversation is None:
        return mo.Html("")
    thread_id = conversation.row["thread_id"]
    address = navigation.link(file, query=f"{parameter}={thread_id}")
    anchor = f'<a href="{address}">{escape(text)}</a>'
    return mo.Html(f'<p class="wb-ways">{anchor} <span>thread {thread_id}</span></p>')


def known_instructions(workspace: Workspace, recipe: Recipe) -> dict[str, str]:
    """Return the texts of all known instructions by id, including the workspace's own."""
    own = instructions.own(workspace).select("instruction_id", "text")
    return _instruction_set(recipe.score.instructions) | dict(own.rows())


@lru_cache(maxsize=4)
def _instruction_set(name: str) -> dict[str, str]:
    """Read a recipe's set of instructions; empty if the file is gone, so pages keep working."""
    try:
        known = instructions.load(name)
    except WorkbenchError:
        return {}
    return dict(known.select("instruction_id", "text").rows())


def _nearest_instruction(
    workspace: Workspace, recipe: Recipe, row: Mapping[str, Any]
) -> str | None:
    try:
        return known_instructions(workspace, recipe).get(row["nearest_instruction"])
    except WorkbenchError:
        return None
