"""A list of useful hashtags, and the number of threads that each of them matches."""

from importlib.resources import files

import polars as pl


def stock() -> pl.DataFrame:
    """Read the hashtags that are worth a rule.

    Returns:
        `hashtag` (lower case, no `#`), `kind` and `about`, sorted by kind. Hashtags of the kind
        `avoid` mark advertising, games and bots. All others gather questions, or people who
        answer.

    Examples:
        >>> stock().filter(hashtag="rstats").row(0)
        ('rstats', 'programming', 'the language R: questions get real answers')
    """
    return pl.read_ndjson((files("workbench") / "data" / "hashtags.jsonl").read_bytes())


def matches(
    scores: pl.DataFrame | pl.LazyFrame, verdicts: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Count the threads that each hashtag of the list matches.

    Args:
        scores: `thread_id` and `hashtags`, one row per thread.
        verdicts: Verdicts on the same threads, if there are any.

    Returns:
        `stock` in the same order with `threads` and, if verdicts are passed, `kept`: how many of
        these threads are kept.

    Examples:
        >>> scores = pl.DataFrame({"thread_id": [1, 2], "hashtags": [["help", "rstats"], ["help"]]})
        >>> matches(scores).filter(pl.col("threads") > 0).select("hashtag", "threads").rows()
        [('help', 2), ('rstats', 1)]
    """
    listed = stock()
    tagged = (
        scores.lazy()
        .select("thread_id", hashtag="hashtags")
        .explode("hashtag", empty_as_null=False, keep_nulls=False)
        .filter(pl.col("hashtag").is_in(listed["hashtag"].implode()))
        .unique()
    )
    counts = {"threads": pl.len()}
    if verdicts is not None:
        tagged = tagged.join(verdicts.lazy().select("thread_id", "kept"), on="thread_id")
        counts["kept"] = pl.col("kept").sum()
    counted = tagged.group_by("hashtag").agg(**counts).collect()
    return listed.join(counted, on="hashtag", how="left", maintain_order="left").with_columns(
        pl.col(*counts).fill_null(0).cast(pl.Int64)
    )
