"""The role policy `dialogue`: the opener and one responder per branch take turns."""

from collections import Counter
from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.export import continuations, role_trees
from workbench.schemas import Nodes, Turns
from workbench.threads import id_arrays, pointer_jumping


def dialogue(
    turns: dy.DataFrame[Turns],
    cuts: Counter[str] | None = None,
    written: pl.DataFrame | None = None,
) -> dy.DataFrame[Nodes]:
    r"""Keep alternating dialogues between the opener and one responder per branch.

    1. Join runs: replies of authors to their own turn become one node with it, if they continue it
       (see `continuations`). Anything that answers one of these turns answers the node.
    2. Place the nodes: find the root, the depth and the branch of each. A branch is a direct reply
       to the root with everything below it; it belongs to the author of that reply.
    3. Keep the speakers: the opener speaks at even depths, the owner of the branch at odd ones.
       Drop what anybody else says, what authors add to their own turn later, and everything below.
    4. Merge texts: join the texts of a node by newlines, in the order of their ids. Empty texts,
       of pictures for example, add no line.

    Args:
        turns: Whole threads.
        cuts: Counter of dropped turns; added to: `added_later` for what speakers add to their own
            turn later, `below_a_cut` for everything below that.
        written: `tweet_id` and `text` before cleaning, if the texts are cleaned.

    Returns:
        One node per run, in reading order. Roles alternate on every path, from a prompter.

    Examples:
        Ann (7) opens and Bob (8) replies; Eve (9) answers in Bob's branch, so her turn is dropped::

            1 Ann: Why?
            └─ 2 Ann: I mean it.       step 1: one node with 1
               └─ 3 Bob: Because.      step 2: begins a branch, which belongs to Bob
                  ├─ 4 Eve: No!        step 3: dropped, neither Ann nor Bob
                  └─ 5 Ann: Ah.

        >>> turns = Turns.sample(
        ...     overrides={
        ...         "thread_id": 1,
        ...         "tweet_id": [1, 2, 3, 4, 5],
        ...         "parent_id": [None, 1, 2, 3, 3],
        ...         "position": [0, 1, 2, 3, 4],
        ...         "author_id": [7, 7, 8, 9, 7],
        ...         "text": ["Why?", "I mean it.", "Because.", "No!", "Ah."],
        ...         "created_at": None,
        ...         "is_inferred": False,
        ...         "is_placed": True,
        ...     }
        ... )
        >>> dialogue(turns).select("tweet_ids", "parent_id", "role", "text").rows()
        ... # doctest: +NORMALIZE_WHITESPACE
        [([1, 2], None, 'prompter', 'Why?\nI mean it.'),
         ([3], 1, 'assistant', 'Because.'),
         ([5], 3, 'prompter', 'Ah.')]
    """
    trees = role_trees.first_trees(turns)
    runs = _join_runs(trees, continuations.continues(trees, written))
    places = _place(runs)
    is_kept, is_late = _keep_speakers(runs, places)
    if cuts is not None:
        sizes = np.bincount(runs.of_turn, minlength=len(is_kept))
        cuts["added_later"] += int(sizes[is_late].sum())
        cuts["below_a_cut"] += int(sizes[_below(runs, is_late)].sum())
    merged = _merge_texts(trees.turns, runs, is_kept)
    return role_trees.to_nodes(merged, places.is_prompter[is_kept])


class _Runs(NamedTuple):
    """Successive turns of one author, joined; arrays have one entry per run except `of_turn`.

    Args:
        of_turn: Number of each turn's run, one entry per row.
        first: Row of the run's first turn.
        above: Number of the run above, a root's own number.
        authors: Number of the author.
    """

    of_turn: pointer_jumping.Indices
    first: pointer_jumping.Indices
    above: pointer_jumping.Indices
    authors: NDArray[np.integer]


class _Places(NamedTuple):
    """Where each run is in its tree; arrays have one entry per run.

    Args:
        root: Run at the root of the tree.
        branch: Run that begins the branch; the root is its own branch.
        is_prompter: Whether the depth is even: the opener's turn to speak.
    """

    root: pointer_jumping.Indices
    branch: pointer_jumping.Indices
    is_prompter: id_arrays.Flags


def _join_runs(trees: role_trees.Trees, is_joined: id_arrays.Flags) -> _Runs:
    """Step 1 of `dialogue`: join successive turns of one author."""
    rows = np.arange(len(trees.parents))
    first, _ = pointer_jumping.follow(np.where(is_joined, trees.parents, rows))
    is_first = first == rows
    of_turn = (np.cumsum(is_first) - 1)[first]
    first_rows = np.flatnonzero(is_first)
    above = of_turn[trees.parents[first_rows]]
    return _Runs(of_turn, first_rows, above, trees.authors[first_rows])


def _place(runs: _Runs) -> _Places:
    """Step 2 of `dialogue`: find the root, the branch and the role of each run."""
    root, depth = pointer_jumping.follow(runs.above)
    begins_branch = depth <= 1
    branch, _ = pointer_jumping.follow(np.where(begins_branch, np.arange(len(root)), runs.above))
    return _Places(root, branch, depth % 2 == 0)


def _keep_speakers(runs: _Runs, places: _Places) -> tuple[id_arrays.Flags, id_arrays.Flags]:
    """Step 3 of `dialogue`: mark the runs whose whole path to the root is by the speakers.

    Returns:
        These runs, and the runs that their authors add later, which are not among them.
    """
    speaker = runs.authors[np.where(places.is_prompter, places.root, places.branch)]
    adds_to_own = runs.authors == runs.authors[runs.above]
    adds_to_own[places.root] = False
    is_speaker = (runs.authors == speaker) & ~adds_to_own
    # Climb from each run while the speakers alternate: up to the root, or to somebody else.
    end, _ = pointer_jumping.follow(np.where(is_speaker, runs.above, np.arange(len(speaker))))
    is_kept = end == places.root
    return is_kept, adds_to_own & is_kept[runs.above]


def _below(runs: _Runs, is_top: id_arrays.Flags) -> id_arrays.Flags:
    """Mark the runs below some runs, without these."""
    rows = np.arange(len(is_top))
    top, _ = pointer_jumping.follow(np.where(is_top, rows, runs.above))
    return is_top[top] & ~is_top


def _merge_texts(turns: pl.DataFrame, runs: _Runs, is_kept: id_arrays.Flags) -> pl.DataFrame:
    """Step 4 of `dialogue`: make one row per kept run; the first turn gives the other columns."""
    kept = turns.with_columns(run=runs.of_turn, tweet_ids=pl.concat_list("tweet_id")).filter(
        is_kept[runs.of_turn]
    )
    # Most runs have one turn, and grouping them would take half of the time.
    is_single = (np.bincount(runs.of_turn) == 1)[kept["run"].to_numpy()]
    merged = pl.concat([kept.filter(is_single), _joined(kept.filter(~is_single))]).sort("run")
    first_ids = turns["tweet_id"].to_numpy()[runs.first]
    parents = pl.Series("parent_id", first_ids[runs.above][is_kept], dtype=pl.Int64)
    is_root = parents == merged["tweet_id"]
    hashtags = pl.col("hashtags").list.unique().list.sort()
    return merged.drop("run").with_columns(parents.set(is_root, None), hashtags)


def _joined(turns: pl.DataFrame) -> pl.DataFrame:
    """Make one row of the turns of each run; columns as before."""
    flags = ["is_truncated", "is_sensitive", "has_media"]
    joined = ["text", "tweet_ids", "hashtags", *flags]
    return (
        turns.sort("run", "tweet_id")
        .group_by("run", maintain_order=True)
        .agg(
            pl.exclude("run", *joined).first(),
            pl.col("text").filter(pl.col("text") != "").str.join("\n"),
            pl.col("tweet_id").alias("tweet_ids"),
            pl.col("hashtags").list.explode(keep_nulls=False, empty_as_null=False),
            pl.col(flags).max(),
        )
        .select(turns.columns)
    )
