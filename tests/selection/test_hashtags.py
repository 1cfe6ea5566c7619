"""The list of useful hashtags, and what they match."""

import polars as pl

from workbench.recipe import Hashtags
from workbench.selection import hashtags


def test_stock_lists_distinct_plain_hashtags():
    stock = hashtags.stock()
    assert stock.height >= 80
    assert stock["hashtag"].is_unique().all()
    assert stock["hashtag"].str.contains(r"^[a-z0-9_]+$").all()
    assert stock["about"].str.len_chars().min() > 5
    assert {"asking", "avoid"} <= set(stock["kind"])


def test_matches_equals_a_rule_per_hashtag():
    tags = [["help", "help", "win"], ["help"], [], None, ["nonsense"]]
    scores = pl.DataFrame({"thread_id": range(5), "hashtags": tags})
    verdicts = pl.DataFrame({"thread_id": range(5), "kept": [True, False, True, True, True]})
    counts = hashtags.matches(scores.lazy(), verdicts)
    assert counts.select("hashtag", "kind", "about").equals(hashtags.stock())
    for tag, threads, kept in counts.select("hashtag", "threads", "kept").rows():
        passes = scores.select(Hashtags(any_of=(tag,)).passes("hashtags")).to_series()
        assert (threads, kept) == (passes.sum(), (passes & verdicts["kept"]).sum())
    assert hashtags.matches(scores)["threads"].equals(counts["threads"])


def test_matches_without_threads_are_zero():
    scores = pl.DataFrame(schema={"thread_id": pl.Int64, "hashtags": pl.List(pl.String)})
    assert hashtags.matches(scores)["threads"].to_list() == [0] * hashtags.stock().height
