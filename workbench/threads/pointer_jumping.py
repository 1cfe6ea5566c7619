"""Pointer jumping: find roots, depths and reading order without recursion."""

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.integer]


def follow(pointer: Indices) -> tuple[Indices, NDArray[np.uint32]]:
    """Follow pointers to where they end, by pointer jumping.

    Takes as many rounds as the longest way has binary digits; a round touches only what has not
    arrived. Pointers must not run in circles.

    Args:
        pointer: Index of the next entry, or an entry's own index where its way ends.

    Returns:
        Index of each way's end, and its number of steps.

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

    Every turn points to the one read next: its first reply, else the next sibling of the nearest
    turn above it that has one. The way from there to the end of the thread is its place.

    Args:
        parents: Index of the turn above, a root's own index.
        threads: Number of the thread, from 0. The roots of one thread are siblings.

    Examples:
        >>> reading_order(np.array([0, 0, 0, 1, 4]), np.array([0, 0, 0, 0, 1])).tolist()
        [0, 1, 3, 2, 0]
    """
    total = len(parents)
    here = np.arange(total)
    is_root = parents == here
    family = np.where(is_root, total + threads.astype(np.int64), parents)
    order = np.argsort(family, kind="stable")
    family = family[order]
    is_next = family[1:] == family[:-1]
    first_reply = np.full(total, total)
    starts = np.flatnonzero(np.r_[True, ~is_next]) if total else here
    starts = starts[family[starts] < total]
    first_reply[family[starts]] = order[starts]
    next_sibling = np.full(total, total)
    next_sibling[order[:-1][is_next]] = order[1:][is_next]
    turned, _ = follow(np.where((next_sibling < total) | is_root, here, parents))
    onward = np.where(first_reply < total, first_reply, next_sibling[turned])
    _, left = follow(np.r_[onward, total])
    return (np.bincount(threads)[threads] - left[:-1]).astype(np.uint32)
