"""Judgements: what is known to be an instruction, and what people say of tweets."""

import dataframely as dy
import polars as pl


class Instructions(dy.Schema):
    """One row per known instruction."""

    #: Stable short id, such as `starter-0001`.
    instruction_id = dy.String(primary_key=True)
    text = dy.String(min_length=1)
    #: File or collection that it comes from.
    source = dy.String()
    #: Kind of request, such as `how-to` or `recommendation`; null where the file names none.
    topic = dy.String(nullable=True)
    #: The tweet whose text it is, with which it goes; null where it is not a tweet's.
    tweet_id = dy.Int64(nullable=True, min=1)


class Labels(dy.Schema):
    """One row per judgement by hand of a tweet, or of a reply to a tweet; kept apart from data."""

    tweet_id = dy.Int64(min=1)
    #: The tweet that it answers, where the pair is judged; null where the tweet itself is.
    parent_id = dy.Int64(nullable=True)
    thread_id = dy.Int64(nullable=True)
    author_id = dy.Int64(nullable=True)
    #: `fits`, `borderline` or `no` of a tweet; `answers` or `no` of a reply.
    label = dy.String(regex="^(fits|borderline|answers|no)$")
    #: Who judged.
    labeller = dy.String(min_length=1)
    labelled_at = dy.Datetime(time_unit="ms", time_zone="UTC")
    #: What was judged, as it read then.
    text = dy.String()
    #: What the tweet answers, as it read then.
    parent_text = dy.String(nullable=True)
    #: Hash of both texts, 16 hexadecimal digits.
    text_version = dy.String(regex="^[0-9a-f]{16}$")
    #: True where it was judged because it was drawn at random: only those are a fair sample.
    is_random = dy.Bool(nullable=True)

    @dy.rule()
    def fits_what_is_judged(cls) -> pl.Expr:
        """A pair `answers`, a single tweet `fits`."""
        pair = pl.col("parent_id").is_not_null()
        return (
            pl.when(pair)
            .then(pl.col("label").is_in(["answers", "no"]))
            .otherwise(pl.col("label") != "answers")
        )

    @dy.rule()
    def one_judgement(cls) -> pl.Expr:
        """Nobody has two opinions on the same words."""
        return pl.struct("tweet_id", "parent_id", "labeller", "text_version").is_unique()
