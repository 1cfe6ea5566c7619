"""The ledger of stage 1 accounts for every line that was read; rejects are samples of bad lines."""

from enum import StrEnum

import dataframely as dy
import polars as pl


class MemberStatus(StrEnum):
    """How far a member could be read."""

    #: It was read to its end.
    WHOLE = "whole"
    #: All or the rest of it could not be read.
    DAMAGED = "damaged"
    #: It is a link or special file. These are never followed, and nothing is damaged.
    SKIPPED = "skipped"


class RejectKind(StrEnum):
    """Why a record was rejected. Programs compare this; the reason beside it is for people."""

    #: It is JSON that matches no format.
    UNKNOWN_FORMAT = "unknown_format"
    #: It is text, but not JSON.
    NOT_JSON = "not_json"
    #: The member is a picture, a program or another file that is not text.
    NOT_TEXT = "not_text"
    #: The line is longer than `max_line_bytes`, or its text longer than any tweet.
    TOO_LONG = "too_long"
    #: Its JSON is nested too deeply to be read.
    TOO_DEEP = "too_deep"
    #: A field has a value of another type than its format says.
    WRONG_TYPE = "wrong_type"
    #: A tweet or deletion lacks what every one has: an id, a text, an author.
    INCOMPLETE = "incomplete"
    #: The id of a tweet is out of range, or a tool rounded it and left no exact copy.
    INVALID_ID = "invalid_id"
    #: It is of a known format, but of other objects than tweets.
    NO_TWEETS = "no_tweets"
    #: The column map of the recipe names a column that the table lacks.
    WRONG_MAP = "wrong_map"
    #: The reader of its format failed, which is an error of the workbench.
    READER_FAILED = "reader_failed"
    #: An earlier version rejected it and kept only the reason.
    OTHER = "other"


#: What can become of a line; every line has exactly one of these outcomes.
OUTCOMES = ("tweets", "carriers", "deletions", "notices", "blank", "rejected")


class Ledger(dy.Schema):
    """One row per member of an archive: what became of each of its lines."""

    #: First 8 bytes of `content_hash` as a signed integer. It stays when the hash is replaced.
    member = dy.Int64(primary_key=True)
    #: BLAKE2b-128 of the bytes inside the archive, hexadecimal. A page of the API is hashed again
    #: when deleted tweets are erased from it, see `workbench.hydration.page_store`.
    content_hash = dy.String()
    #: Path of the archive as the user wrote it.
    archive = dy.String()
    #: Path of the member inside the archive; empty if the archive is a single file.
    name = dy.String()
    #: Format of the first records; null if unknown. Records of another format are read too, see
    #: `Tweets.source`.
    format = dy.String(nullable=True)
    #: Records: lines of the file, elements of a JSON array, tweets of an API page, rows of a CSV.
    lines = dy.Int64(min=0)
    #: Lines with a tweet of their own.
    tweets = dy.Int64(min=0)
    #: Lines that only carry embedded tweets: plain retweets and empty pages.
    carriers = dy.Int64(min=0)
    deletions = dy.Int64(min=0)
    notices = dy.Int64(min=0)
    blank = dy.Int64(min=0)
    rejected = dy.Int64(min=0)
    #: Tweets inside other tweets; these are not lines.
    embedded = dy.Int64(min=0)
    #: Stream messages other than tweets and deletions, by kind.
    notice_kinds = dy.List(dy.Struct({"kind": dy.String(), "count": dy.Int64()}))
    #: Rejected lines by `RejectKind` and reason. Older ledgers have the reason as `kind`, see
    #: `older_tables`.
    reject_reasons = dy.List(
        dy.Struct({"kind": dy.String(), "reason": dy.String(nullable=True), "count": dy.Int64()})
    )
    #: Values that are null because they could not be read, by field; their tweets are kept. Older
    #: ledgers lack it, see `older_tables`.
    odd_fields = dy.List(dy.Struct({"kind": dy.String(), "count": dy.Int64()}))
    #: Fields that no reader reads, though by their names they hold what the row of the same record
    #: lacks, like `author: from_user`; see `unread_fields` for how exact the counts are.
    unread_fields = dy.List(dy.Struct({"kind": dy.String(), "count": dy.Int64()}))
    #: Bytes of the member inside the archive.
    size = dy.Int64(min=0)
    #: Wall seconds spent on the member; the only column that differs between two runs.
    seconds = dy.Float64()
    #: How far the member could be read. Ledgers of workspace format 1 lack it, see `older_tables`.
    status = dy.Enum(MemberStatus)
    #: Why and from where the member was not read, to be shown; null if it was read whole.
    damage = dy.String(nullable=True)

    @dy.rule()
    def every_line_is_accounted_for(cls) -> pl.Expr:
        """Count every line exactly once."""
        return pl.col("lines") == pl.sum_horizontal(OUTCOMES)

    @dy.rule()
    def damage_explains_status(cls) -> pl.Expr:
        """Give a reason exactly for the members that were not read whole."""
        return (pl.col("status") == MemberStatus.WHOLE) == pl.col("damage").is_null()


class Rejects(dy.Schema):
    """One row per line that was not understood, at most 100 per member and reason."""

    member = dy.Int64()
    #: Line of the member, counted from 1.
    line = dy.Int64(min=0)
    #: Why, to be compared and counted. Older tables lack it, see `older_tables`.
    kind = dy.Enum(RejectKind)
    #: Why, to be shown; one of the `reject_reasons` of the member's row in the ledger.
    reason = dy.String()
    #: Start of the line, at most 200 characters.
    excerpt = dy.String()
