"""Texts: what a tweet's text is made of, in polars."""

import re
from collections.abc import Iterable

import polars as pl

from workbench.text.patterns import (
    APOSTROPHE,
    LINK,
    MENTION,
    RETWEET_PREFIX,
    TRAILING_HASHTAGS,
    WORD,
)


def bare(text: str | pl.Expr) -> pl.Expr:
    r"""Strip mentions, links and the `RT` of a copied tweet; fold white space.

    What is left is what somebody says: it is measured, embedded and compared. A tweet of
    mentions and links only becomes the empty string.

    Args:
        text: Column with the text of tweets.

    Examples:
        >>> frame = pl.DataFrame({"text": ["@a  @b why is\nthe sky blue? https://t.co/x", "@a"]})
        >>> frame.select(bare("text"))["text"].to_list()
        ['why is the sky blue?', '']
    """
    column = pl.col(text) if isinstance(text, str) else text
    return (
        column.str.replace_all(LINK, " ")
        .str.replace(RETWEET_PREFIX, " ")
        .str.replace_all(MENTION, " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )


def straighten_apostrophes(text: str | pl.Expr) -> pl.Expr:
    r"""Write every apostrophe as a typewriter does; of the telephones' tweets a fifth has another.

    Args:
        text: Column with the text of tweets.

    Examples:
        >>> frame = pl.DataFrame({"text": ["what\u2019s up?"]})
        >>> frame.select(straighten_apostrophes("text"))["text"].to_list()
        ["what's up?"]
    """
    column = pl.col(text) if isinstance(text, str) else text
    return column.str.replace_all(APOSTROPHE, "'")


def comparison_words(text: str | pl.Expr) -> pl.Expr:
    """Give the words of a text in lower case, one space between them, for comparison.

    Mentions, links, punctuation, symbols, emoji and hashtags hung on at the end are left out, and
    every number is `0`. A text of hashtags only keeps them.

    Args:
        text: Column with the text of tweets.

    Examples:
        >>> frame = pl.DataFrame({"text": ["@a I've got 1,500 BEES!! #help #bees", "#help #bees"]})
        >>> frame.select(comparison_words("text"))["text"].to_list()
        ['ive got 0 bees', 'help bees']
    """
    whole = bare(text).str.normalize("NFKC").str.to_lowercase()
    short = whole.str.replace(TRAILING_HASHTAGS, "$1")
    kept = pl.when(short.str.contains(r"[\p{L}\p{N}]")).then(short).otherwise(whole)
    return (
        kept.str.replace_all(rf"{APOSTROPHE}|`", "")
        .str.replace_all(r"\p{Nd}+(?:[.,:]\p{Nd}+)*", "0")
        .str.extract_all(WORD)
        .list.join(" ")
    )


def comparison_key(words: str | pl.Expr) -> pl.Expr:
    """Give one number for words that are `folded`; null where no letter is among them.

    Examples:
        >>> frame = pl.DataFrame({"words": ["vote now", "vote now", "0"]})
        >>> frame.select(comparison_key("words"))["words"].rank("dense").to_list()
        [1, 1, None]
    """
    column = pl.col(words) if isinstance(words, str) else words
    return pl.when(column.str.contains(r"\p{L}")).then(column.hash())


def whole_words_pattern(words: Iterable[str]) -> str:
    r"""Write a pattern for words or phrases as wholes, in any case; `*` at an end stands for any.

    One apostrophe is as good as another.

    Examples:
        >>> frame = pl.DataFrame({"text": ["A  CAT sat", "cats", "c++", "don\u2019t"]})
        >>> frame.select(
        ...     pl.col("text").str.contains(whole_words_pattern(["a cat", "c++", "don't"]))
        ... )["text"].to_list()
        [True, False, True, True]
    """
    parts = []
    for word in words:
        inner = word.strip().removesuffix("*")
        edges = [r"\b" if letter[:1].isalnum() else "" for letter in (inner, inner[-1:])]
        body = r"\s+".join(pl.escape_regex(part) for part in inner.split())
        body = re.sub(APOSTROPHE, APOSTROPHE, body)
        parts.append(edges[0] + body + (edges[1] if inner == word.strip() else r"\w*"))
    return f"(?i)(?:{'|'.join(parts)})"


def share_of_words(text: str | pl.Expr, pattern: str) -> pl.Expr:
    """Give the share of the words that match a pattern, 0 to 1; 0 where there is no word.

    Examples:
        >>> frame = pl.DataFrame({"text": ["@a look https://t.co/x", ""]})
        >>> frame.select(share_of_words("text", LINK))["text"].round(2).to_list()
        [0.33, 0.0]
    """
    column = pl.col(text) if isinstance(text, str) else text
    words = column.str.count_matches(r"\S+")
    return (
        pl.when(words > 0)
        .then(pl.min_horizontal(column.str.count_matches(pattern) / words, pl.lit(1.0)))
        .otherwise(0.0)
    )


def replace_rows(text: pl.Series, rows: pl.Series, new: pl.Series) -> pl.Series:
    """Give the texts with those at some rows exchanged.

    Args:
        text: Texts.
        rows: Places of those to exchange, each once.
        new: What comes in their place.

    Examples:
        >>> replace_rows(pl.Series(["a", "b", "c"]), pl.Series([2]), pl.Series(["z"])).to_list()
        ['a', 'b', 'z']
    """
    places = pl.int_range(len(text), eager=True).scatter(
        rows, pl.int_range(len(text), len(text) + len(new), eager=True)
    )
    return pl.concat([text, new.rename(text.name)]).gather(places)
