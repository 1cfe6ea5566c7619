"""Count how many authors post the same words at about the same time."""

import polars as pl

from workbench.progress import OnProgress, silent
from workbench.text import normalize, patterns

#: Length of a window, in hours: authors of the same words within it make a burst.
HOURS = 24
#: Tweets that are read in one pass.
AT_ONCE = 1_000_000

#: Number of the half window of a tweet.
_HALF_WINDOW = pl.col("created_at").dt.epoch("s") // (HOURS * 3600 // 2)
#: Who posts what, in which half window.
_COLUMNS = {
    "key": normalize.comparison_key(normalize.comparison_words("text")),
    "author_id": pl.col("author_id"),
    "half": _HALF_WINDOW,
}


def from_openings(
    openings: pl.DataFrame,
    *,
    tweets: pl.LazyFrame | None = None,
    on_progress: OnProgress = silent,
) -> pl.Series:
    """Count the authors of the opening words of each thread in the busiest window of `HOURS`.

    Texts are compared by `normalize.comparison_words`. A window begins at every half of `HOURS`,
    so authors who post within half of it always share a window.

    Args:
        openings: One row per thread: `text`, `author_id` and `created_at` of the first turn.
        tweets: Table `Tweets`. Most mass posts get no reply, so all tweets that answer nobody
            are counted too, except copies that name their author (`RT @name`).
        on_progress: Called with the tweets read and all tweets.

    Returns:
        `burst`: one number per thread, including its own author; 0 if it has no words.

    Examples:
        >>> from workbench.schemas import Turns
        >>> texts = {"text": ["Vote now!", "vote now @a", "1"], "author_id": [7, 8, 9]}
        >>> turns = Turns.sample(3, overrides={**texts, "created_at": [None, None, None]})
        >>> from_openings(turns).to_list()
        [2, 2, 0]
    """
    opened = openings.select(**_COLUMNS)
    posts = [opened.drop_nulls("key").unique()]
    if tweets is not None:
        keys = opened.select("key").drop_nulls().unique().lazy()
        total = tweets.select(pl.len()).collect().item()
        for start in range(0, total, AT_ONCE):
            posts.append(_with_key_in(keys, tweets.slice(start, AT_ONCE)))
            on_progress(min(start + AT_ONCE, total), total)
    all_posts = pl.concat(posts)
    counts = [_authors(opened, posts=all_posts, shift=shift) for shift in (0, 1)]
    return pl.select(burst=pl.max_horizontal(counts)).to_series()


def _with_key_in(keys: pl.LazyFrame, tweets: pl.LazyFrame) -> pl.DataFrame:
    """Select the original tweets that say the same as an opening turn."""
    is_copy = pl.col("text").str.contains(patterns.RETWEET_PREFIX)
    return (
        tweets.filter(pl.col("reply_to_id").is_null() & ~is_copy)
        .select(**_COLUMNS)
        .join(keys, on="key", how="semi")
        .unique()
        .collect(engine="streaming")
    )


def _authors(opened: pl.DataFrame, *, posts: pl.DataFrame, shift: int) -> pl.Series:
    """Count authors per window of two halves; posts without a time share a window of their own."""
    window = ((pl.col("half") + shift) // 2).fill_null(-1).alias("window")
    counts = posts.group_by("key", window).agg(authors=pl.col("author_id").n_unique())
    rows = opened.with_columns(window).join(
        counts, on=["key", "window"], how="left", maintain_order="left"
    )
    return rows["authors"].fill_null(0)
