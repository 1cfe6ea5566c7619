"""Ledger of stage 1: what became of each line that was read."""

import dataframely as dy
import polars as pl


class Ledger(dy.Schema):
    """One row per member of an archive: what became of each of its lines."""

    #: First 8 bytes of `content_hash`, as it was when the member was read, as a signed integer.
    member = dy.Int64(primary_key=True)
    #: BLAKE2b-128 of the member as it lies in the archive, hexadecimal; of a page of the API that
    #: of what is left of it, see `workbench.hydration.fetched`.
    content_hash = dy.String()
    #: Path of the archive as it was given.
    archive = dy.String()
    #: Path of the member inside the archive; empty where the archive is a single file.
    name = dy.String()
    #: Format that the first records are of, null where they are of none; a record of another one
    #: is read as that, see `Tweets.source`.
    format = dy.String(nullable=True)
    #: Records: lines of the file, elements of a JSON array, tweets of an API page, rows of a CSV.
    lines = dy.Int64(min=0)
    #: Lines that gave a row of their own.
    tweets = dy.Int64(min=0)
    #: Lines, such as plain retweets, that only carry embedded tweets.
    carriers = dy.Int64(min=0)
    deletions = dy.Int64(min=0)
    notices = dy.Int64(min=0)
    blank = dy.Int64(min=0)
    rejected = dy.Int64(min=0)
    #: Tweets found inside other tweets; these are not lines.
    embedded = dy.Int64(min=0)
    #: Stream messages other than tweets and deletions, by kind.
    notice_kinds = dy.List(dy.Struct({"kind": dy.String(), "count": dy.Int64()}))
    #: Rejected lines by reason.
    reject_reasons = dy.List(dy.Struct({"kind": dy.String(), "count": dy.Int64()}))
    #: Bytes of the member as it lies in the archive.
    size = dy.Int64(min=0)
    #: Wall seconds spent on the member; the only column that differs between two runs.
    seconds = dy.Float64()
    #: Why and from where the member could not be read to its end; null where it could.
    damage = dy.String(nullable=True)

    @dy.rule()
    def every_line_is_accounted_for(cls) -> pl.Expr:
        """No line is counted twice or not at all."""
        kinds = ["tweets", "carriers", "deletions", "notices", "blank", "rejected"]
        return pl.col("lines") == pl.sum_horizontal(kinds)


class Rejects(dy.Schema):
    """One row per line that is not understood, at most 100 per member and reason."""

    member = dy.Int64()
    #: Line of the member, counted from 1.
    line = dy.Int64(min=0)
    reason = dy.String()
    #: Start of the line, at most 200 characters.
    excerpt = dy.String()
