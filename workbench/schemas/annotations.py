"""What people provide by hand: known instructions, and labels of tweets and replies."""

import dataframely as dy
import polars as pl


class Instructions(dy.Schema):
    """One row per known instruction."""

    #: Stable short id, for example `starter-0001`.
    instruction_id = dy.String(primary_key=True)
    text = dy.String(min_length=1)
    #: File or collection that it comes from.
    source = dy.String()
    #: Kind of request, for example `how-to`; null if the file names none.
    topic = dy.String(nullable=True)
    #: The tweet with this text; the instruction is removed with it. Null if it is not from a tweet.
    tweet_id = dy.Int64(nullable=True, min=1)


class Labels(dy.Schema):
    """One row per label that a person set on a tweet, or on a reply to a tweet.

    A label of an earlier version of an edited tweet keeps the id and text of that version.
    """

    tweet_id = dy.Int64(min=1)
    #: The tweet that this reply answers; null if the label is about a tweet on its own.
    parent_id = dy.Int64(nullable=True)
    thread_id = dy.Int64(nullable=True)
    author_id = dy.Int64(nullable=True)
    #: `fits`, `borderline` or `no` for a tweet; `answers` or `no` for a reply.
    label = dy.String(regex="^(fits|borderline|answers|no)$")
    #: The person who set the label.
    labeller = dy.String(min_length=1)
    labelled_at = dy.Datetime(time_unit="ms", time_zone="UTC")
    #: Text of the tweet at that time.
    text = dy.String()
    #: Text of its parent at that time.
    parent_text = dy.String(nullable=True)
    #: Hash of both texts, 16 hexadecimal digits.
    text_version = dy.String(regex="^[0-9a-f]{16}$")
    #: Whether the tweet was drawn at random. Only those labels are a fair sample of the data.
    is_random = dy.Bool(nullable=True)
    #: `bulk` if it was set for many threads at once, `settled` if it decides a disagreement after
    #: all labels were seen; null if somebody read the tweet and labelled it.
    method = dy.String(nullable=True, regex="^(bulk|settled)$")

    @dy.rule()
    def label_suits_its_tweet(cls) -> pl.Expr:
        """Only replies are labelled `answers`, only tweets `fits` or `borderline`."""
        is_reply = pl.col("parent_id").is_not_null()
        return (
            pl.when(is_reply)
            .then(pl.col("label").is_in(["answers", "no"]))
            .otherwise(pl.col("label") != "answers")
        )

    @dy.rule()
    def one_label_per_person(cls) -> pl.Expr:
        """A person has one label of each method for the same texts."""
        return pl.struct("tweet_id", "parent_id", "labeller", "text_version", "method").is_unique()
