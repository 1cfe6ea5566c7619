"""The threads of stage 2 and their turns."""

import dataframely as dy

from workbench.schemas.columns import count, moment


class Turns(dy.Schema):
    """One row per tweet of a thread, in reading order (by thread, then position)."""

    thread_id = dy.Int64()
    tweet_id = dy.Int64(primary_key=True, min=1)
    #: The turn that this one answers; null for the first turn of a tree.
    parent_id = dy.Int64(nullable=True)
    #: The tweet that this one names as its parent, present or not.
    reply_to_id = dy.Int64(nullable=True)
    #: Steps from the root of the tree.
    depth = dy.UInt32()
    #: Place in the reading order of the thread, from 0: parents before replies, siblings by id.
    position = dy.UInt32()
    author_id = dy.Int64(nullable=True)
    author_name = dy.String(nullable=True)
    created_at = moment()
    text = dy.String()
    lang = dy.String(nullable=True)
    hashtags = dy.List(dy.String())
    likes = count()
    retweets = count()
    replies = count()
    is_truncated = dy.Bool()
    is_sensitive = dy.Bool(nullable=True)
    has_media = dy.Bool()
    is_embedded = dy.Bool()
    #: True if the place follows from the conversation id, not from a reply id.
    is_inferred = dy.Bool()
    #: False if it is not known which turn this one answers. It then follows the opening tweet of
    #: its conversation. It counts as no reply to it, and no record contains it or the turns below.
    is_placed = dy.Bool()
    source = dy.String()
    member = dy.Int64()
    line = dy.UInt32()


class Nodes(Turns):
    """One row per node of a conversation with roles, see `workbench.export.roles`."""

    tweet_id = dy.Int64(primary_key=True, min=1)
    #: `prompter` or `assistant`.
    role = dy.String(regex="^(prompter|assistant)$")
    #: The turns merged into the node, ascending; mostly one.
    tweet_ids = dy.List(dy.Int64(), min_length=1)


class Threads(dy.Schema):
    """One row per thread: facts that need no text."""

    #: Id of the opening tweet, or of the conversation if the source names one.
    thread_id = dy.Int64(primary_key=True)
    #: First turn that is present; differs from `thread_id` if the opening tweet is missing.
    root_id = dy.Int64()
    turns = dy.UInt32(min=1)
    #: Depth of the deepest turn; 0 for a single root.
    depth = dy.UInt32()
    #: Most turns at one depth.
    width = dy.UInt32(min=1)
    #: Direct replies to the root. Turns without a known place are none.
    replies = dy.UInt32()
    participants = dy.UInt32(min=1)
    #: Share of the turns that the author of the root wrote, 0 to 1.
    opener_share = dy.Float32(min=0, max=1)
    #: Replies with a known place whose author is not the author of the turn above.
    alternations = dy.UInt32()
    #: True if the opening tweet is present and no turn lacks its parent.
    is_complete = dy.Bool()
    #: True if the first turn is a reply to a tweet that is not above it.
    root_lacks_parent = dy.Bool()
    #: Turns whose parent is not in the data.
    missing_parents = dy.UInt32()
    #: Ids of these parents, if known, and of the opening tweet if that is missing.
    missing_ids = dy.List(dy.Int64())
    #: Turns without a known place, see `Turns.is_placed`.
    not_placed = dy.UInt32()
    #: Number of trees in the thread; above 1 only if a conversation id joined them.
    roots = dy.UInt32(min=1)
    opener_id = dy.Int64(nullable=True)
    lang = dy.String(nullable=True)
    #: Hashtags of all turns.
    hashtags = dy.List(dy.String())
    is_sensitive = dy.Bool()
    is_truncated = dy.Bool()
    started_at = moment()
    #: Seconds from the first turn to the last.
    span_seconds = dy.Int64(nullable=True)
    #: Seconds from the root to its first direct reply.
    first_reply_seconds = dy.Int64(nullable=True)
    #: Likes of the root, if known.
    likes = count()
    source = dy.String()
