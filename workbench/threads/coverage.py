"""Count how many replies have their parent and their opening tweet in the data.

The command `workbench coverage` and the statistics page show these counts.
"""

import polars as pl

from workbench.recipe import ThreadSettings
from workbench.threads import links, pointer_jumping, versions


def by_day(
    tweets: pl.LazyFrame | pl.DataFrame, *, edits: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Count the coverage of each day (UTC); tweets without a date count as the day null.

    Reads ids, dates and flags only. A reply is a tweet that names its parent. Some dumps name no
    parents; there, a reply is a tweet whose conversation was opened by another tweet.

    Args:
        tweets: One row per tweet, in any order.
        edits: Table `Edits`, if any tweet is edited.

    Returns:
        One row per day, with these columns:

        - `day`, `tweets`, and `embedded`: tweets that were only seen inside other tweets.
        - `replies`, and `by_conversation`: replies that name no parent.
        - `with_parent` and `with_root`: replies whose parent or opening tweet is present.
        - `parent_share` and `root_share`: the same as shares, 0 to 1; null if there is no reply.
        - `parents_by_embedding` and `roots_by_embedding`: how many of these are only present
          because of embedded tweets.
        - `roots_by_conversation`: how many are only found through conversation ids.

    Examples:
        >>> from workbench.schemas import Tweets
        >>> tweets = Tweets.sample(
        ...     overrides={
        ...         "tweet_id": [1, 2, 3, 4],
        ...         "reply_to_id": [None, 1, 9, 3],
        ...         "conversation_id": None,
        ...         "created_at": None,
        ...         "is_embedded": [True, False, False, False],
        ...     }
        ... )
        >>> row = by_day(tweets).row(0, named=True)
        >>> row["replies"], row["with_parent"], row["with_root"], row["parents_by_embedding"]
        (3, 2, 1, 1)
    """
    day = pl.col("created_at").dt.date().alias("day")
    return _by(versions.with_first_ids(tweets.lazy(), edits), day)


def by_source(
    tweets: pl.LazyFrame | pl.DataFrame, *, edits: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Count the coverage of each dump format: `source`, then the columns of `by_day`.

    Args:
        tweets: One row per tweet, in any order.
        edits: Table `Edits`, if any tweet is edited.
    """
    return _by(versions.with_first_ids(tweets.lazy(), edits), pl.col("source"))


def _by(tweets: pl.LazyFrame, group: pl.Expr) -> pl.DataFrame:
    name = group.meta.output_name()
    in_conversation = pl.col("conversation_id") < pl.col("tweet_id")
    names_parent = pl.col("reply_to_id").is_not_null()
    by_conversation = ~names_parent & in_conversation.fill_null(value=False)
    rows = tweets.select(
        *("tweet_id", group),
        embedded="is_embedded",
        replies=names_parent | by_conversation,
        by_conversation=by_conversation,
    )
    sums = pl.exclude(name, "tweet_id").sum().cast(pl.Int64)
    counts = (
        rows.join(_presence(tweets).lazy(), on="tweet_id", how="left")
        .group_by(name)
        .agg(pl.len().cast(pl.Int64).alias("tweets"), sums)
        .sort(name, nulls_last=True)
        .collect(engine="streaming")
    )
    parents, roots = pl.col("with_parent"), pl.col("with_root")
    return _with_shares(
        counts.select(
            *(name, "tweets", "embedded", "replies", "by_conversation", "with_parent", "with_root"),
            parents_by_embedding=parents - pl.col("parent_unembedded"),
            roots_by_embedding=roots - pl.col("root_unembedded"),
            roots_by_conversation=roots - pl.col("root_linked"),
        )
    )


def _with_shares(counts: pl.DataFrame) -> pl.DataFrame:
    parents, roots, replies = (pl.col(name) for name in ("with_parent", "with_root", "replies"))
    with_shares = counts.with_columns(
        parent_share=pl.when(replies > 0).then(parents / replies),
        root_share=pl.when(replies > 0).then(roots / replies),
    )
    return with_shares.select(
        *(name for name in counts.columns if "_by_" not in name),
        *("parent_share", "root_share"),
        *(name for name in counts.columns if "_by_" in name),
    )


def by_period(days: pl.DataFrame, *, unit: str) -> pl.DataFrame:
    """Sum days to months or years, named like `2019-07` or `2019`.

    Args:
        days: Result of `by_day`.
        unit: `month` or `year`; `day` returns the days unchanged.

    Returns:
        The columns of `by_day`, the first one named after the unit.

    Examples:
        >>> from datetime import date
        >>> days = [date(2019, 7, 3), date(2019, 7, 4), date(2019, 8, 1)]
        >>> columns = ["tweets", "embedded", "replies", "by_conversation", "with_parent"]
        >>> columns += ["with_root", "parent_share", "root_share", "parents_by_embedding"]
        >>> frame = pl.DataFrame({"day": days, **dict.fromkeys(columns, 2)})
        >>> by_period(frame, unit="month").select("month", "replies", "parent_share").rows()
        [('2019-07', 4, 1.0), ('2019-08', 2, 1.0)]
    """
    if unit == "day":
        return days
    name = pl.col("day").dt.strftime({"month": "%Y-%m", "year": "%Y"}[unit]).alias(unit)
    counts = days.drop("parent_share", "root_share").group_by(name).agg(pl.exclude("day").sum())
    return _with_shares(counts.sort(unit, nulls_last=True))


def finest_unit(days: pl.DataFrame, *, most: int) -> str:
    """Choose the finest unit of `by_period` with at most `most` periods that contain replies."""
    replied = days.filter(pl.col("replies") > 0)
    units = (unit for unit in ("day", "month") if by_period(replied, unit=unit).height <= most)
    return next(units, "year")


def _presence(tweets: pl.LazyFrame) -> pl.DataFrame:
    """Flag replies whose parent or root is present: in all, without embedding, by links alone."""
    unembedded = tweets.filter(~pl.col("is_embedded"))
    ids = links.skeleton(tweets, settings=ThreadSettings())
    unembedded_ids = links.skeleton(unembedded, settings=ThreadSettings())
    in_all = _flags(links.from_skeleton(ids))
    by_links = _flags(links.from_skeleton(ids, gather=False)).drop("with_parent")
    without_embedding = _flags(links.from_skeleton(unembedded_ids))
    return in_all.join(
        without_embedding.rename(
            {"with_parent": "parent_unembedded", "with_root": "root_unembedded"}
        ),
        on="tweet_id",
        how="full",
        coalesce=True,
    ).join(by_links.rename({"with_root": "root_linked"}), on="tweet_id", how="full", coalesce=True)


def _flags(linked: links.Links) -> pl.DataFrame:
    """List the replies whose parent or root is present."""
    root, depths = pointer_jumping.follow(linked.parents)
    is_below = depths > 0
    flags = pl.DataFrame(
        {
            "tweet_id": linked.tweet_ids,
            "with_parent": is_below & ~linked.lacks_parent,
            "with_root": is_below & ~linked.lacks_parent[root],
        }
    )
    return flags.filter(pl.col("with_parent") | pl.col("with_root"))
