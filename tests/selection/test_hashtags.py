"""The stock list of hashtags."""

import polars as pl

from workbench.recipe import Hashtags
from workbench.selection import hashtags


def test_stock_is_a_list_of_distinct_plain_hashtags():
    stock = hashtags.stock()
    assert stock.height >= 80
    assert stock["hashtag"].is_unique().all()
    assert stock["hashtag"].str.contains(r"^[a-z0-9_]+$").all()
    assert stock["about"].str.len_chars().min() > 5
    assert {"asking", "avoid"} <= set(stock["kind"])


def test_matches_counts_what_a_rule_would_find():
    tags = [["help", "help", "win"], ["help"], [], None, ["nonsense"]]
    scores = pl.DataFrame({"thread_id": range(5), "hashtags": tags})
    verdicts = pl.DataFrame({"thread_id": range(5), "kept": [True, False, True, True, True]})
    found = hashtags.matches(scores.lazy(), verdicts)
    assert found.select("hashtag", "kind", "about").equals(hashtags.stock())
    for tag, threads, kept in found.select("hashtag", "threads", "kept").rows():
        passes = scores.select(Hashtags(any_of=(tag,)).passes("hashtags")).to_series()
        assert (threads, kept) == (passes.sum(), (passes & verdicts["kept"]).sum())
    assert hashtags.matches(scores)["threads"].equals(found["threads"])


def test_matches_of_no_thread_are_none():
    scores = pl.DataFrame(schema={"thread_id": pl.Int64, "hashtags": pl.List(pl.String)})
    assert hashtags.matches(scores)["threads"].to_list() == [0] * hashtags.stock().height
