"""Read one thread from a workspace, for `workbench show` and `Workspace.thread`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dataframely as dy
import polars as pl

from workbench import instructions, selection
from workbench.exceptions import StageError, WorkbenchError, WorkspaceError
from workbench.export import roles
from workbench.hydration import missing_tweets
from workbench.pipeline import freshness, stages
from workbench.recipe import Recipe
from workbench.schemas import Turns
from workbench.selection import by_hand, hand_list
from workbench.storage import Workspace
from workbench.threads import text_search


@dataclass(frozen=True)
class Conversation:
    """One thread, ready to be shown.

    Args:
        thread_id: Its id.
        turns: Its turns, in reading order.
        gone: Reason for each missing tweet, by id. Turns with an id in it are not shown.
        roles: Role by `tweet_id` under the role policy of the recipe; other turns are left out.
        answers: Probability that a reply answers the turn above it, by `tweet_id`.
        scores: Its row of the scores; empty if it is not scored.
        verdict: Its row of the verdicts; None if no selection is up to date. If somebody decided by
            hand on the thread, the masks are those of the rules alone.
        nearest: Known instruction most similar to the opening tweet.
        decision: What was decided by hand on it, and why; None if the rules decided.
    """

    thread_id: int
    turns: pl.DataFrame
    gone: Mapping[int, str]
    roles: Mapping[int, str]
    answers: Mapping[int, float]
    scores: Mapping[str, Any]
    verdict: Mapping[str, Any] | None
    nearest: str | None
    decision: tuple[by_hand.Decision, str] | None = None


def read(workspace: Workspace, recipe: Recipe, name: str) -> Conversation:
    """Read the thread with an id, or with a turn of this id.

    Args:
        workspace: Workspace with threads; scores and verdicts are read if they are there.
        recipe: Names the role policy and the known instructions.
        name: Id of a thread or of a tweet in it, or the address of a tweet.

    Raises:
        StageError: If the text is no id.
        WorkspaceError: If no thread contains it.
    """
    tweet_id = text_search.parse_id(name)
    if tweet_id is None:
        msg = f"{name[:60]!r} is not the id of a thread or a tweet."
        raise StageError(msg, hint="`workbench search TEXT` finds threads and lists their ids.")
    turns = _turns(workspace, tweet_id)
    thread_id = int(turns["thread_id"][0])
    is_thread = pl.col("thread_id") == thread_id
    answers = pl.DataFrame(roles.NOT_RATED)
    if workspace.has("reply_scores"):
        rated = workspace.scan("reply_scores").filter(is_thread)
        answers = rated.select("tweet_id", "answer").collect()
    nodes = roles.assign(turns, policy=recipe.export.roles, answers=answers)
    scores = _row(workspace, "scores", thread_id) or {}
    select = stages.BY_NAME["select"]
    is_selected = workspace.has("verdicts") and freshness.is_current(workspace, recipe, select)
    verdict = _row(workspace, "verdicts", thread_id) if is_selected else None
    decision = _decision(workspace, thread_id) if verdict else None
    if decision and scores:
        verdict = (verdict or {}) | _rules_alone(workspace, recipe, thread_id)
    return Conversation(
        thread_id=thread_id,
        turns=turns,
        gone=missing_tweets.of_thread(workspace, turns),
        roles=dict(nodes.select("tweet_ids", "role").explode("tweet_ids").rows()),
        answers=dict(answers.rows()),
        scores=scores,
        verdict=verdict,
        nearest=_instruction(workspace, recipe, scores.get("nearest_instruction")),
        decision=decision,
    )


def _decision(workspace: Workspace, thread_id: int) -> tuple[by_hand.Decision, str] | None:
    """Return the decision by hand on a thread and its note, if there is one."""
    rows = hand_list.load(workspace).filter(what="thread", id=thread_id)
    return rows.select("decision", "note").row(0) if rows.height else None


def _rules_alone(workspace: Workspace, recipe: Recipe, thread_id: int) -> dict[str, Any]:
    """Return the masks of the rules for a thread, as if nobody had decided by hand."""
    row = workspace.scan("scores").filter(pl.col("thread_id") == thread_id)
    return selection.masks(row, settings=recipe.select).drop("thread_id").row(0, named=True)


def _turns(workspace: Workspace, tweet_id: int) -> dy.DataFrame[Turns]:
    """Read the turns of a thread by its own id, else by the id of one of its turns."""
    turns = workspace.scan("turns")
    if set(Turns.column_names()) - set(turns.collect_schema().names()):
        msg = f"An earlier version wrote the threads of {workspace.root}."
        raise WorkspaceError(msg, hint="write them again: `workbench run`.")
    thread = turns.filter(pl.col("thread_id") == tweet_id).collect()
    if thread.is_empty():
        has_id = (pl.col("tweet_id") == tweet_id) | (pl.col("reply_to_id") == tweet_id)
        ids = turns.filter(has_id).select("thread_id").head(1).collect()["thread_id"]
        thread = turns.filter(pl.col("thread_id").is_in(ids.implode())).collect()
    if thread.height:
        return Turns.cast(thread.sort("position"))
    is_read = workspace.has("tweets") and (
        workspace.scan("tweets").filter(pl.col("tweet_id") == tweet_id).head(1).collect().height
    )
    if reason := missing_tweets.reasons(workspace, [tweet_id]).get(tweet_id):
        msg = f"The tweet {tweet_id} is missing: {reason}."
    elif is_read:
        msg = f"The tweet {tweet_id} is in no thread: it has no reply, and answers none."
    else:
        msg = f"The workspace {workspace.root} contains no tweet {tweet_id}."
    raise WorkspaceError(msg, hint="`workbench search TEXT` finds threads and lists their ids.")


def _row(workspace: Workspace, table: str, thread_id: int) -> dict[str, object] | None:
    if not workspace.has(table):
        return None
    rows = workspace.scan(table).filter(pl.col("thread_id") == thread_id).collect().to_dicts()
    return rows[0] if rows else None


def _instruction(workspace: Workspace, recipe: Recipe, instruction_id: object) -> str | None:
    """Return the text of a known instruction; None if there is none or its file is gone."""
    if instruction_id is None:
        return None
    try:
        known = instructions.known(workspace, recipe)
    except WorkbenchError:
        return None
    texts = known.filter(pl.col("instruction_id") == instruction_id)["text"]
    return str(texts[0]) if len(texts) else None
