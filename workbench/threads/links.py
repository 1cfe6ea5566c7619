"""Link each tweet to the tweet that it answers, using ids only.

`build` links the tweets of stage 2 with it, `coverage` and `hydration` find missing parents.
"""

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.exceptions import StageError
from workbench.recipe import ThreadSettings
from workbench.threads.id_arrays import NO_ID, Flags, Ids, align, distinct, is_in
from workbench.threads.pointer_jumping import Indices, follow


class Skeleton(NamedTuple):
    """The ids of a table of tweets.

    Args:
        tweet_ids: Every tweet, ascending.
        replies: `tweet_id` and `parent_id` of the tweets that name their parent.
        conversations: `tweet_id` and `conversation_id` of the tweets whose conversation was opened
            by another tweet with a lower id.
    """

    tweet_ids: Ids
    replies: pl.DataFrame
    conversations: pl.DataFrame


class Links(NamedTuple):
    """The linked tweets, one entry each, ascending by id.

    Args:
        tweet_ids: Their ids.
        parents: Index of the parent; the own index of a root.
        thread_ids: Id of the opening tweet, or of the conversation if that tweet is missing.
        depths: Steps from the root.
        is_inferred: True if the place follows from the conversation id.
        is_placed: False if nobody knows which turn the tweet answers, see `placement`.
        lacks_parent: True if the tweet answers one that is not above it.
        missing_ids: Id of the parent if that is not in the data, else 0.
        counts: Numbers of `tweets`, `replies`, `linked`, `orphans`, `missing`, `cut_self`,
            `cut_older` and `inferred`.
    """

    tweet_ids: Ids
    parents: Indices
    thread_ids: Ids
    depths: NDArray[np.uint32]
    is_inferred: Flags
    is_placed: Flags
    lacks_parent: Flags
    missing_ids: Ids
    counts: dict[str, int]


class _Replies(NamedTuple):
    """The tweets that name a parent, ascending by id; `is_linked` if they can be linked to it."""

    tweet_ids: Ids
    parent_ids: Ids
    is_linked: Flags


class _Trees(NamedTuple):
    """Tweets, ascending by id, and the index of the parent of each; a root is its own parent."""

    tweet_ids: Ids
    parents: Indices

    def is_root(self) -> Flags:
        """Mark the roots."""
        return self.parents == np.arange(len(self.parents))


class _Fragments(NamedTuple):
    """What is known of the tweets of some trees, one entry per tweet.

    Args:
        lacks_parent: True for roots that are replies: their trees are fragments.
        missing_ids: Id of the parent that is not in the data, else 0.
        conversation_ids: Conversation that the tweet names, else 0.
    """

    lacks_parent: Flags
    missing_ids: Ids
    conversation_ids: Ids


def reply_id(settings: ThreadSettings) -> pl.Expr:
    """Select the id of the tweet that a tweet answers, as an expression over `Tweets`."""
    reply = pl.col("reply_to_id")
    return pl.coalesce(reply, "quoted_id") if settings.quotes_as_replies else reply


def skeleton(tweets: pl.LazyFrame, *, settings: ThreadSettings) -> Skeleton:
    """Read the ids of a table of tweets: 8 bytes per tweet and 16 more per reply.

    Raises:
        StageError: If two rows have the same id.
    """
    ids = tweets.select("tweet_id").collect(engine="streaming")["tweet_id"].to_numpy()
    if not (ids[1:] > ids[:-1]).all():
        ids = np.sort(ids)
        if duplicates := int((ids[1:] == ids[:-1]).sum()):
            msg = f"{duplicates} of {len(ids)} rows repeat the id of another tweet."
            raise StageError(msg, hint="read the dumps again with `workbench ingest`.")
    own_id, opener = pl.col("tweet_id"), pl.col("conversation_id")
    pairs = [
        tweets.select("tweet_id", parent_id=reply_id(settings)).filter(pl.col("parent_id") > 0),
        tweets.select("tweet_id", "conversation_id").filter(opener > 0, opener < own_id),
    ]
    replies, conversations = (pair.collect(engine="streaming").sort("tweet_id") for pair in pairs)
    return Skeleton(ids, replies, conversations)


def from_skeleton(ids: Skeleton, *, gather: bool = True, keep_single: bool = False) -> Links:
    """Link replies to their parents, and fragments to their conversations.

    1. Match replies with their parents. Ids grow with time, so a reply has a higher id than its
       parent. Links to the tweet itself or to a higher id are cut, which cuts every cycle too.
    2. Build trees from the replies that match.
    3. Find the fragments: trees whose root is a reply.
    4. Gather each fragment into its conversation, below the opening tweet if that is present.

    A reply id outranks a conversation id. Only fragments are gathered: a root that answers nothing
    stays a root, whatever conversation its replies name.

    Args:
        ids: Ids of the tweets.
        gather: Use conversation ids to place fragments.
        keep_single: Return tweets without any link too.

    Examples:
        Tweet 12 answers 11, and 14 answers 13. The parent of 13 is missing, but 13 names its
        conversation. Tweets 15 and 16 name a higher id and their own.

        >>> ids = Skeleton(
        ...     np.array([11, 12, 13, 14, 15, 16]),
        ...     pl.DataFrame({"tweet_id": range(12, 17), "parent_id": [11, 9, 13, 99, 16]}),
        ...     pl.DataFrame({"tweet_id": [13], "conversation_id": [11]}),
        ... )
        >>> replies = _match_replies(ids)
        >>> replies.tweet_ids[replies.is_linked].tolist()
        [12, 14]
        >>> trees = _build_trees(ids, replies, gather=True, keep_single=False)
        >>> trees.tweet_ids.tolist(), trees.parents.tolist()
        ([11, 12, 13, 14], [0, 0, 2, 2])
        >>> fragments = _find_fragments(ids, replies, trees)
        >>> fragments.lacks_parent.tolist(), fragments.missing_ids.tolist()
        ([False, False, True, False], [0, 0, 9, 0])
        >>> gathered, conversation_ids = _gather_fragments(trees, fragments)
        >>> gathered.parents.tolist(), conversation_ids.tolist()
        ([0, 0, 0, 2], [0, 0, 11, 0])

        All steps in one call:

        >>> links = from_skeleton(ids)
        >>> links.thread_ids.tolist(), links.depths.tolist()
        ([11, 11, 11, 11], [0, 1, 1, 2])
        >>> links.counts["orphans"], links.counts["cut_older"], links.counts["cut_self"]
        (1, 1, 1)
    """
    replies = _match_replies(ids)
    trees = _build_trees(ids, replies, gather=gather, keep_single=keep_single)
    fragments = _find_fragments(ids, replies, trees)
    if gather:
        trees, conversation_ids = _gather_fragments(trees, fragments)
    else:
        conversation_ids = np.zeros_like(trees.tweet_ids)
    is_inferred = conversation_ids != NO_ID
    root, depths = follow(trees.parents)
    return Links(
        tweet_ids=trees.tweet_ids,
        parents=trees.parents,
        thread_ids=np.where(is_inferred, conversation_ids, trees.tweet_ids)[root],
        depths=depths,
        is_inferred=is_inferred,
        is_placed=np.ones(len(root), dtype=bool),
        lacks_parent=fragments.lacks_parent,
        missing_ids=fragments.missing_ids,
        counts=_counts(ids, replies) | {"inferred": int(is_inferred.sum())},
    )


def _match_replies(ids: Skeleton) -> _Replies:
    """Match replies with the parents that are present and have a lower id."""
    child, parent = (ids.replies[name].to_numpy() for name in ("tweet_id", "parent_id"))
    return _Replies(child, parent, is_in(ids.tweet_ids, parent) & (parent < child))


def _build_trees(ids: Skeleton, replies: _Replies, *, gather: bool, keep_single: bool) -> _Trees:
    """Point each linked reply to its parent, and every other tweet to itself."""
    tweet_ids = ids.tweet_ids if keep_single else _connected(ids, replies, gather=gather)
    child, parent = replies.tweet_ids[replies.is_linked], replies.parent_ids[replies.is_linked]
    parents: Indices = np.arange(len(tweet_ids))
    parents[np.searchsorted(tweet_ids, child)] = np.searchsorted(tweet_ids, parent)
    return _Trees(tweet_ids, parents)


def _find_fragments(ids: Skeleton, replies: _Replies, trees: _Trees) -> _Fragments:
    """Mark the roots that name a parent or a conversation, and note both."""
    child, parent = replies.tweet_ids[~replies.is_linked], replies.parent_ids[~replies.is_linked]
    unlinked_parent = align(trees.tweet_ids, child, parent)
    conversation_ids = align(
        trees.tweet_ids,
        ids.conversations["tweet_id"].to_numpy(),
        ids.conversations["conversation_id"].to_numpy(),
    )
    is_reply = (unlinked_parent != NO_ID) | (conversation_ids != NO_ID)
    # Parents with the same or a higher id were cut, so they are not missing.
    missing_ids = np.where(unlinked_parent < trees.tweet_ids, unlinked_parent, NO_ID)
    return _Fragments(trees.is_root() & is_reply, missing_ids, conversation_ids)


def _gather_fragments(trees: _Trees, fragments: _Fragments) -> tuple[_Trees, Ids]:
    """Move fragments below the opening tweet of their conversation, if that is present.

    Returns:
        The new trees, and the conversation of each root that was placed by it, else 0.
    """
    named = _conversation_of_roots(trees, fragments)
    is_inferred = fragments.lacks_parent & (named != NO_ID) & (named < trees.tweet_ids)
    roots = np.flatnonzero(is_inferred)
    opener = np.searchsorted(trees.tweet_ids, named[roots])
    is_present = trees.tweet_ids[opener] == named[roots]
    parents = trees.parents.copy()
    parents[roots[is_present]] = opener[is_present]
    return _Trees(trees.tweet_ids, parents), np.where(is_inferred, named, NO_ID)


def _conversation_of_roots(trees: _Trees, fragments: _Fragments) -> Ids:
    """Choose a conversation for each fragment.

    That is the one that its root names. If the root names none, it is the one that all tweets of
    the fragment agree on.
    """
    own = fragments.conversation_ids
    if not own.any():
        return own
    root, _ = follow(trees.parents)
    is_vote = (own != NO_ID) & fragments.lacks_parent[root] & (own[root] == NO_ID)
    voters = np.flatnonzero(is_vote)
    lowest = np.full(len(own), np.iinfo(np.int64).max)
    highest = np.full(len(own), NO_ID, dtype=np.int64)
    np.minimum.at(lowest, root[voters], own[voters])
    np.maximum.at(highest, root[voters], own[voters])
    return np.where(own != NO_ID, own, np.where(lowest == highest, highest, NO_ID))


def _counts(ids: Skeleton, replies: _Replies) -> dict[str, int]:
    child, parent, is_linked = replies
    is_missing = ~is_linked & (parent < child)
    return {
        "tweets": len(ids.tweet_ids),
        "replies": len(child),
        "linked": int(is_linked.sum()),
        "orphans": int(is_missing.sum()),
        "missing": len(distinct(parent[is_missing])),
        "cut_self": int((parent == child).sum()),
        "cut_older": int((parent > child).sum()),
    }


def _connected(ids: Skeleton, replies: _Replies, *, gather: bool) -> Ids:
    """Select the tweets that a reply, or a conversation if asked to gather, connects to others."""
    is_linked = replies.is_linked
    connected = [replies.tweet_ids[is_linked], replies.parent_ids[is_linked]]
    if gather:
        member, opener = (ids.conversations[name].to_numpy() for name in ids.conversations.columns)
        connected += [member, opener[is_in(ids.tweet_ids, opener)]]
    return distinct(np.concatenate(connected))
