"""Hashtags: a stock list of useful ones, and what each of them matches."""

from importlib.resources import files

import polars as pl


def stock() -> pl.DataFrame:
    """Give the hashtags that are worth a rule.

    Returns:
        `hashtag` (lower case, no `#`), `kind` (`avoid` for those that mark advertising, games and
        machines; all others gather questions or people who answer) and `about`, in the order of
        their kinds.

    Examples:
        >>> stock().filter(hashtag="rstats").row(0)
        ('rstats', 'programming', 'the language R: questions get real answers')
    """
    return pl.read_ndjson((files("workbench") / "data" / "hashtags.jsonl").read_bytes())


def matches(
    scores: pl.DataFrame | pl.LazyFrame, verdicts: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Count the threads that each hashtag of the stock list matches.

    Args:
        scores: `thread_id` and `hashtags`, one row per thread.
        verdicts: What a selection made of them, where there is one.

    Returns:
        `stock` with `threads` and, given verdicts, `kept` of those, in the same order.

    Examples:
        >>> scores = pl.DataFrame({"thread_id": [1, 2], "hashtags": [["help", "rstats"], ["help"]]})
        >>> matches(scores).filter(pl.col("threads") > 0).select("hashtag", "threads").rows()
        [('help', 2), ('rstats', 1)]
    """
    known = stock()
    tagged = (
        scores.lazy()
        .select("thread_id", hashtag="hashtags")
        .explode("hashtag", empty_as_null=False, keep_nulls=False)
        .filter(pl.col("hashtag").is_in(known["hashtag"].implode()))
        .unique()
    )
    counts = [pl.len().alias("threads")]
    if verdicts is not None:
        tagged = tagged.join(verdicts.lazy().select("thread_id", "kept"), on="thread_id")
        counts.append(pl.col("kept").sum())
    found = tagged.group_by("hashtag").agg(counts).collect()
    numbers = pl.col(["threads", "kept"] if verdicts is not None else ["threads"])
    return known.join(found, on="hashtag", how="left", maintain_order="left").with_columns(
        numbers.fill_null(0).cast(pl.Int64)
    )
