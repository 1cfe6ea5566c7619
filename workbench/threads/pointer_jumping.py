"""Find roots, depths and reading order of trees without recursion.

Threads can be thousands of replies deep, and a table has millions of them. These functions handle
all trees of a table at once.
"""

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.integer]


def follow(pointer: Indices) -> tuple[Indices, NDArray[np.uint32]]:
    """Follow pointers to their ends by pointer jumping.

    The number of rounds is the logarithm to base 2 of the longest path. A round only touches the
    entries that have not reached their end. Pointers must not form cycles.

    Args:
        pointer: Index of the next entry; the own index at the end of a path.

    Returns:
        The end of each path, and its number of steps.

    Examples:
        >>> follow(np.array([0, 0, 1, 2, 4]))[0].tolist()
        [0, 0, 0, 0, 4]
        >>> follow(np.array([0, 0, 1, 2, 4]))[1].tolist()
        [0, 1, 2, 3, 0]
    """
    end = pointer.copy()
    steps = (end != np.arange(len(end))).astype(np.uint32)
    active = np.flatnonzero(steps[end])
    while active.size:
        via = end[active]
        steps[active] += steps[via]
        end[active] = end[via]
        active = active[steps[end[active]] > 0]
    return end, steps


def reading_order(parents: Indices, threads: Indices) -> NDArray[np.uint32]:
    """Number the turns of each thread depth first: parents before replies, siblings by index.

    Every turn points to the turn that is read next. That is its first reply, else the next sibling
    of its nearest ancestor that has one. The distance to the end of the thread gives the position.

    Args:
        parents: Index of the parent; the own index of a root.
        threads: Number of the thread, from 0. The roots of one thread are siblings.

    Examples:
        >>> reading_order(np.array([0, 0, 0, 1, 4]), np.array([0, 0, 0, 0, 1])).tolist()
        [0, 1, 3, 2, 0]
    """
    total = len(parents)
    own = np.arange(total)
    is_root = parents == own
    first_reply, next_sibling = _relatives(parents, threads, is_root=is_root)
    # Climb while there is no next sibling: that ends at a turn with one, or at a root.
    branching, _ = follow(np.where((next_sibling < total) | is_root, own, parents))
    following = np.where(first_reply < total, first_reply, next_sibling[branching])
    _, remaining = follow(np.r_[following, total])
    return (np.bincount(threads)[threads] - remaining[:-1]).astype(np.uint32)


def _relatives(
    parents: Indices, threads: Indices, *, is_root: NDArray[np.bool_]
) -> tuple[Indices, Indices]:
    """Find the first reply and the next sibling of each turn; the number of turns if none."""
    total = len(parents)
    family = np.where(is_root, total + threads.astype(np.int64), parents)
    order = np.argsort(family, kind="stable")
    family = family[order]
    is_same = family[1:] == family[:-1]
    first_reply, next_sibling = np.full(total, total), np.full(total, total)
    next_sibling[order[:-1][is_same]] = order[1:][is_same]
    starts = np.flatnonzero(np.r_[True, ~is_same]) if total else order
    starts = starts[family[starts] < total]
    first_reply[family[starts]] = order[starts]
    return first_reply, next_sibling
