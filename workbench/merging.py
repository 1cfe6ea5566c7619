"""Merging: what ingest laid down becomes one table with one row a tweet."""

from collections.abc import Iterator

import dataframely as dy
import polars as pl

from workbench import archive, atomic, languages, schemas, staging
from workbench.schemas import Deletions, Ledger, Sightings, Tweets
from workbench.workspace import Workspace

#: Rows of one part of the table; merging one takes some 0.8 GB of memory.
ROWS_A_PART = 500_000

#: Sightings that are merged at once; a tweet that everybody retweets stands in a dump many times.
SIGHTINGS_AT_ONCE = 250_000


def merge(workspace: Workspace) -> dict[str, int]:
    """Merge the parts that wait, see `staging`, into the tables of the workspace.

    The tables are cut at ids and sorted by id, so that the parts are the same whatever the order
    in which rows came; memory is bounded by one part and by 12 bytes per tweet.

    Returns:
        Counts: `members`, `changed` (see `changed`), `lines`, `rejected`, `deletions`, `rows`
            (distinct tweets), `deleted` (of them), `tweets` (kept).
    """
    atomic.recover(workspace.path("tweets"))
    ledger = ledger_of(workspace)
    sightings = staging.gathered(workspace, "tweets")
    ids = (
        sightings.group_by("tweet_id")
        .agg(seen=pl.len())
        .sort("tweet_id")
        .collect(engine="streaming")
    )
    deletions = _deletions(workspace, ids=ids)
    # Of most notices the tweet is not here.
    deleted = deletions.filter("had_row")
    kept = ids.join(deleted, on="tweet_id", how="anti", maintain_order="left")
    reasons = ledger.lazy().select(
        "member",
        reason=pl.col("reject_reasons").list.eval(pl.element().struct.field("kind")),
    )
    rejects = (
        staging.gathered(workspace, "rejects")
        .unique()
        .join(reasons.explode("reason"), on=["member", "reason"], how="semi")
    )
    # A run that dies between two of these finds the parts still waiting, and merges them again.
    workspace.write("deletions", deletions)
    _write_parts(workspace, sightings, kept=kept, deleted=deleted)
    workspace.write("rejects", rejects.sort("member", "line", "reason", "excerpt").collect())
    gone = staging.gathered(workspace, "gone").sort("tweet_id", "reason")
    workspace.write("gone", gone.unique("tweet_id", keep="first", maintain_order=True).collect())
    workspace.write("ledger", ledger)
    staging.clear(workspace)
    return {
        "members": ledger.height,
        "changed": changed(ledger).height,
        "lines": int(ledger["lines"].sum()),
        "rejected": int(ledger["rejected"].sum()),
        "deletions": int(ledger["deletions"].sum()),
        "rows": kept.height + deleted.height,
        "deleted": deleted.height,
        "tweets": kept.height,
    }


def _write_parts(
    workspace: Workspace, sightings: pl.LazyFrame, *, kept: pl.DataFrame, deleted: pl.DataFrame
) -> None:
    with atomic.replacing(workspace.path("tweets")) as aside:
        aside.mkdir()
        for number, start in enumerate(range(0, max(kept.height, 1), ROWS_A_PART)):
            rows = [Tweets.create_empty()]
            for low, high in _ranges(kept.slice(start, ROWS_A_PART)):
                part = sightings.filter(pl.col("tweet_id").is_between(low, high))
                seen = part.collect(engine="streaming").join(deleted, on="tweet_id", how="anti")
                rows.append(from_sightings(Sightings.cast(seen)))
            pl.concat(rows, rechunk=True).write_parquet(
                aside / f"part-{number:05}.parquet", compression="zstd", row_group_size=100_000
            )


def changed(ledger: dy.DataFrame[Ledger]) -> pl.DataFrame:
    """Find the names under which more than one content was read: files that were replaced.

    The tweets of every version are kept. Standard input has no name, so is left out.

    Returns:
        One row a name: `archive`, `name`, `contents` (how many).
    """
    return (
        ledger.filter(pl.col("archive") != archive.STDIN_NAME)
        .group_by("archive", "name")
        .agg(contents=pl.len())
        .filter(pl.col("contents") > 1)
        .sort("archive", "name")
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


def _ranges(ids: pl.DataFrame) -> Iterator[tuple[int, int]]:
    """Cut sorted ids into ranges, each `seen` about `SIGHTINGS_AT_ONCE` times."""
    batch = (pl.col("seen").cast(pl.Int64).cum_sum() - 1) // SIGHTINGS_AT_ONCE
    bounds = ids.group_by(batch.alias("batch"), maintain_order=True).agg(
        low=pl.col("tweet_id").first(), high=pl.col("tweet_id").last()
    )
    yield from bounds.select("low", "high").iter_rows()


def from_sightings(sightings: dy.DataFrame[Sightings]) -> dy.DataFrame[Tweets]:
    """Make one row a tweet from everything that was seen of it.

    The longest text wins (one that is not cut before one that is), the highest count, the union
    of hashtags; a tweet seen on its own counts as embedded no more, and its own record is where
    it comes from. Merging what was merged before changes nothing, in any order.

    Args:
        sightings: Any number of rows per tweet, in any order.

    Returns:
        One row per tweet, sorted by id.

    Examples:
        >>> seen = Sightings.sample(
        ...     2, overrides={"tweet_id": 7, "text": ["a", "a b"], "likes": [3, 1]}
        ... )
        >>> from_sightings(seen).select("tweet_id", "likes").rows()
        [(7, 3)]
    """
    counts = pl.len().over("tweet_id")
    once = sightings.filter(counts == 1)
    often = sightings.filter(counts > 1)
    if often.height:
        once = pl.concat([once, _merged(often)])
    return once.sort("tweet_id").pipe(Tweets.validate)


def _merged(sightings: pl.DataFrame) -> pl.DataFrame:
    best_text = ["is_truncated", "-characters", "text"]
    origin = ["is_embedded", "member", "line", "source"]
    ordered = sightings.with_columns(
        pl.col("text").str.len_chars().cast(pl.Int64).neg().alias("-characters"),
        known_lang=pl.when(languages.is_given("lang")).then("lang"),
    )
    highest = ["author_id", "author_name", "reply_to_id", "reply_to_author_id"]
    highest += ["conversation_id", "quoted_id", "likes", "retweets", "replies", "quotes"]
    return (
        ordered.group_by("tweet_id")
        .agg(
            pl.col("text", "is_truncated").sort_by(best_text).first(),
            pl.col("source", "member", "line").sort_by(origin).first(),
            pl.col(highest).max(),
            pl.col("created_at").min(),
            pl.col("hashtags").list.explode().unique().drop_nulls().sort(),
            pl.col("is_sensitive", "has_media").max(),
            pl.col("is_embedded").min(),
            lang=pl.coalesce(pl.col("known_lang").max(), pl.col("lang").max()),
        )
        .select(schemas.Sightings.column_names())
    )


def ledger_of(workspace: Workspace) -> dy.DataFrame[Ledger]:
    """Give the ledger with the members that wait to be merged into it.

    The same content under two names is one row, under the first of its names; of two readings the
    one counts that understood more.
    """
    return (
        staging.gathered(workspace, "ledger")
        .sort("content_hash", "rejected", "archive", "name", "seconds")
        .unique("content_hash", keep="first", maintain_order=True)
        .sort("archive", "name", "content_hash")
        .collect()
        .pipe(Ledger.validate)
    )
