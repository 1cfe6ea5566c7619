"""Bursts: how many authors say the very same at about the same time."""

import polars as pl

from workbench.progress import OnProgress, silent
from workbench.text import normalize, patterns

#: Hours within which authors of the same words make a burst.
HOURS = 24
#: Tweets that are looked through at once.
AT_ONCE = 1_000_000


def from_openings(
    openings: pl.DataFrame,
    *,
    tweets: pl.LazyFrame | None = None,
    on_progress: OnProgress = silent,
) -> pl.Series:
    """Count for each thread the most authors of its opening words in a window of `HOURS`.

    Words are compared as `texts.folded` gives them. Windows begin at every half of `HOURS`, so
    that authors half of it apart always share one.

    Args:
        openings: One row per thread: `text`, `author_id` and `created_at` of the first turn.
        tweets: Table `Tweets`. Most of what many say nobody answers, so those that answer nobody
            are counted too, but for copies that name whom they copy (`RT @name`).
        on_progress: Called with tweets looked through, and in all.

    Returns:
        `burst`: one number per thread, its own author included; 0 where it has no words.

    Examples:
        >>> from workbench.schemas import Turns
        >>> said = {"text": ["Vote now!", "vote now @a", "1"], "author_id": [7, 8, 9]}
        >>> turns = Turns.sample(3, overrides={**said, "created_at": [None, None, None]})
        >>> from_openings(turns).to_list()
        [2, 2, 0]
    """
    asked = openings.select(**_COLUMNS)
    said = [asked.drop_nulls("key").unique()]
    if tweets is not None:
        wanted = asked.select("key").drop_nulls().unique().lazy()
        rows = tweets.select(pl.len()).collect().item()
        for start in range(0, rows, AT_ONCE):
            said.append(_same(tweets.slice(start, AT_ONCE), wanted=wanted))
            on_progress(min(start + AT_ONCE, rows), rows)
    every = pl.concat(said)
    counts = [_authors(asked, said=every, shift=shift) for shift in (0, 1)]
    return pl.select(burst=pl.max_horizontal(counts)).to_series()


#: What is said, by whom, and in which half of a window.
_COLUMNS = {
    "key": normalize.comparison_key(normalize.comparison_words("text")),
    "author_id": pl.col("author_id"),
    "half": pl.col("created_at").dt.epoch("s") // (HOURS * 1800),
}


def _same(tweets: pl.LazyFrame, *, wanted: pl.LazyFrame) -> pl.DataFrame:
    is_own = pl.col("reply_to_id").is_null() & ~pl.col("text").str.contains(patterns.RETWEET_PREFIX)
    return (
        tweets.filter(is_own)
        .select(**_COLUMNS)
        .join(wanted, on="key", how="semi")
        .unique()
        .collect(engine="streaming")
    )


def _authors(asked: pl.DataFrame, *, said: pl.DataFrame, shift: int) -> pl.Series:
    """Count authors in windows of two halves; what has no time makes a window of its own."""
    window = ((pl.col("half") + shift) // 2).fill_null(-1).alias("window")
    counts = said.group_by("key", window).agg(authors=pl.col("author_id").n_unique())
    found = asked.with_columns(window).join(
        counts, on=["key", "window"], how="left", maintain_order="left"
    )
    return found["authors"].fill_null(0)
