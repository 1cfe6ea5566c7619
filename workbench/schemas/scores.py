"""Scores of stage 4, and the verdicts of stage 5 on them."""

import dataframely as dy

from workbench.schemas.columns import count
from workbench.schemas.threads import Threads


class Scores(Threads):
    """One row per thread: its facts and every score; nothing is dropped here."""

    #: The root's text without mentions and links; only rules on words read it.
    prompt = dy.String()
    #: Language given, or detected in `prompt` where none is; null where neither tells.
    language = dy.String(nullable=True)
    #: Retweets of the root, where known.
    retweets = count()
    #: Replies that the platform counted to the root, where known; not all of them are here.
    replies_told = count()
    #: The thread that stands for all that begin like this one; its own id where it does itself.
    representative_id = dy.Int64()
    #: True where another thread stands for this one.
    is_duplicate = dy.Bool()
    #: Other threads that begin like this one.
    twins = dy.UInt32()
    #: Most authors of the very same words within a day, answered or not; 0 where it has no words.
    burst = dy.UInt32()
    #: Profane words in all turns, see `workbench.profanity`.
    profanity = dy.UInt32()
    #: Characters of the root's text without mentions and links.
    prompt_characters = dy.UInt32()
    #: Characters of the longest direct reply without mentions and links; 0 where there is none.
    reply_characters = dy.UInt32()
    #: Words of all turns that are links, 0 to 1.
    link_share = dy.Float32(min=0, max=1)
    #: Words of all turns that are mentions, 0 to 1.
    mention_share = dy.Float32(min=0, max=1)
    #: Cosine of the root to the nearest known instruction; null where the root has no text left,
    #: or no vector because a cascade passed it over.
    similarity = dy.Float32(nullable=True, min=-1.001, max=1.001)
    #: That instruction's id (`Instructions.instruction_id`).
    nearest_instruction = dy.String(nullable=True)
    #: Mean cosine to the three nearest, or to all where fewer are known: high where the prompt is
    #: of a common kind, low where one instruction alone resembles it.
    similarity_mean = dy.Float32(nullable=True, min=-1.001, max=1.001)
    #: The ids of those, the nearest first.
    nearest_instructions = dy.List(dy.String(), nullable=True)
    #: Probability that the root is a request that an assistant could answer; null where the root
    #: has no text left.
    suitability = dy.Float32(nullable=True, min=0, max=1)
    #: Probability that the best direct reply answers the root; null where nobody else replies.
    answer = dy.Float32(nullable=True, min=0, max=1)
    #: That reply.
    best_reply_id = dy.Int64(nullable=True)


class Verdicts(dy.Schema):
    """One row per thread: what a recipe decides, beside one `passes_<rule>` column per rule."""

    thread_id = dy.Int64(primary_key=True)
    kept = dy.Bool()
    #: Name of the first rule, in the order of `workbench rules`, that removes it; null if kept.
    removed_by = dy.String(nullable=True)
