"""Merge the parts that ingest has staged into the tables of the workspace: one row per tweet."""

from collections.abc import Callable, Collection, Iterator, Mapping
from enum import Enum, auto

import dataframely as dy
import polars as pl

from workbench.archives import listing
from workbench.ingest import staging
from workbench.ingest.best_version import from_raw_tweets
from workbench.schemas import Authors, Deletions, Ledger, RawTweets, Tweets
from workbench.schemas.ledger import MemberStatus
from workbench.storage import Workspace, atomic

#: Rows per part of the table; merging a part needs about 0.8 GB of memory.
ROWS_A_PART = 500_000

#: Raw rows to merge at once: popular tweets occur in a dump many times.
RAW_ROWS_AT_ONCE = 250_000


class Step(Enum):
    """The points of a merge after which a killed run leaves different tables behind."""

    DELETIONS_WRITTEN = auto()
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
            `rejected`, `deletions`, `rows` (distinct tweets), `deleted` (of them), `tweets` (kept).
    """
    atomic.recover(workspace.path("tweets"))
    readings = _readings(workspace)
    ledger = Ledger.validate(readings.drop("task"))
    raw = staging.gathered(workspace, "tweets")
    ids = raw.group_by("tweet_id").agg(seen=pl.len()).sort("tweet_id").collect(engine="streaming")
    deletions = _deletions(workspace, ids=ids)
    # Most deletion notices are about tweets that are not here.
    deleted = deletions.filter("had_row")
    kept = ids.join(deleted, on="tweet_id", how="anti", maintain_order="left")
    partly_read = ledger.filter(_is_not_whole())["member"]
    # The staged parts are removed last. A run that is killed before finds and merges them again.
    workspace.write("deletions", deletions)
    on_step(Step.DELETIONS_WRITTEN)
    authors = _authors(workspace)
    _write_tweets(workspace, raw, kept=kept, deleted=deleted, damaged=partly_read, authors=authors)
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
    return {
        "members": ledger.height,
        "changed": changed(ledger).height,
        "damaged": ledger.filter(is_damaged()).height,
        "unread": ledger.filter(pl.col("unread_fields").list.len() > 0).height,
        "odd": int(ledger["odd_fields"].explode().struct.field("count").sum()),
        "lines": int(ledger["lines"].sum()),
        "rejected": int(ledger["rejected"].sum()),
        "deletions": int(ledger["deletions"].sum()),
        "rows": kept.height + deleted.height,
        "deleted": deleted.height,
        "tweets": kept.height,
    }


def _write_tweets(
    workspace: Workspace,
    raw: pl.LazyFrame,
    *,
    kept: pl.DataFrame,
    deleted: pl.DataFrame,
    damaged: pl.Series,
    authors: dy.DataFrame[Authors],
) -> None:
    with atomic.replacing(workspace.path("tweets")) as aside:
        aside.mkdir()
        for number, start in enumerate(range(0, max(kept.height, 1), ROWS_A_PART)):
            merged = [Tweets.create_empty()]
            for low, high in _ranges(kept.slice(start, ROWS_A_PART)):
                in_range = raw.filter(pl.col("tweet_id").is_between(low, high))
                rows = in_range.collect(engine="streaming")
                rows = rows.join(deleted, on="tweet_id", how="anti")
                tweets = from_raw_tweets(RawTweets.cast(rows), damaged=damaged)
                merged.append(_with_names(tweets, authors))
            pl.concat(merged, rechunk=True).write_parquet(
                aside / f"part-{number:05}.parquet", compression="zstd", row_group_size=100_000
            )


def _with_names(
    tweets: dy.DataFrame[Tweets], authors: dy.DataFrame[Authors]
) -> dy.DataFrame[Tweets]:
    """Add the names of authors that were listed apart from their tweets.

    The alphabetically last name wins, so the order of the dumps does not matter.
    """
    if authors.is_empty():
        return tweets
    listed = authors.rename({"author_name": "listed_name"})
    named = tweets.join(listed, on="author_id", how="left", maintain_order="left").with_columns(
        author_name=pl.max_horizontal("author_name", "listed_name")
    )
    return Tweets.validate(named.select(Tweets.column_names()))


def _authors(workspace: Workspace) -> dy.DataFrame[Authors]:
    return (
        staging.gathered(workspace, "authors")
        .group_by("author_id")
        .agg(pl.col("author_name").max())
        .sort("author_id")
        .collect()
        .pipe(Authors.validate)
    )


def _ranges(ids: pl.DataFrame) -> Iterator[tuple[int, int]]:
    """Cut sorted ids into ranges with about `RAW_ROWS_AT_ONCE` raw rows each."""
    batch = (pl.col("seen").cast(pl.Int64).cum_sum() - 1) // RAW_ROWS_AT_ONCE
    bounds = ids.group_by(batch.alias("batch"), maintain_order=True).agg(
        low=pl.col("tweet_id").first(), high=pl.col("tweet_id").last()
    )
    yield from bounds.select("low", "high").iter_rows()


def changed(ledger: dy.DataFrame[Ledger]) -> pl.DataFrame:
    """Find the names under which several contents were read: files that were replaced.

    The tweets of every version are kept. Standard input has no name, so it is left out.

    Returns:
        One row per name: `archive`, `name`, `contents` (how many).
    """
    return (
        ledger.filter(pl.col("archive") != listing.STDIN_NAME)
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


def _deletions(workspace: Workspace, *, ids: pl.DataFrame) -> dy.DataFrame[Deletions]:
    present = ids.lazy().with_columns(present=pl.lit(value=True))
    return (
        staging.gathered(workspace, "deletions")
        .group_by("tweet_id")
        .agg(pl.col("had_row").any())
        .join(present, on="tweet_id", how="left")
        .select("tweet_id", had_row=pl.col("had_row") | pl.col("present").fill_null(value=False))
        .sort("tweet_id")
        .collect()
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
    return (
        staging.gathered(workspace, "ledger", with_task=True)
        .sort("content_hash", "rejected", "archive", "name", "seconds")
        .unique("content_hash", keep="first", maintain_order=True)
        .sort("archive", "name", "content_hash")
        .collect()
    )
