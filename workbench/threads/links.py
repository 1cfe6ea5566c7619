"""Links: which tweet answers which, found from ids alone."""

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.exceptions import StageError
from workbench.recipe import ThreadSettings
from workbench.threads.pointer_jumping import Indices, follow

Ids = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Ids that are looked up at once.
_BLOCK = 2**22


class Skeleton(NamedTuple):
    """The ids of a table of tweets; 0 stands for no id.

    Args:
        tweet_ids: Every tweet, ascending.
        replies: `tweet_id` and `parent_id` of the tweets that say what they answer.
        conversations: `tweet_id` and `conversation_id` of the tweets that another one, of a lower
            id, is said to have opened the conversation of.
    """

    tweet_ids: Ids
    replies: pl.DataFrame
    conversations: pl.DataFrame


class Links(NamedTuple):
    """The tweets that have to do with another one, one entry each, ascending by id.

    Args:
        tweet_ids: Their ids.
        parents: Index of the turn above, a root's own index.
        thread_ids: Id of the opening tweet, or of the conversation where that tweet is missing.
        depths: Steps from the root.
        is_inferred: True where the place follows from the conversation.
        lacks_parent: True where the tweet answers one that is not above it.
        missing_ids: Id of the parent that is not in the data, else 0.
        counts: Numbers of `tweets`, `replies`, `linked`, `orphans`, `missing`, `cut_self`,
            `cut_older` and `inferred`.
    """

    tweet_ids: Ids
    parents: Indices
    thread_ids: Ids
    depths: NDArray[np.uint32]
    is_inferred: Flags
    lacks_parent: Flags
    missing_ids: Ids
    counts: dict[str, int]


def reply_id(settings: ThreadSettings) -> pl.Expr:
    """Give the tweet that a tweet answers, as an expression over `Tweets`."""
    reply = pl.col("reply_to_id")
    return pl.coalesce(reply, "quoted_id") if settings.quotes_as_replies else reply


def skeleton(tweets: pl.LazyFrame, *, settings: ThreadSettings) -> Skeleton:
    """Read the ids of a table of tweets, 8 bytes a tweet and 16 more a reply.

    Raises:
        StageError: If two rows have the same id.
    """
    ids = tweets.select("tweet_id").collect(engine="streaming")["tweet_id"].to_numpy()
    if not (ids[1:] > ids[:-1]).all():
        ids = np.sort(ids)
        if doubles := int((ids[1:] == ids[:-1]).sum()):
            msg = f"{doubles} of {len(ids)} rows repeat the id of another tweet."
            raise StageError(msg, hint="read the dumps again with `workbench ingest`.")
    own, opener = pl.col("tweet_id"), pl.col("conversation_id")
    pairs = [
        tweets.select("tweet_id", parent_id=reply_id(settings)).filter(pl.col("parent_id") > 0),
        tweets.select("tweet_id", "conversation_id").filter(opener > 0, opener < own),
    ]
    replies, conversations = (pair.collect(engine="streaming").sort("tweet_id") for pair in pairs)
    return Skeleton(ids, replies, conversations)


def from_skeleton(ids: Skeleton, *, gather: bool = True, keep_single: bool = False) -> Links:
    """Link replies to their parents, and fragments to their conversations.

    Ids grow with time, so a reply has a higher id than what it answers. Whatever names itself or a
    higher id is cut: with that every circle is cut too, and links always lead to lower ids.

    A reply id outranks a conversation id. Only a tree whose root lacks its parent is gathered, into
    the conversation of that root, or, where it names none, into the one that all its tweets which
    name one agree on; a root that answers nothing stays a root whatever its replies claim.
    It hangs below the opening tweet where that is present, wherever that is placed itself.

    Args:
        ids: Ids of the tweets.
        gather: Use conversation ids to place fragments.
        keep_single: Give tweets that nothing is linked to as well.
    """
    child, parent = (ids.replies[name].to_numpy() for name in ("tweet_id", "parent_id"))
    member, opener = (
        ids.conversations[name].to_numpy() for name in ("tweet_id", "conversation_id")
    )
    linked = _contains(ids.tweet_ids, parent) & (parent < child)
    nodes = ids.tweet_ids if keep_single else _taking_part(ids, child, parent, linked, gather)
    pointer: Indices = np.arange(len(nodes))
    pointer[np.searchsorted(nodes, child[linked])] = np.searchsorted(nodes, parent[linked])
    is_root = pointer == np.arange(len(nodes))
    missing = _spread(nodes, child[~linked], parent[~linked])
    conversation = _spread(nodes, member, opener)
    lacks = is_root & ((missing != 0) | (conversation != 0))
    missing[missing >= nodes] = 0
    inferred, opened_by = np.zeros_like(lacks), nodes
    if gather:
        claim = _claims(conversation, lacks, pointer)
        inferred = lacks & (claim > 0) & (claim < nodes)
        opened_by = np.where(inferred, claim, nodes)
        fragments = np.flatnonzero(inferred)
        above = np.searchsorted(nodes, claim[fragments])
        present = nodes[above] == claim[fragments]
        pointer[fragments[present]] = above[present]
    root, depths = follow(pointer)
    counts = _counts(ids, child, parent, linked) | {"inferred": int(inferred.sum())}
    return Links(nodes, pointer, opened_by[root], depths, inferred, lacks, missing, counts)


def _counts(ids: Skeleton, child: Ids, parent: Ids, linked: Flags) -> dict[str, int]:
    is_missing = ~linked & (parent < child)
    return {
        "tweets": len(ids.tweet_ids),
        "replies": len(child),
        "linked": int(linked.sum()),
        "orphans": int(is_missing.sum()),
        "missing": len(_distinct(parent[is_missing])),
        "cut_self": int((parent == child).sum()),
        "cut_older": int((parent > child).sum()),
    }


def _taking_part(ids: Skeleton, child: Ids, parent: Ids, linked: Flags, gather: bool) -> Ids:
    parts = [child[linked], parent[linked]]
    if gather:
        member, opener = (ids.conversations[name].to_numpy() for name in ids.conversations.columns)
        parts += [member, opener[_contains(ids.tweet_ids, opener)]]
    return _distinct(np.concatenate(parts))


def _distinct(values: Ids) -> Ids:
    """Sort and drop doubles; `np.unique` hashes, which takes ten times as long."""
    values = np.sort(values)
    return values[np.r_[True, values[1:] != values[:-1]]] if len(values) else values


def _contains(ascending: Ids, wanted: Ids) -> Flags:
    """Tell which ids are there; a block at a time is looked up in order, kind to the cache."""
    found = np.zeros(len(wanted), dtype=bool)
    for start in range(0, len(wanted) if len(ascending) else 0, _BLOCK):
        block = wanted[start : start + _BLOCK]
        order = np.argsort(block)
        ordered = block[order]
        at = np.searchsorted(ascending, ordered)
        at[at == len(ascending)] = 0
        found[start + order] = ascending[at] == ordered
    return found


def _spread(nodes: Ids, keys: Ids, values: Ids) -> Ids:
    """Lay values beside the nodes of those keys, which ascend, and 0 beside the others."""
    if not len(keys):
        return np.zeros(len(nodes), dtype=np.int64)
    at = np.searchsorted(keys, nodes)
    at[at == len(keys)] = 0
    return np.where(keys[at] == nodes, values[at], 0)


def _claims(conversation: Ids, lacks: Flags, pointer: Indices) -> Ids:
    """Give each root that lacks its parent the conversation that it or its tree names."""
    if not conversation.any():
        return conversation
    root, _ = follow(pointer)
    heard = np.flatnonzero((conversation > 0) & lacks[root] & (conversation[root] == 0))
    low = np.full(len(pointer), np.iinfo(np.int64).max)
    high = np.zeros(len(pointer), dtype=np.int64)
    np.minimum.at(low, root[heard], conversation[heard])
    np.maximum.at(high, root[heard], conversation[heard])
    return np.where(conversation > 0, conversation, np.where(low == high, high, 0))
