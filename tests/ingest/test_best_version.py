"""The best of each field wins, whatever the order of the occurrences."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.support.property_tests import examples
from workbench.ingest import best_version
from workbench.schemas import RawTweets
from workbench.text import language


def raw_tweets(*rows: dict) -> pl.DataFrame:
    base = {
        "author_id": None,
        "text": "a",
        "hashtags": [],
        "is_truncated": False,
        "has_media": False,
        "is_embedded": False,
        "source": "twitterstream",
        "member": 1,
        "line": 1,
    }
    columns = RawTweets.create_empty().schema
    return pl.DataFrame([{**dict.fromkeys(columns), **base, **row} for row in rows], schema=columns)


def test_from_raw_tweets_takes_the_best_of_each():
    row = best_version.from_raw_tweets(
        raw_tweets(
            {"tweet_id": 5, "text": "short", "likes": 3, "hashtags": ["b"], "lang": "und"},
            {"tweet_id": 5, "text": "much longer but cut…", "is_truncated": True, "member": -4},
            {"tweet_id": 5, "text": "longer", "is_embedded": True, "likes": 9, "reply_to_id": 2}
            | {"member": -9, "hashtags": ["a", "b"], "lang": "en", "has_media": True},
        )
    ).row(0, named=True)
    assert (row["text"], row["is_truncated"], row["likes"]) == ("longer", False, 9)
    assert (row["reply_to_id"], row["hashtags"], row["lang"]) == (2, ["a", "b"], "en")
    assert (row["is_embedded"], row["member"], row["has_media"]) == (False, -4, True)


@pytest.mark.parametrize("code", [*language.UNDETERMINED, "UND"])
def test_from_raw_tweets_takes_the_code_that_names_a_language(code):
    seen = raw_tweets({"tweet_id": 5, "lang": code}, {"tweet_id": 5, "lang": "ar"})
    assert best_version.from_raw_tweets(seen)["lang"].to_list() == ["ar"]


def test_from_raw_tweets_names_a_whole_member_rather_than_a_damaged_one():
    seen = raw_tweets(
        {"tweet_id": 5, "member": 1, "line": 4},
        {"tweet_id": 5, "member": 3, "line": 4},
        {"tweet_id": 5, "member": 2, "line": 9, "is_embedded": True},
    )
    merged = best_version.from_raw_tweets(seen, damaged=pl.Series([1]))
    assert merged.select("member", "line", "is_embedded").rows() == [(3, 4, False)]


@st.composite
def _some_raw_tweets(draw) -> pl.DataFrame:
    known = st.none() | st.integers(0, 3)
    row = st.fixed_dictionaries(
        {
            "tweet_id": st.integers(1, 3),
            "text": st.sampled_from(["", "a", "b", "ab", "été"]),
            "likes": known,
            "author_id": known,
            "reply_to_id": known,
            "lang": st.sampled_from([None, "und", "en", "de", "zxx"]),
            "hashtags": st.lists(st.sampled_from("abc"), unique=True).map(sorted),
            "is_truncated": st.booleans(),
            "is_embedded": st.booleans(),
            "is_sensitive": st.none() | st.booleans(),
            "member": st.integers(1, 2),
            "line": st.integers(1, 3),
        }
    )
    return raw_tweets(*draw(st.lists(row, min_size=1, max_size=12)))


@given(seen=_some_raw_tweets(), seed=st.integers(0, 99), cut=st.integers(0, 12))
@settings(max_examples=examples(60))
def test_merging_in_steps_and_in_any_order_gives_the_same(seen, seed, cut):
    damaged = pl.Series([1])
    whole = best_version.from_raw_tweets(seen, damaged=damaged)
    mixed = seen.sample(fraction=1, shuffle=True, seed=seed)
    first = best_version.from_raw_tweets(mixed.head(cut), damaged=damaged)
    again = pl.concat([first, mixed.slice(cut)])
    assert_frame_equal(best_version.from_raw_tweets(again, damaged=damaged), whole)
    assert_frame_equal(best_version.from_raw_tweets(whole, damaged=damaged), whole)
    assert whole["tweet_id"].to_list() == sorted(seen["tweet_id"].unique())
