"""Decide who is the prompter and who the assistant in a thread, by one of three policies.

A recipe names the policy, see `POLICIES`. Every policy uses only the first tree of a thread, and
drops threads without an assistant.
"""

from collections.abc import Callable

import dataframely as dy
import numpy as np

from workbench.export.dialogue import dialogue
from workbench.export.role_trees import first_trees, to_nodes
from workbench.schemas import Nodes, Turns


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
        ...     }
        ... )
        >>> author(turns).select("tweet_id", "parent_id", "role").rows()
        [(1, None, 'prompter'), (2, 1, 'assistant'), (3, 2, 'prompter')]
    """
    trees = first_trees(turns)
    is_prompter = trees.authors == trees.authors[trees.roots]
    return to_nodes(trees.turns, is_prompter)


def first_reply(turns: dy.DataFrame[Turns]) -> dy.DataFrame[Nodes]:
    """Keep the opening turn and the earliest direct reply by somebody else.

    Args:
        turns: Whole threads.

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
        ...     }
        ... )
        >>> first_reply(turns).select("tweet_id", "parent_id", "role").rows()
        [(1, None, 'prompter'), (3, 1, 'assistant')]
    """
    trees = first_trees(turns)
    is_answer = (trees.parents == trees.roots) & (trees.authors != trees.authors[trees.roots])
    answers = np.flatnonzero(is_answer)
    # Siblings are sorted by id, so the first reply to a root is the earliest.
    roots, earliest = np.unique(trees.parents[answers], return_index=True)
    kept = np.sort(np.concatenate([roots, answers[earliest]]))
    return to_nodes(trees.turns[kept], trees.roots[kept] == kept)


#: Policy by its name in a recipe.
POLICIES: dict[str, Callable[[dy.DataFrame[Turns]], dy.DataFrame[Nodes]]] = {
    "author": author,
    "dialogue": dialogue,
    "first_reply": first_reply,
}
