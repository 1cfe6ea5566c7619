"""Read one thread from the workspace and draw it with its scores, roles and missing tweets.

Every page that lists threads shows the selected one with this module.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import marimo as mo
import polars as pl

from workbench import instructions
from workbench.dashboard.components import (
    navigation,
    near_duplicates,
    rule_checklist,
)
from workbench.dashboard.components.hand_decisions import HandDecisions
from workbench.dashboard.components.rule_checklist import Check
from workbench.dashboard.components.thread_cards import FACTS
from workbench.dashboard.components.thread_labels import ThreadLabels
from workbench.dashboard.components.thread_view import ThreadView
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import html, numbers, thread_outline
from workbench.exceptions import WorkbenchError
from workbench.export import roles
from workbench.hydration import missing_tweets
from workbench.library import turn_facts
from workbench.recipe import Recipe
from workbench.schemas.measures import MEASURES
from workbench.schemas.own_measures import OwnMeasure
from workbench.storage import Workspace

#: Turns and gaps drawn at once of a long thread.
MOST = 200

#: Returns one sentence on why a row of the scores is listed.
Explain = Callable[[dict[str, Any]], str]

#: Pages that can go on with a thread: file -> (text of the link, query parameter of the thread).
LINKS = {
    "read_threads.py": ("Open in Read", "thread"),
    "search.py": ("Find similar threads", "examples"),
}

_NOTHING_OPEN = '<p class="wb-gap">Choose a thread in the list to read it.</p>'


@dataclass(frozen=True)
class Conversation:
    """One thread, ready to be drawn.

    Args:
        row: Its row of the scores, with `removed_by`.
        turns: Its turns, in reading order.
        gone: Reason for each missing tweet, by id. Turns with an id in it are not shown.
        roles: Role by `tweet_id` under the recipe's role policy.
        answers: Probability that a reply answers the turn above it, by `tweet_id`.
        policy: Name of that role policy.
        checks: The active rules of the recipe, each checked.
        verdict: Sentence on why the thread is listed, kept or removed.
        nearest: Known instruction most similar to the opening tweet.
        twins: Near duplicates, as returned by `near_duplicates.read`.
    """

    row: Mapping[str, Any]
    turns: pl.DataFrame
    gone: dict[int, str]
    roles: dict[int, str]
    answers: dict[int, float]
    policy: str
    checks: list[Check]
    verdict: str
    nearest: str | None
    twins: pl.DataFrame


def read(
    session: ScoresSession,
    rows: pl.DataFrame,
    thread_id: int | None,
    *,
    recipe: Recipe,
    explain: Explain | None = None,
) -> Conversation | None:
    """Read the thread that is open in a list, or return None if none is.

    Args:
        session: Scores and workspace.
        rows: Listed rows of the scores, with `removed_by`.
        thread_id: The open thread.
        recipe: Its rules are checked; it also names the known instructions and the role policy.
        explain: Returns a sentence on why a row is listed, if not by the rules.
    """
    listed = rows.filter(pl.col("thread_id") == (thread_id or 0))
    if listed.is_empty():
        return None
    row = listed.row(0, named=True)
    turns = session.turns(row["thread_id"])
    answers = session.answers(pl.Series([row["thread_id"]])).select("tweet_id", "answer")
    nodes = roles.assign(turns, policy=recipe.export.roles, answers=answers)
    checks = rule_checklist.of_thread(session, row["thread_id"], recipe.select)
    return Conversation(
        row=row,
        turns=turns,
        gone=missing_tweets.of_thread(session.workspace, turns),
        roles=dict(nodes.select("tweet_ids", "role").explode("tweet_ids").rows()),
        policy=recipe.export.roles,
        answers=dict(answers.rows()),
        checks=checks,
        verdict=explain(row) if explain else rule_checklist.sentence(checks),
        nearest=_nearest_instruction(session.workspace, recipe, row),
        twins=near_duplicates.read(session, row),
    )


def draw(
    session: ScoresSession,
    conversation: Conversation | None,
    *,
    words: str = "",
    labels: ThreadLabels | None = None,
    on_name: Callable[[str], None] | None = None,
    page: str = "",
    height: str = "36rem",
) -> mo.Html:
    """Draw a thread, or ask the reader to open one.

    Args:
        session: Scores and workspace; the ledger is read from there.
        conversation: Result of `read`.
        words: Search text; its matches are marked.
        labels: Labels of the opening tweet; None if it cannot be labelled here.
        on_name: Called with the name of the person who labels.
        page: File of the page, to which no link is needed.
        height: Greatest height, as a CSS length.
    """
    if conversation is None:
        return mo.Html(_NOTHING_OPEN)
    outline = thread_outline.from_turns(conversation.turns, gone=conversation.gone)
    facts = turn_facts.scores(conversation.row, answers=conversation.answers)
    sources = turn_facts.sources(session.workspace, conversation.turns)

    def part(number: int) -> tuple[str, int]:
        drawn = html.part(
            conversation.turns,
            roles=conversation.roles,
            facts=facts,
            gone=conversation.gone,
            sources=sources,
            words=words,
            first=number * MOST,
            most=MOST,
        )
        return drawn, int(outline.slice((number + 1) * MOST)["tweet_id"].count())

    view = ThreadView(
        conversation.row["thread_id"],
        head=_head(conversation, own=session.own),
        part=part,
        links=[
            (text, navigation.link(file, query=f"{name}={conversation.row['thread_id']}"))
            for file, (text, name) in LINKS.items()
            if file != page
        ],
        labels=labels,
        on_name=on_name,
        hand=HandDecisions(
            session.workspace, conversation.row["thread_id"], conversation.turns["tweet_id"]
        ),
        height=height,
    )
    return mo.ui.anywidget(view)


def show(
    session: ScoresSession,
    rows: pl.DataFrame,
    thread_id: int | None,
    *,
    recipe: Recipe,
    explain: Explain | None = None,
) -> mo.Html:
    """Read and draw the thread that is open in a list; see `read` for the arguments."""
    return draw(session, read(session, rows, thread_id, recipe=recipe, explain=explain))


def _head(conversation: Conversation, *, own: Sequence[OwnMeasure]) -> str:
    """Render what is above the turns: verdict, rules, facts and near duplicates.

    The rules that fail are in view; all else of length is folded, so that the turns are near.
    """
    is_kept = rule_checklist.is_kept(conversation.checks)
    policy = conversation.policy.replace("_", " ")
    exported = (
        f"Turns with a coloured edge are exported, by the role policy “{policy}”."
        if is_kept
        else f"Not exported. The roles show what the policy “{policy}” would make of it."
    )
    facts = {
        MEASURES[column].short: numbers.measure(conversation.row[column], column)
        for column in FACTS
    }
    facts |= {
        each.measure.short: numbers.measure(conversation.row.get(each.name), each.name)
        for each in own
    }
    failed = [check for check in conversation.checks if not check.passes]
    passed = [check for check in conversation.checks if check.passes]
    count = f"{len(passed):,} rule{'' if len(passed) == 1 else 's'}"
    duplicates = near_duplicates.draw(conversation.twins, conversation.row)
    return (
        f'<div class="wb-thread-head"><p class="wb-verdict">{escape(conversation.verdict)}</p>'
        f"{rule_checklist.draw(failed)}<details><summary>Facts, and {count} that pass</summary>"
        f"{html.header(None, conversation.nearest, facts)}{rule_checklist.draw(passed)}</details>"
        f'{duplicates}<p class="wb-exported">{exported}</p></div>'
    )


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
