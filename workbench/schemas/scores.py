"""The scores of stage 4 and the verdicts of stage 5."""

import dataframely as dy
import polars as pl

from workbench.schemas.columns import count
from workbench.schemas.threads import Threads


class Scores(Threads):
    """One row per thread: its facts and all scores. No thread is dropped."""

    #: Text of the root without mentions and links, for rules on words.
    prompt = dy.String()
    #: Language that the source names, or else the one detected in `prompt`; null if unknown.
    language = dy.String(nullable=True)
    #: Retweets of the root, if known.
    retweets = count()
    #: Replies to the root as counted by the platform, if known; the data may have fewer.
    replies_told = count()
    #: Representative of the near duplicates of this thread; its own id if it has none.
    representative_id = dy.Int64()
    #: True if another thread is the representative.
    is_duplicate = dy.Bool()
    #: Number of near duplicates: other threads that begin like this one.
    twins = dy.UInt32()
    #: Most authors of the same words within a day, with or without replies; 0 without words.
    burst = dy.UInt32()
    #: Profane words in all turns, see `workbench.scores.profanity`.
    profanity = dy.UInt32()
    #: Characters of `prompt`.
    prompt_characters = dy.UInt32()
    #: Characters of the longest direct reply, without mentions and links; 0 if there is none.
    #: Turns without a known place are no replies.
    reply_characters = dy.UInt32()
    #: Share of links among the words of all turns, 0 to 1.
    link_share = dy.Float32(min=0, max=1)
    #: Share of mentions among the words of all turns, 0 to 1.
    mention_share = dy.Float32(min=0, max=1)
    #: Cosine of the root and the nearest known instruction. Null if the prompt is empty, or if a
    #: cascade skipped its vector.
    similarity = dy.Float32(nullable=True, min=-1.001, max=1.001)
    #: Id of that instruction (`Instructions.instruction_id`).
    nearest_instruction = dy.String(nullable=True)
    #: Mean cosine of the three nearest, or of all if fewer are known. High for common kinds of
    #: prompts, low if only one instruction is similar.
    similarity_mean = dy.Float32(nullable=True, min=-1.001, max=1.001)
    #: Ids of these instructions, the nearest first.
    nearest_instructions = dy.List(dy.String(), nullable=True)
    #: Probability that the root is a request that an assistant can answer; null if the prompt is
    #: empty.
    suitability = dy.Float32(nullable=True, min=0, max=1)
    #: Probability that the best direct reply answers the root; null if nobody else replies.
    answer = dy.Float32(nullable=True, min=0, max=1)
    #: Id of that reply.
    best_reply_id = dy.Int64(nullable=True)


#: Step in which answers are compared when replies are ranked. Within it, likes decide.
ANSWER_STEP = 0.01


def answer_step(column: str) -> pl.Expr:
    """Round answers to a number of steps, halves up, so that equal answers compare equal.

    Examples:
        >>> frame = pl.DataFrame({"answer": [0.901, 0.899, 0.125]}, schema={"answer": pl.Float32})
        >>> frame.select(answer_step("answer")).to_series().to_list()
        [90.0, 90.0, 13.0]
    """
    return (pl.col(column).cast(pl.Float64) / ANSWER_STEP + 0.5).floor()


class ReplyScores(dy.Schema):
    """One row per reply that may be an answer, by thread, then tweet.

    These have no row: turns without a known place, turns by the author of the turn above or by the
    opener of the thread, and copies of tweets (`RT @a: ...`).
    """

    thread_id = dy.Int64()
    tweet_id = dy.Int64(primary_key=True)
    #: The turn that it answers.
    parent_id = dy.Int64()
    #: Probability that it answers that turn.
    answer = dy.Float32(min=0, max=1)


class Verdicts(dy.Schema):
    """One row per thread: the verdict of a recipe, and one `passes_<rule>` column per rule."""

    thread_id = dy.Int64(primary_key=True)
    kept = dy.Bool()
    #: First rule that removes the thread, in the order of `workbench rules`; null if kept.
    removed_by = dy.String(nullable=True)
