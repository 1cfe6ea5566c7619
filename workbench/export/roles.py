"""Roles: who of a thread is the prompter and who the assistant, as a policy."""

from collections.abc import Callable
from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.schemas import Nodes, Turns
from workbench.threads import links, pointer_jumping

PROMPTER, ASSISTANT = "prompter", "assistant"


class _Trees(NamedTuple):
    """The turns below the first root of each thread; arrays hold an entry per row.

    Args:
        turns: In reading order.
        parents: Row of the turn above, a root's own row.
        roots: Row of the root.
        authors: Number of the author. An author who is not known is nobody else, so that each such
            turn has a number of its own.
    """

    turns: pl.DataFrame
    parents: pointer_jumping.Indices
    roots: pointer_jumping.Indices
    authors: NDArray[np.integer]


def author(turns: dy.DataFrame[Turns]) -> dy.DataFrame[Nodes]:
    """Keep all turns; the opener is the prompter, everybody else the assistant.

    Roles need not alternate. As in every policy, only the first tree counts where a thread has
    several (their common root is missing), and threads without an assistant vanish.

    Args:
        turns: Whole threads.

    Returns:
        A node per turn, in reading order.

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
    trees = _first_trees(turns)
    is_prompter = trees.authors == trees.authors[trees.roots]
    return _nodes(trees.turns, is_prompter)


def dialogue(turns: dy.DataFrame[Turns]) -> dy.DataFrame[Nodes]:
    r"""Let the opener and one responder a branch take turns; merge what one author says in a row.

    Replies of an author to their own turn are one node with it, their texts joined by a newline
    in the order of their ids; what answers any of them answers the node. Each branch below the
    opening node belongs to the person who begins it, and all branches are kept. Within a branch
    only that person and the opener speak: what anybody else says, and all that hangs below it, is
    dropped.

    Args:
        turns: Whole threads.

    Returns:
        A node per run of turns, in reading order; roles alternate from a prompter down each path.

    Examples:
        >>> turns = Turns.sample(
        ...     overrides={
        ...         "thread_id": 1,
        ...         "tweet_id": [1, 2, 3, 4, 5],
        ...         "parent_id": [None, 1, 2, 3, 3],
        ...         "position": [0, 1, 2, 3, 4],
        ...         "author_id": [7, 7, 8, 9, 7],
        ...         "text": ["Why?", "I mean it.", "Because.", "No!", "Ah."],
        ...         "created_at": None,
        ...     }
        ... )
        >>> dialogue(turns).select("tweet_ids", "parent_id", "role", "text").rows()
        ... # doctest: +NORMALIZE_WHITESPACE
        [([1, 2], None, 'prompter', 'Why?\nI mean it.'),
         ([3], 1, 'assistant', 'Because.'),
         ([5], 3, 'prompter', 'Ah.')]
    """
    trees = _first_trees(turns)
    parents, authors = trees.parents, trees.authors
    rows = np.arange(len(parents))
    first, _ = pointer_jumping.follow(np.where(authors == authors[parents], parents, rows))
    is_first = first == rows
    node = (np.cumsum(is_first) - 1)[first]
    heads = np.flatnonzero(is_first)
    above, speaker, here = node[parents[heads]], authors[heads], np.arange(len(heads))
    root, depth = pointer_jumping.follow(above)
    branch, _ = pointer_jumping.follow(np.where(depth <= 1, here, above))
    is_prompter = depth % 2 == 0
    fits = speaker == speaker[np.where(is_prompter, root, branch)]
    end, _ = pointer_jumping.follow(np.where(fits, above, here))
    is_said = end == root
    merged = _merge(trees.turns, node, is_said[node])
    ids = trees.turns["tweet_id"].to_numpy()[heads]
    merged = merged.with_columns(parent_id=pl.Series(ids[above][is_said], dtype=pl.Int64))
    merged = merged.with_columns(parent_id=_other("parent_id"))
    return _nodes(merged, is_prompter[is_said])


def first_reply(turns: dy.DataFrame[Turns]) -> dy.DataFrame[Nodes]:
    """Keep the opening turn and the earliest direct reply of somebody else.

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
    trees = _first_trees(turns)
    is_answer = (trees.parents == trees.roots) & (trees.authors != trees.authors[trees.roots])
    answers = np.flatnonzero(is_answer)
    # Siblings are in the order of their ids, so that the first of a root's replies is the earliest.
    asked, earliest = np.unique(trees.parents[answers], return_index=True)
    kept = np.sort(np.concatenate([asked, answers[earliest]]))
    return _nodes(trees.turns[kept], trees.roots[kept] == kept)


#: The policies, by the name that a recipe gives them.
POLICIES: dict[str, Callable[[dy.DataFrame[Turns]], dy.DataFrame[Nodes]]] = {
    "author": author,
    "dialogue": dialogue,
    "first_reply": first_reply,
}


def _first_trees(turns: pl.DataFrame) -> _Trees:
    """Leave the turns below the first root of each thread."""
    turns = turns.sort("thread_id", "position")
    root, _ = pointer_jumping.follow(_rows_above(turns))
    turns = turns.filter(turns["position"].gather(root) == 0)
    parents = _rows_above(turns)
    known = pl.col("author_id").rank("dense").cast(pl.Int64)
    unknown = pl.int_range(pl.len()) + pl.len().cast(pl.Int64) + 1
    authors = turns.select(pl.coalesce(known, unknown)).to_series().to_numpy()
    return _Trees(turns, parents, pointer_jumping.follow(parents)[0], authors)


def _rows_above(turns: pl.DataFrame) -> pointer_jumping.Indices:
    """Give the row of each turn's parent; its own row where it has none."""
    rows = turns.select(parent_id="tweet_id", row=pl.int_range(pl.len()))
    found = turns.select("parent_id").join(rows, on="parent_id", how="left", maintain_order="left")
    return found.select(pl.coalesce("row", pl.int_range(pl.len()))).to_series().to_numpy()


def _merge(
    turns: pl.DataFrame, node: pointer_jumping.Indices, is_kept: links.Flags
) -> pl.DataFrame:
    """Make one row of the turns of each node; the rest is as in the first of them."""
    runs = turns.with_columns(node=node).filter(is_kept).sort("node", "tweet_id")
    flags = ["is_truncated", "is_sensitive", "has_media"]
    joined = ["text", "tweet_ids", "hashtags", *flags]
    merged = runs.group_by("node", maintain_order=True).agg(
        pl.exclude("node", *joined).first(),
        pl.col("text").str.join("\n"),
        pl.col("tweet_id").alias("tweet_ids"),
        pl.col("hashtags").list.explode(keep_nulls=False, empty_as_null=False),
        pl.col(flags).max(),
    )
    tags = pl.col("hashtags").list.unique().list.sort()
    return merged.with_columns(hashtags=tags)


def _other(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != pl.col("tweet_id")).then(column)


def _nodes(turns: pl.DataFrame, is_prompter: links.Flags) -> dy.DataFrame[Nodes]:
    """Write the roles down, drop threads without an assistant, and number what is left anew."""
    is_assistant = pl.col("role") == ASSISTANT
    nodes = (
        turns.with_columns(
            role=pl.when(pl.lit(pl.Series(is_prompter, dtype=pl.Boolean)))
            .then(pl.lit(PROMPTER))
            .otherwise(pl.lit(ASSISTANT))
        )
        .filter(is_assistant.any().over("thread_id"))
        .sort("tweet_id")
    )
    if "tweet_ids" not in nodes.columns:
        nodes = nodes.with_columns(tweet_ids=pl.concat_list("tweet_id"))
    parents = _rows_above(nodes)
    threads = nodes.select(pl.col("thread_id").rank("dense") - 1).to_series().to_numpy()
    return (
        nodes.with_columns(
            depth=pointer_jumping.follow(parents)[1],
            position=pointer_jumping.reading_order(parents, threads),
        )
        .sort("thread_id", "position")
        .select(Nodes.column_names())
        .pipe(Nodes.validate)
    )
