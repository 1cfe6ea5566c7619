"""Merge the parts that ingest has staged into the tables of the workspace: one row per tweet."""

from collections.abc import Callable, Collection, Mapping
from enum import Enum, auto

import dataframely as dy
import polars as pl

from workbench.archives import listing
from workbench.ingest import edits, staging, tweet_table
from workbench.ingest.tweet_table import Known
from workbench.schemas import Authors, Deletions, Ledger
from workbench.schemas.ledger import MemberStatus
from workbench.storage import Workspace, atomic


class Step(Enum):
    """The points of a merge after which a killed run leaves different tables behind."""

    DELETIONS_WRITTEN = auto()
    EDITS_WRITTEN = auto()
    TWEETS_WRITTEN = auto()
    REJECTS_WRITTEN = auto()
    GONE_WRITTEN = auto()
    LEDGER_WRITTEN = auto()


def merge(
    workspace: Workspace,
    *,
    listed: Mapping[str, Collection[int]] | None = None,
    on_step: Callable[[Step], None] = lambda _: None,
) -> dict[str, int]:
    """Merge the staged parts into the tables of the workspace.

    The table of tweets is cut at ids and sorted by id, so its files do not depend on the order in
    which rows arrived. Memory is bounded by one part and 12 bytes per tweet. Damaged members that
    have since been read whole leave the ledger.

    Args:
        workspace: Where the tables are.
        listed: Archive -> keys of the members that stand for its unreadable rest, for every
            archive that was just listed to its end.
        on_step: Called after each step; tests crash the merge here.

    Returns:
        Counts: `members`, `changed` (see `changed`), `damaged` (see `is_damaged`), `lines`,
            `rejected`, `deletions`, `rows` (distinct tweets), `deleted` (of them), `tweets` (kept),
            and those of `edits.counts`.
    """
    atomic.recover(workspace.path("tweets"))
    readings = _readings(workspace)
    ledger = Ledger.validate(readings.drop("task"))
    raw = staging.gathered(workspace, "tweets")
    ids = raw.group_by("tweet_id").agg(seen=pl.len()).sort("tweet_id").collect(engine="streaming")
    versions = edits.resolve(staging.gathered(workspace, "edits").collect(), present=ids)
    deletions = _deletions(workspace, ids=ids, versions=versions)
    versions = edits.with_last_if_deleted(versions, deletions)
    # Most deletion notices are about tweets that are not here.
    deleted = deletions.filter("had_row")
    kept = ids.join(deleted, on="tweet_id", how="anti", maintain_order="left")
    kept = edits.without_replaced(kept, versions)
    partly_read = ledger.filter(_is_not_whole())["member"]
    # The staged parts are removed last. A run that is killed before finds and merges them again.
    workspace.write("deletions", deletions)
    on_step(Step.DELETIONS_WRITTEN)
    if versions.height:
        workspace.write("edits", versions)
    on_step(Step.EDITS_WRITTEN)
    authors = _authors(workspace)
    tweet_table.write(
        workspace,
        raw,
        kept=kept,
        known=Known(deleted=deleted, versions=versions, authors=authors, damaged=partly_read),
    )
    on_step(Step.TWEETS_WRITTEN)
    ledger = _without_superseded(workspace, ledger, listed=listed or {})
    workspace.write("rejects", _rejects(workspace, readings=readings, ledger=ledger))
    on_step(Step.REJECTS_WRITTEN)
    gone = staging.gathered(workspace, "gone").sort("tweet_id", "reason")
    workspace.write("gone", gone.unique("tweet_id", keep="first", maintain_order=True).collect())
    on_step(Step.GONE_WRITTEN)
    if authors.height:
        workspace.write("authors", authors)
    workspace.write("ledger", ledger)
    on_step(Step.LEDGER_WRITTEN)
    staging.clear(workspace)
    deleted_tweets = edits.tweets_of(deleted, versions)
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
        "rows": kept.height + deleted_tweets,
        "deleted": deleted_tweets,
        "tweets": kept.height,
        **edits.counts(versions, kept=kept),
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


def _authors(workspace: Workspace) -> dy.DataFrame[Authors]:
    return (
        staging.gathered(workspace, "authors")
        .group_by("author_id")
        .agg(pl.col("author_name").max())
        .sort("author_id")
        .collect()
        .pipe(Authors.validate)
    )


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


def _is_not_whole() -> pl.Expr:
    return pl.col("status") != MemberStatus.WHOLE


def _without_superseded(
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
    whole = named.filter(~_is_not_whole()).select("archive", "name")
    partial = named.filter(_is_not_whole())
    read_again = partial.join(whole, on=["archive", "name"], how="semi")
    archives = pl.Series(list(listed), dtype=pl.String)
    still_there = pl.Series([key for keys in listed.values() for key in keys], dtype=pl.Int64)
    mended = partial.filter(
        pl.col("name") == "",
        pl.col("archive").is_in(archives.implode()),
        ~pl.col("member").is_in(still_there.implode()),
    )
    return pl.concat([read_again.select("member"), mended.select("member")]).unique()


def _rejects(workspace: Workspace, *, readings: pl.DataFrame, ledger: pl.DataFrame) -> pl.DataFrame:
    """Return the rejects that the ledger counts.

    A member may have been read several times, for example as two formats. Its rejects are those
    of the reading that the ledger has.
    """
    wanted = readings.select("member", "task").join(ledger.select("member"), on="member")
    return (
        staging.gathered(workspace, "rejects", with_task=True)
        .join(wanted.lazy(), on=["member", "task"], how="semi")
        .drop("task")
        .sort("member", "line", "kind", "reason", "excerpt")
        .collect()
    )


def _deletions(
    workspace: Workspace, *, ids: pl.DataFrame, versions: pl.DataFrame
) -> dy.DataFrame[Deletions]:
    present = ids.lazy().with_columns(present=pl.lit(value=True))
    return (
        staging.gathered(workspace, "deletions")
        .group_by("tweet_id")
        .agg(pl.col("had_row").any())
        .join(present, on="tweet_id", how="left")
        .select("tweet_id", had_row=pl.col("had_row") | pl.col("present").fill_null(value=False))
        .collect()
        .pipe(edits.with_all_versions, versions, present=ids)
        .sort("tweet_id")
        .pipe(Deletions.validate)
    )


def ledger_of(workspace: Workspace) -> dy.DataFrame[Ledger]:
    """Return the ledger, including the staged members."""
    return Ledger.validate(_readings(workspace).drop("task"))


def _readings(workspace: Workspace) -> pl.DataFrame:
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
