"""The tweets of stage 1, and the lists of deleted and missing tweets."""

import dataframely as dy
import polars as pl

from workbench.schemas.columns import count, moment


class RawTweets(dy.Schema):
    """One row per occurrence of a tweet in a dump, embedded ones included."""

    #: Snowflake id, or a serial number before November 2010.
    tweet_id = dy.Int64(min=1)
    author_id = dy.Int64(nullable=True)
    #: Screen name without the `@`; leaves the workspace only as a pseudonym.
    author_name = dy.String(nullable=True)
    created_at = moment()
    #: The longest known text, HTML entities decoded once, mentions and links kept.
    text = dy.String()
    #: Language code of the source, old codes renamed (`in` to `id`, `iw` to `he`).
    lang = dy.String(nullable=True)
    #: The tweet that this one answers.
    reply_to_id = dy.Int64(nullable=True)
    #: Author of the tweet that this one answers.
    reply_to_author_id = dy.Int64(nullable=True)
    #: The opening tweet of the conversation, if the source names it.
    conversation_id = dy.Int64(nullable=True)
    quoted_id = dy.Int64(nullable=True)
    #: Lower case, without `#`, sorted, distinct.
    hashtags = dy.List(dy.String())
    likes = count()
    retweets = count()
    replies = count()
    quotes = count()
    #: True if the end of the text is lost for good.
    is_truncated = dy.Bool()
    #: The platform's own flag for sensitive media or links.
    is_sensitive = dy.Bool(nullable=True)
    has_media = dy.Bool()
    #: True if the tweet only occurs inside another one (retweeted, quoted, included).
    is_embedded = dy.Bool()
    #: Format of the record that the row was read from, see `workbench.ingest.formats`.
    source = dy.String()
    #: Key of the member (`Ledger.member`) that the row was read from.
    member = dy.Int64()
    #: Line of that member, counted from 1.
    line = dy.UInt32()


class Tweets(RawTweets):
    """One row per tweet, merged from all of its occurrences.

    An edited tweet is one row with the id of its last version, see `Edits`. The ids of other tweets
    in the row (`reply_to_id`, `conversation_id`, `quoted_id`) are those of last versions, too.
    """

    @dy.rule()
    def one_row_a_tweet(cls) -> pl.Expr:
        """Keep each tweet once."""
        return pl.col("tweet_id").is_unique()


class Deletions(dy.Schema):
    """Tweets that must not be kept; private, no export contains it."""

    tweet_id = dy.Int64(primary_key=True, min=1)
    #: True if a dump of this workspace contained the tweet.
    had_row = dy.Bool()


class Gone(dy.Schema):
    """Missing tweets that the API refuses to return; private, and never requested again."""

    tweet_id = dy.Int64(primary_key=True, min=1)
    #: `not-found` (deleted, or its author gone), `protected`, `withheld` or `retweet`.
    reason = dy.String()


class RawEdits(dy.Schema):
    """Two versions of an edited tweet, as one record names them; any number of rows per tweet."""

    #: Id of one version.
    tweet_id = dy.Int64(min=1)
    #: Id of another version, or the same id.
    current_id = dy.Int64(min=1)


class Edits(RawEdits):
    """One row per version of each tweet that is known to be edited."""

    #: Id of one version.
    tweet_id = dy.Int64(primary_key=True, min=1)
    #: Id of the version that stands for all of them, which is also the id of the row in `Tweets`:
    #: the last one that a dump contains. If no dump contains any, the last one that is known.
    current_id = dy.Int64(min=1)


class Authors(dy.Schema):
    """Names of authors that a dump lists apart from their tweets; private, for later dumps."""

    author_id = dy.Int64(primary_key=True, min=1)
    #: Screen name without the `@`; the alphabetically last one if an author had several.
    author_name = dy.String()
