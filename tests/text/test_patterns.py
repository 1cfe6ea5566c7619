"""What counts as a mention, a link or a hashtag."""

import polars as pl
import pytest

from workbench.text import patterns


def matches(pattern, text):
    return pl.Series([text]).str.extract_all(pattern).item().to_list()


@pytest.mark.parametrize(
    ("text", "mentions", "handles"),
    [
        ("@ann hi", ["@ann"], ["@ann"]),
        ("＠ann hi", ["＠ann"], ["＠ann"]),
        ("me@host", [], ["@host"]),
        (f"@{'a' * 16}", [], [f"@{'a' * 16}"]),
        ("@ @!", [], []),
    ],
)
def test_a_handle_is_broader_than_a_mention(text, mentions, handles):
    assert matches(patterns.MENTION, text) == mentions
    assert matches(patterns.HANDLE, text) == handles


@pytest.mark.parametrize(
    ("text", "links", "like_links"),
    [
        ("see https://t.co/x.", ["https://t.co/x."], ["https://t.co/x"]),
        ("HTTP://a.b/c", ["HTTP://a.b/c"], ["HTTP://a.b/c"]),
        ("www.a.org and t.co/x", [], ["www.a.org", "t.co/x"]),
        ("pic.twitter.com/ab写真", [], ["pic.twitter.com/ab"]),
        ("https://", [], []),
    ],
)
def test_link_like_is_broader_than_a_link(text, links, like_links):
    assert matches(patterns.LINK, text) == links
    assert matches(patterns.LINK_LIKE, text) == like_links


def test_prefixes_of_copied_tweets_need_a_word_of_their_own():
    texts = pl.Series(["RT @ann: hi", " MT @ann hi", "RT : hi", "ART @ann: hi"])
    assert texts.str.contains(patterns.RETWEET_PREFIX).to_list() == [True, True, True, False]
    assert texts.str.contains(patterns.RETWEET_OF_HANDLE).to_list() == [True, True, False, False]


def test_leading_mentions_end_at_the_first_word():
    text = pl.Series([".@ann, @bob: why @carl?"])
    assert text.str.replace(patterns.LEADING_MENTIONS, "").to_list() == ["why @carl?"]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Any tips? #help", "Any tips?"),
        ("any tips #help #food", "any tips"),
        ("any #tips", "any #tips"),
        ("#help me", "#help me"),
    ],
)
def test_one_hashtag_within_a_sentence_is_part_of_it(text, rest):
    stripped = pl.Series([text]).str.replace(patterns.TRAILING_HASHTAGS, "$1")
    assert stripped.to_list() == [rest]
