"""Conversation: one thread with all that is known of it and of each of its turns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import PurePath
from typing import Any

import marimo as mo
import polars as pl

from workbench import instructions, selection
from workbench.dashboard.components import navigation, near_duplicates
from workbench.dashboard.components.thread_table import FACTS
from workbench.dashboard.session import missing_tweets
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import html, thread_outline
from workbench.exceptions import WorkbenchError
from workbench.export.roles import POLICIES
from workbench.recipe import CATALOGUE, Recipe
from workbench.storage import Workspace

#: Turns, and gaps among them, that are drawn at once.
MOST = 200


@dataclass(frozen=True)
class Conversation:
    """One thread, read and ready to be drawn.

    Args:
        row: Its row of the scores, with `removed_by`.
        turns: Its turns, in reading order.
        gone: Why tweets are missing, by id; turns among them are not to be shown.
        roles: Role by `tweet_id` under the policy of the recipe.
        removed_by: Titles of all the rules that remove it.
        nearest: Known instruction that its opening tweet resembles most.
        rows: Turns and gaps to draw.
        twins: Its near duplicates, as `twins.read` gives them.
    """

    row: Mapping[str, Any]
    turns: pl.DataFrame
    gone: dict[int, str]
    roles: dict[int, str]
    removed_by: list[str]
    nearest: str | None
    rows: int
    twins: pl.DataFrame


def read(
    live: ScoresSession,
    found: pl.DataFrame,
    chosen: pl.DataFrame,
    *,
    verdicts: pl.DataFrame,
    recipe: Recipe,
) -> Conversation | None:
    """Read the thread that is chosen in a list; None where none is.

    Args:
        live: Where the turns are read from.
        found: Rows of the scores with `removed_by`, which the list was made from.
        chosen: Value of the list, with `place`; of several the last counts.
        verdicts: What `Live.verdicts` gives.
        recipe: Names the known instructions and the policy of roles.
    """
    if chosen.is_empty() or chosen["place"][-1] >= found.height:
        return None
    row = found.row(int(chosen["place"][-1]), named=True)
    turns = live.turns(row["thread_id"])
    try:
        nearest = known(live.workspace, recipe).get(row["nearest_instruction"])
    except WorkbenchError:
        nearest = None
    nodes = POLICIES[recipe.export.roles](turns).select("tweet_ids", "role").explode("tweet_ids")
    gone = missing_tweets.of_thread(live.workspace, turns)
    return Conversation(
        row=row,
        turns=turns,
        gone=gone,
        roles=dict(nodes.rows()),
        removed_by=_removed_by(verdicts, row["thread_id"]),
        nearest=nearest,
        rows=thread_outline.from_turns(turns, gone=gone).height if turns.height else 0,
        twins=near_duplicates.read(live, row),
    )


def draw(
    live: ScoresSession, conversation: Conversation | None, *, part: int = 1, sources: bool = False
) -> mo.Html:
    """Draw a thread, or say that none is chosen.

    Args:
        live: Where the ledger is read from.
        conversation: What `read` gives.
        part: Which part of a long thread, counted from 1.
        sources: Say of each turn where it comes from.
    """
    if conversation is None:
        return mo.Html('<p class="wb-gap">Choose a thread in the list to read it.</p>')
    drawn = html.thread(
        conversation.turns,
        verdict=_verdict(conversation.removed_by),
        nearest=conversation.nearest,
        scores={label: conversation.row[column] for column, label in FACTS.items()},
        roles=conversation.roles,
        facts=_facts(live, conversation, sources=sources),
        gone=conversation.gone,
        first=(part - 1) * MOST,
        most=MOST,
    )
    same = near_duplicates.draw(conversation.twins, conversation.row)
    return mo.Html(f'<div data-testid="thread-{conversation.row["thread_id"]}">{same}{drawn}</div>')


def sources() -> mo.ui.switch:
    """Make the choice whether to say where each turn comes from."""
    return mo.ui.switch(
        label='<span style="font-size:.75rem">where each tweet comes from</span>', value=False
    )


def parts(conversation: Conversation | None) -> mo.ui.number:
    """Make the choice of a part of a long thread."""
    last = max(-(-(conversation.rows if conversation else 0) // MOST), 1)
    return mo.ui.number(1, last, value=1, step=1, label=f"Part of {last:,}")


def pane(
    live: ScoresSession,
    conversation: Conversation | None,
    *,
    part: mo.ui.number,
    sources: mo.ui.switch,
) -> mo.Html:
    """Lay out a thread with its controls; a choice of parts only where there are several.

    Args:
        live: Where the ledger is read from.
        conversation: What `read` gives.
        part: What `parts` gives.
        sources: Whether to say where each turn comes from.
    """
    long = conversation is not None and conversation.rows > MOST
    drawn = draw(live, conversation, part=int(part.value or 1), sources=sources.value)
    like = way(conversation, "search.py", "Find threads like this one", parameter="examples")
    bar = mo.hstack([like, sources], justify="space-between", align="center")
    return mo.vstack([bar, part, drawn, part] if long else [bar, drawn], gap=0.25)


def way(conversation: Conversation | None, file: str, said: str, *, parameter: str) -> mo.Html:
    """Lead from a thread to another app.

    Args:
        conversation: What `read` gives.
        file: Where to.
        said: What to call the way.
        parameter: By what that app is told the thread.
    """
    if conversation is None:
        return mo.Html("")
    number = conversation.row["thread_id"]
    address = navigation.link(file, query=f"{parameter}={number}")
    link = f'<a href="{address}">{escape(said)}</a>'
    return mo.Html(f'<p class="wb-ways">{link} <span>thread {number}</span></p>')


def _verdict(removed_by: list[str]) -> str:
    if not removed_by:
        return "Kept by every rule."
    rest = f"; also by {', '.join(removed_by[1:])}" if removed_by[1:] else ""
    return f"Removed by the rule “{removed_by[0]}”{rest}."


def _removed_by(verdicts: pl.DataFrame, thread_id: int) -> list[str]:
    row = verdicts.filter(pl.col("thread_id") == thread_id)
    return [
        CATALOGUE[name.removeprefix(selection.PASSES)].title
        for name in verdicts.columns
        if name.startswith(selection.PASSES) and not row[name].all()
    ]


def _facts(
    live: ScoresSession, conversation: Conversation, *, sources: bool
) -> dict[int, dict[str, Any]]:
    """Gather what is known of single turns."""
    row = conversation.row
    facts: dict[int, dict[str, Any]] = {
        row["root_id"]: {"fits": row["suitability"], "similarity": row["similarity"]}
    }
    if row["best_reply_id"] is not None:
        facts[row["best_reply_id"]] = {"best reply, answers": row["answer"]}
    if sources:
        for tweet_id, said in _sources(live, conversation.turns).items():
            facts.setdefault(tweet_id, {})["from"] = said
    return facts


def _sources(live: ScoresSession, turns: pl.DataFrame) -> dict[int, str]:
    """Say of each turn which line of which file it was read from."""
    members = turns["member"].unique().implode()
    ledger = live.workspace.scan("ledger").filter(pl.col("member").is_in(members))
    files = {
        member: f"{PurePath(archive).name} {name}".strip()
        for member, archive, name in ledger.select("member", "archive", "name").collect().rows()
    }
    return {
        tweet_id: f"{source}, {files.get(member, 'a file that the ledger does not know')}, "
        f"line {line:,}{', inside another tweet' if is_embedded else ''}"
        for tweet_id, source, member, line, is_embedded in turns.select(
            "tweet_id", "source", "member", "line", "is_embedded"
        ).rows()
    }


def verdict(row: dict[str, Any]) -> str:
    """Say in a sentence what the recipe decides on a thread."""
    if row["removed_by"] is None:
        return "Kept by every rule."
    return f"Removed first by the rule “{CATALOGUE[row['removed_by']].title}”."


def reader(
    live: ScoresSession,
    rows: pl.DataFrame,
    chosen: pl.DataFrame,
    *,
    recipe: Recipe,
    tell: Callable[[dict[str, Any]], str] = verdict,
) -> mo.Html:
    """Draw the chosen thread with what is known of it, and who would be who in an export.

    Args:
        live: Where the turns are read from.
        rows: What `table` was made from.
        chosen: Value of the table.
        recipe: Names the known instructions and the policy of roles.
        tell: Says of a row why it is listed.
    """
    if chosen.is_empty():
        return mo.Html('<p class="wb-gap">Choose a thread in the list to read it.</p>')
    row = rows.row(chosen["place"][0], named=True)
    turns = live.turns(row["thread_id"])
    nodes = POLICIES[recipe.export.roles](turns).select("tweet_ids", "role").explode("tweet_ids")
    return mo.Html(
        near_duplicates.draw(near_duplicates.read(live, row), row)
        + html.thread(
            turns,
            verdict=tell(row),
            nearest=known(live.workspace, recipe).get(row["nearest_instruction"]),
            scores={label: row[column] for column, label in FACTS.items()},
            roles=dict(nodes.rows()),
            gone=missing_tweets.of_thread(live.workspace, turns),
        )
    )


def known(workspace: Workspace, recipe: Recipe) -> dict[str, str]:
    """Give known instructions by id, those of the workspace too."""
    own = instructions.own(workspace).select("instruction_id", "text")
    return _set(recipe.score.instructions) | dict(own.rows())


@lru_cache(maxsize=4)
def _set(name: str) -> dict[str, str]:
    """Read the set of a recipe; nothing where the file is gone, the page works without."""
    try:
        found = instructions.load(name)
    except WorkbenchError:
        return {}
    return dict(found.select("instruction_id", "text").rows())
