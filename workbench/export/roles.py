"""Decide who is the prompter and who the assistant in a thread, by one of three policies.

A recipe names the policy, see `POLICIES`. Every policy uses only the first tree of a thread, and
drops threads without an assistant.
"""

from collections import Counter
from collections.abc import Callable, Collection

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.export.dialogue import dialogue
from workbench.export.role_trees import first_trees, to_nodes
from workbench.schemas import Nodes, Turns, answer_step


def author(turns: dy.DataFrame[Turns]) -> dy.DataFrame[Nodes]:
    """Keep all turns: the opener is the prompter, everybody else the assistant.

    Roles need not alternate.

    Args:
        turns: Whole threads.

    Returns:
        One node per turn, in reading order.

    Examples:
        >>> turns = Turns.sample(
        ...     overrides={
        ...         "thread_id": 1,
        ...         "tweet_id": [1, 2, 3],
        ...         "parent_id": [None, 1, 2],
        ...         "position": [0, 1, 2],
        ...         "author_id": [7, 8, 7],
        ...         "created_at": None,
        ...         "is_inferred": False,
        ...         "is_placed": True,
        ...     }
        ... )
        >>> author(turns).select("tweet_id", "parent_id", "role").rows()
        [(1, None, 'prompter'), (2, 1, 'assistant'), (3, 2, 'prompter')]
    """
    trees = first_trees(turns)
    is_prompter = trees.authors == trees.authors[trees.roots]
    return to_nodes(trees.turns, is_prompter)


def first_reply(
    turns: dy.DataFrame[Turns],
    answers: pl.DataFrame | None = None,
    dropped: Collection[int] = (),
) -> dy.DataFrame[Nodes]:
    """Keep the opening turn and one direct reply by somebody else: the best, or the earliest.

    A reply without text is no answer, for example a picture after cleaning.

    Args:
        turns: Whole threads.
        answers: `tweet_id` and `answer` of the rated replies. The reply with the best answer is
            kept, among equal ones the one with the most likes. Without them, the earliest is.
        dropped: Tweets that were dropped by hand; another reply takes their place.

    Returns:
        Two nodes per thread.

    Examples:
        >>> turns = Turns.sample(
        ...     overrides={
        ...         "thread_id": 1,
        ...         "tweet_id": [1, 2, 3, 4],
        ...         "parent_id": [None, 1, 1, 1],
        ...         "position": [0, 1, 2, 3],
        ...         "author_id": [7, 7, 8, 9],
        ...         "created_at": None,
        ...         "is_inferred": False,
        ...         "is_placed": True,
        ...     }
        ... )
        >>> first_reply(turns).select("tweet_id", "parent_id", "role").rows()
        [(1, None, 'prompter'), (3, 1, 'assistant')]
    """
    trees = first_trees(turns)
    has_text = (trees.turns["text"] != "").to_numpy()
    is_direct = trees.parents == trees.roots
    is_answer = is_direct & has_text & (trees.authors != trees.authors[trees.roots])
    if dropped:
        is_answer &= ~trees.turns["tweet_id"].is_in(list(dropped)).to_numpy()
    # Siblings are sorted by id, so the first reply to a root is the earliest.
    rows = np.flatnonzero(is_answer)
    if answers is not None:
        rows = rows[_best_first(trees.turns[rows], answers)]
    roots, first = np.unique(trees.parents[rows], return_index=True)
    kept = np.sort(np.concatenate([roots, rows[first]]))
    return to_nodes(trees.turns[kept], trees.roots[kept] == kept)


def _best_first(replies: pl.DataFrame, answers: pl.DataFrame) -> NDArray[np.integer]:
    """Return the order of replies: best answer, then most likes, then earliest; unknown last."""
    rated = replies.select("tweet_id", "likes").join(
        answers, on="tweet_id", how="left", maintain_order="left"
    )
    keys = rated.select(
        row=pl.int_range(pl.len()),
        step=answer_step("answer").fill_null(-1),
        likes=pl.col("likes").cast(pl.Int64).fill_null(-1),
    )
    ordered = keys.sort("step", "likes", "row", descending=[True, True, False])
    return ordered["row"].to_numpy()


#: Policy by its name in a recipe.
POLICIES: dict[str, Callable[[dy.DataFrame[Turns]], dy.DataFrame[Nodes]]] = {
    "author": author,
    "dialogue": dialogue,
    "first_reply": first_reply,
}

#: Ratings of no reply at all.
NOT_RATED = pl.DataFrame(schema={"tweet_id": pl.Int64, "answer": pl.Float32})


def assign(
    turns: dy.DataFrame[Turns],
    *,
    policy: str,
    answers: pl.DataFrame | None = None,
    cuts: Counter[str] | None = None,
    written: pl.DataFrame | None = None,
    dropped: Collection[int] = (),
) -> dy.DataFrame[Nodes]:
    """Apply a policy.

    Args:
        turns: Whole threads.
        policy: Name in `POLICIES`.
        answers: `tweet_id` and `answer` of the rated replies; None if none was rated.
        cuts: Counter of dropped turns by reason, see `cut_reasons`; added to. Turns that a policy
            drops without a reason of their own have no role.
        written: `tweet_id` and `text` before cleaning, if the texts are cleaned.
        dropped: Tweets that were dropped by hand. Only `first_reply` needs to know them;
            `conversation_trees` leaves them out.

    Returns:
        The nodes, in reading order.
    """
    if policy == "first_reply":
        return first_reply(turns, answers, dropped)
    if policy == "dialogue":
        return dialogue(turns, cuts, written)
    return POLICIES[policy](turns)
