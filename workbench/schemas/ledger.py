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
    #: Rejected lines by reason.
    reject_reasons = dy.List(dy.Struct({"kind": dy.String(), "count": dy.Int64()}))
    #: Values that are null because they could not be read, by field; their tweets are kept. Older
    #: ledgers lack it, see `with_status`.
    odd_fields = dy.List(dy.Struct({"kind": dy.String(), "count": dy.Int64()}))
    #: Fields that no reader reads, though by their names they hold what the row of the same record
    #: lacks, like `author: from_user`; the counts are records of those looked at.
    unread_fields = dy.List(dy.Struct({"kind": dy.String(), "count": dy.Int64()}))
    #: Bytes of the member inside the archive.
    size = dy.Int64(min=0)
    #: Wall seconds spent on the member; the only column that differs between two runs.
    seconds = dy.Float64()
    #: How far the member could be read. Ledgers of workspace format 1 lack it, see `with_status`.
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
    #: Why; one of the `reject_reasons` of the member's row in the ledger.
    reason = dy.String()
    #: Start of the line, at most 200 characters.
    excerpt = dy.String()


#: What workspaces of format 1 wrote as the `damage` of links and special files.
_LINK_IN_FORMAT_1 = "a link or special file, not followed"


def with_status(ledger: pl.LazyFrame) -> pl.LazyFrame:
    """Fill in the columns that ledgers and staged rows of older workspaces lack.

    These are `status` in workspaces of format 1, and `odd_fields`.

    Examples:
        >>> old = pl.LazyFrame({"damage": [None, "gz unreadable"]}, schema={"damage": pl.String})
        >>> with_status(old).collect()["status"].to_list()
        ['whole', 'damaged']
    """
    dtype = pl.Enum(MemberStatus)
    derived = (
        pl.when(pl.col("damage").is_null())
        .then(pl.lit(MemberStatus.WHOLE, dtype=dtype))
        .when(pl.col("damage") == _LINK_IN_FORMAT_1)
        .then(pl.lit(MemberStatus.SKIPPED, dtype=dtype))
        .otherwise(pl.lit(MemberStatus.DAMAGED, dtype=dtype))
    )
    columns = ledger.collect_schema().names()
    status = pl.coalesce("status", derived) if "status" in columns else derived
    filled = {}
    for name in ("odd_fields", "unread_fields"):
        none = pl.lit([], dtype=Ledger.create_empty().schema[name])
        filled[name] = pl.col(name).fill_null(none) if name in columns else none
    return ledger.with_columns(status=status, **filled).select(
        *(name for name in Ledger.column_names() if name in {*columns, "status", *filled})
    )
