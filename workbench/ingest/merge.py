"""Merging: what ingest laid down becomes one table with one row a tweet."""

from collections.abc import Collection, Iterator, Mapping

import dataframely as dy
import polars as pl

from workbench import schemas
from workbench.archives import listing
from workbench.archives.member import LINK
from workbench.ingest import staging
from workbench.schemas import Deletions, Ledger, RawTweets, Tweets
from workbench.storage import Workspace, atomic
from workbench.text import language

#: Rows of one part of the table; merging one takes some 0.8 GB of memory.
ROWS_A_PART = 500_000

#: Sightings that are merged at once; a tweet that everybody retweets stands in a dump many times.
SIGHTINGS_AT_ONCE = 250_000


def merge(
    workspace: Workspace, *, listed: Mapping[str, Collection[str]] | None = None
) -> dict[str, int]:
    """Merge the parts that wait, see `staging`, into the tables of the workspace.

    The tables are cut at ids and sorted by id, so that the parts are the same whatever the order
    in which rows came; memory is bounded by one part and by 12 bytes per tweet. What was damaged
    and has been read whole since leaves the ledger, see `_superseded`.

    Args:
        workspace: Where the tables are.
        listed: Archive -> what is wrong with it as a whole, of those just listed to their end.

    Returns:
        Counts: `members`, `changed` (see `changed`), `damaged` (see `is_damaged`), `lines`,
            `rejected`, `deletions`, `rows` (distinct tweets), `deleted` (of them), `tweets` (kept).
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
    cut = ledger.filter(pl.col("damage").is_not_null())["member"]
    # A run that dies between two of these finds the parts still waiting, and merges them again.
    workspace.write("deletions", deletions)
    _write_parts(workspace, sightings, kept=kept, deleted=deleted, cut=cut)
    old = _superseded(ledger, listed=listed or {})
    if old.height:
        # Not one that held other tweets than what was read whole: where they came from stays told.
        named = workspace.scan("tweets").select("member").join(old.lazy(), on="member", how="semi")
        old = old.join(named.unique().collect(engine="streaming"), on="member", how="anti")
        ledger = Ledger.validate(ledger.join(old, on="member", how="anti"))
    workspace.write("rejects", _rejects(workspace, ledger=ledger))
    gone = staging.gathered(workspace, "gone").sort("tweet_id", "reason")
    workspace.write("gone", gone.unique("tweet_id", keep="first", maintain_order=True).collect())
    workspace.write("ledger", ledger)
    staging.clear(workspace)
    return {
        "members": ledger.height,
        "changed": changed(ledger).height,
        "damaged": ledger.filter(is_damaged()).height,
        "lines": int(ledger["lines"].sum()),
        "rejected": int(ledger["rejected"].sum()),
        "deletions": int(ledger["deletions"].sum()),
        "rows": kept.height + deleted.height,
        "deleted": deleted.height,
        "tweets": kept.height,
    }


def _write_parts(
    workspace: Workspace,
    sightings: pl.LazyFrame,
    *,
    kept: pl.DataFrame,
    deleted: pl.DataFrame,
    cut: pl.Series,
) -> None:
    with atomic.replacing(workspace.path("tweets")) as aside:
        aside.mkdir()
        for number, start in enumerate(range(0, max(kept.height, 1), ROWS_A_PART)):
            rows = [Tweets.create_empty()]
            for low, high in _ranges(kept.slice(start, ROWS_A_PART)):
                part = sightings.filter(pl.col("tweet_id").is_between(low, high))
                seen = part.collect(engine="streaming").join(deleted, on="tweet_id", how="anti")
                rows.append(from_raw_tweets(RawTweets.cast(seen), damaged=cut))
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
        ledger.filter(pl.col("archive") != listing.STDIN_NAME)
        .group_by("archive", "name")
        .agg(contents=pl.len())
        .filter(pl.col("contents") > 1)
        .sort("archive", "name")
    )


def is_damaged() -> pl.Expr:
    """Tell what could not be read to its end, over `Ledger`; links, never followed, are whole."""
    return pl.col("damage").is_not_null() & (pl.col("damage") != LINK)


def _superseded(ledger: pl.DataFrame, *, listed: Mapping[str, Collection[str]]) -> pl.DataFrame:
    """Find the damaged members that have been read whole since, under their archive and name.

    Of what is wrong with an archive as a whole, that is what its last listing does not tell any
    more. Standard input is another stream each time.

    Returns:
        One row a member: `member`.
    """
    is_cut = pl.col("damage").is_not_null()
    files = ledger.filter(pl.col("archive") != listing.STDIN_NAME)
    whole = files.filter(~is_cut).select("archive", "name")
    told = {"archive": list(listed), "told": list(map(list, listed.values()))}
    archives = pl.DataFrame(told, schema={"archive": pl.String, "told": pl.List(pl.String)})
    was_told = pl.col("damage").is_in("told")
    cut = files.filter(is_cut)
    mended = cut.filter(pl.col("name") == "").join(archives, on="archive").filter(~was_told)
    again = cut.join(whole, on=["archive", "name"], how="semi")
    return pl.concat([again.select("member"), mended.select("member")]).unique()


def _rejects(workspace: Workspace, *, ledger: pl.DataFrame) -> pl.DataFrame:
    """Give the rejects that the ledger tells of."""
    reasons = ledger.lazy().select(
        "member",
        reason=pl.col("reject_reasons").list.eval(pl.element().struct.field("kind")),
    )
    return (
        staging.gathered(workspace, "rejects")
        .unique()
        .join(reasons.explode("reason"), on=["member", "reason"], how="semi")
        .sort("member", "line", "reason", "excerpt")
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


def _ranges(ids: pl.DataFrame) -> Iterator[tuple[int, int]]:
    """Cut sorted ids into ranges, each `seen` about `SIGHTINGS_AT_ONCE` times."""
    batch = (pl.col("seen").cast(pl.Int64).cum_sum() - 1) // SIGHTINGS_AT_ONCE
    bounds = ids.group_by(batch.alias("batch"), maintain_order=True).agg(
        low=pl.col("tweet_id").first(), high=pl.col("tweet_id").last()
    )
    yield from bounds.select("low", "high").iter_rows()


def from_raw_tweets(
    sightings: dy.DataFrame[RawTweets], *, damaged: pl.Series | None = None
) -> dy.DataFrame[Tweets]:
    """Make one row a tweet from everything that was seen of it.

    The longest text wins (one that is not cut before one that is), the highest count, the union
    of hashtags; a tweet seen on its own counts as embedded no more, and its own record is where
    it comes from, if there is one in a whole member that one. Merging what was merged before
    changes nothing, in any order.

    Args:
        sightings: Any number of rows per tweet, in any order.
        damaged: Members that could not be read to their end.

    Returns:
        One row per tweet, sorted by id.

    Examples:
        >>> seen = RawTweets.sample(
        ...     2, overrides={"tweet_id": 7, "text": ["a", "a b"], "likes": [3, 1]}
        ... )
        >>> from_raw_tweets(seen).select("tweet_id", "likes").rows()
        [(7, 3)]
    """
    counts = pl.len().over("tweet_id")
    once = sightings.filter(counts == 1)
    often = sightings.filter(counts > 1)
    if often.height:
        cut = pl.Series([], dtype=pl.Int64) if damaged is None else damaged
        once = pl.concat([once, _merged(often, damaged=cut)])
    return once.sort("tweet_id").pipe(Tweets.validate)


def _merged(sightings: pl.DataFrame, *, damaged: pl.Series) -> pl.DataFrame:
    best_text = ["is_truncated", "-characters", "text"]
    origin = ["is_embedded", "is_cut", "member", "line", "source"]
    ordered = sightings.with_columns(
        pl.col("text").str.len_chars().cast(pl.Int64).neg().alias("-characters"),
        is_cut=pl.col("member").is_in(damaged.implode()),
        known_lang=pl.when(language.names_language("lang")).then("lang"),
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
        .select(schemas.RawTweets.column_names())
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
