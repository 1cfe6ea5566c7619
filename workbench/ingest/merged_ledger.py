"""The ledger of a merge: one row per member, of all runs; `merge` calls this module."""

from collections.abc import Collection, Mapping

import dataframely as dy
import polars as pl

from workbench.archives import listing
from workbench.ingest import staging
from workbench.schemas import Ledger
from workbench.schemas.ledger import MemberStatus
from workbench.storage import Workspace


def ledger_of(workspace: Workspace) -> dy.DataFrame[Ledger]:
    """Return the ledger, including the staged members."""
    return Ledger.validate(readings(workspace).drop("task"))


def readings(workspace: Workspace) -> pl.DataFrame:
    """Return the ledger, including the staged members, and the `task` of each reading.

    The same content under two names is one row, with the alphabetically first name. Of two
    readings of one content, the one with fewer rejects counts.
    """
    rows = staging.gathered(workspace, "ledger", with_task=True)
    # Sorting whole rows, or gathering them from many chunks, takes six times their memory. There
    # may be a million.
    places = (
        rows.select("content_hash", "rejected", "archive", "name", "seconds")
        .collect()
        .with_row_index("place")
        .sort("content_hash", "rejected", "archive", "name", "seconds")
        .unique("content_hash", keep="first", maintain_order=True)
        .sort("archive", "name", "content_hash")["place"]
    )
    frame = rows.collect()
    columns = [*frame.columns]
    return pl.DataFrame([frame.drop_in_place(name).rechunk().gather(places) for name in columns])


def counts(ledger: dy.DataFrame[Ledger]) -> dict[str, int]:
    """Count what the ledger says.

    Returns:
        `members`, `changed` (see `changed`), `damaged` (see `is_damaged`), `unread` (members with
            fields that were not read), `unread_author`, `unread_time` and `unread_parent` (rows
            that lack one for this reason), `odd` (values that could not be read), `lines`,
            `rejected` and `deletions`.
    """
    return {
        "members": ledger.height,
        "changed": changed(ledger).height,
        "damaged": ledger.filter(is_damaged()).height,
        "unread": ledger.filter(pl.col("unread_fields").list.len() > 0).height,
        **_rows_without(ledger),
        "odd": int(ledger["odd_fields"].explode().struct.field("count").sum()),
        "lines": int(ledger["lines"].sum()),
        "rejected": int(ledger["rejected"].sum()),
        "deletions": int(ledger["deletions"].sum()),
    }


def _rows_without(ledger: pl.DataFrame) -> dict[str, int]:
    """Count the rows that lack an author, a time or a parent because its field was not read.

    If several fields of a member hold the same, the most frequent one counts.
    """
    fields = ledger.select("member", "unread_fields").explode("unread_fields").drop_nulls()
    of_members = (
        fields.unnest("unread_fields")
        .group_by("member", what=pl.col("kind").str.extract("^([a-z]+)"))
        .agg(pl.col("count").max())
    )
    sums = dict(of_members.group_by("what").agg(pl.col("count").sum()).rows())
    return {f"unread_{what}": sums[what] for what in sorted(sums)}


def changed(ledger: dy.DataFrame[Ledger]) -> pl.DataFrame:
    """Find the names under which several contents were read: files that were replaced.

    The tweets of every version are kept. Standard input has no name, so it is left out.

    Returns:
        One row per name: `archive`, `name`, `contents` (how many).
    """
    return (
        ledger.filter(pl.col("archive") != listing.STDIN_NAME)
        # Groups of names take ten times the memory of hashes, and most names are unique.
        .filter(pl.struct("archive", "name").hash().is_duplicated())
        .group_by("archive", "name")
        .agg(contents=pl.len())
        .filter(pl.col("contents") > 1)
        .sort("archive", "name")
    )


def is_damaged() -> pl.Expr:
    """Return an expression over `Ledger`: the member could not be read to its end."""
    return pl.col("status") == MemberStatus.DAMAGED


def is_not_whole() -> pl.Expr:
    """Return an expression over `Ledger`: the member was damaged or skipped."""
    return pl.col("status") != MemberStatus.WHOLE


def without_superseded(
    workspace: Workspace, ledger: dy.DataFrame[Ledger], *, listed: Mapping[str, Collection[int]]
) -> dy.DataFrame[Ledger]:
    """Drop superseded members, except those that rows of tweets still name as their origin."""
    superseded = _superseded(ledger, listed=listed)
    if superseded.is_empty():
        return ledger
    origins = workspace.scan("tweets").select("member")
    named = origins.join(superseded.lazy(), on="member", how="semi").unique()
    dropped = superseded.join(named.collect(engine="streaming"), on="member", how="anti")
    return Ledger.validate(ledger.join(dropped, on="member", how="anti"))


def _superseded(ledger: pl.DataFrame, *, listed: Mapping[str, Collection[int]]) -> pl.DataFrame:
    """Find the members not read whole that have been read whole since, under the same name.

    A member that stands for the unreadable rest of an archive has no name. It is superseded if
    the last listing of the archive did not contain it. Standard input is left out, because it is
    another stream each time.

    Returns:
        One row per member: `member`.
    """
    named = ledger.filter(pl.col("archive") != listing.STDIN_NAME)
    whole = named.filter(~is_not_whole()).select("archive", "name")
    partial = named.filter(is_not_whole())
    read_again = partial.join(whole, on=["archive", "name"], how="semi")
    archives = pl.Series(list(listed), dtype=pl.String)
    still_there = pl.Series([key for keys in listed.values() for key in keys], dtype=pl.Int64)
    mended = partial.filter(
        pl.col("name") == "",
        pl.col("archive").is_in(archives.implode()),
        ~pl.col("member").is_in(still_there.implode()),
    )
    return pl.concat([read_again.select("member"), mended.select("member")]).unique()
