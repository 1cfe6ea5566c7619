"""Normalize texts for measuring and comparing them, as polars expressions."""

import re
from collections.abc import Iterable

import polars as pl

from workbench.text.patterns import (
    APOSTROPHE,
    INVISIBLE,
    JOINER,
    LINK,
    MENTION,
    RETWEET_PREFIX,
    TRAILING_HASHTAGS,
    WORD,
)

#: Replaces every number in texts that are compared.
NUMBER = "0"


def bare(text: str | pl.Expr) -> pl.Expr:
    r"""Strip mentions, links, the `RT` prefix of a copied tweet and invisible characters.

    White space is folded. The result is what the author says. It is measured, embedded and
    compared. A tweet that only contains mentions and links becomes the empty string.

    Args:
        text: Column with the text of tweets.

    Examples:
        >>> frame = pl.DataFrame({"text": ["@a  @b why is\nthe sky blue? https://t.co/x", "@a"]})
        >>> frame.select(bare("text"))["text"].to_list()
        ['why is the sky blue?', '']
    """
    return (
        _column(text)
        .map_batches(without_invisible, return_dtype=pl.String, is_elementwise=True)
        .str.replace_all(LINK, " ")
        .str.replace(RETWEET_PREFIX, " ")
        .str.replace_all(MENTION, " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )


def without_invisible(texts: pl.Series) -> pl.Series:
    r"""Remove the characters that nobody sees.

    Apps put them around mentions and right-to-left names. Joiners stay inside emoji and inside
    words of the scripts that need them.

    Args:
        texts: Texts of tweets.

    Examples:
        >>> texts = ["\u2066@ann\u2069 Rub\u200b it", "so\u200dso", "\U0001f468\u200d\U0001f33e"]
        >>> without_invisible(pl.Series(texts)).to_list() == ["@ann Rub it", "soso", texts[2]]
        True
    """
    rows = texts.str.contains(INVISIBLE).arg_true()
    if rows.is_empty():
        return texts
    cleaned = (
        texts.gather(rows)
        .str.replace_all(INVISIBLE, "$1")
        .str.replace_all(rf"{JOINER}(\s|$)", "$1")
    )
    return replace_rows(texts, rows, cleaned)


def straighten_apostrophes(text: str | pl.Expr) -> pl.Expr:
    r"""Write every apostrophe as `'`; a fifth of the tweets from phones have another one.

    Args:
        text: Column with the text of tweets.

    Examples:
        >>> frame = pl.DataFrame({"text": ["what\u2019s up?"]})
        >>> frame.select(straighten_apostrophes("text"))["text"].to_list()
        ["what's up?"]
    """
    return _column(text).str.replace_all(APOSTROPHE, "'")


def comparison_words(text: str | pl.Expr) -> pl.Expr:
    """Reduce a text to its words in lower case, separated by single spaces.

    Drops mentions, links, punctuation, symbols, emoji and trailing hashtags, and writes every
    number as `NUMBER`. A text that only contains hashtags keeps them.

    Args:
        text: Column with the text of tweets.

    Examples:
        >>> frame = pl.DataFrame({"text": ["@a I've got 1,500 BEES!! #help #bees", "#help #bees"]})
        >>> frame.select(comparison_words("text"))["text"].to_list()
        ['ive got 0 bees', 'help bees']
    """
    whole = bare(text).str.normalize("NFKC").str.to_lowercase()
    short = whole.str.replace(TRAILING_HASHTAGS, "$1")
    has_words = short.str.contains(r"[\p{L}\p{N}]")
    return (
        pl.when(has_words)
        .then(short)
        .otherwise(whole)
        .str.replace_all(rf"{APOSTROPHE}|`", "")
        .str.replace_all(r"\p{Nd}+(?:[.,:]\p{Nd}+)*", NUMBER)
        .str.extract_all(WORD)
        .list.join(" ")
    )


def comparison_key(words: str | pl.Expr) -> pl.Expr:
    """Hash `comparison_words` to one number; null if they contain no letter.

    Examples:
        >>> frame = pl.DataFrame({"words": ["vote now", "vote now", "0"]})
        >>> frame.select(comparison_key("words"))["words"].rank("dense").to_list()
        [1, 1, None]
    """
    column = _column(words)
    return pl.when(column.str.contains(r"\p{L}")).then(column.hash())


def whole_words_pattern(words: Iterable[str]) -> str:
    r"""Build a pattern that matches words or phrases as a whole, in any letter case.

    A `*` at the end of a word matches any ending. All apostrophes are equal.

    Examples:
        >>> frame = pl.DataFrame({"text": ["A  CAT sat", "cats", "c++", "don\u2019t"]})
        >>> pattern = whole_words_pattern(["a cat", "c++", "don't"])
        >>> frame.select(pl.col("text").str.contains(pattern))["text"].to_list()
        [True, False, True, True]
    """
    return f"(?i)(?:{'|'.join(map(_whole_word, words))})"


def share_of_words(text: str | pl.Expr, pattern: str) -> pl.Expr:
    """Compute the share of words that match a pattern, 0 to 1; 0 for a text without words.

    Examples:
        >>> frame = pl.DataFrame({"text": ["@a look https://t.co/x", ""]})
        >>> frame.select(share_of_words("text", LINK))["text"].round(2).to_list()
        [0.33, 0.0]
    """
    column = _column(text)
    words = column.str.count_matches(r"\S+")
    return (
        pl.when(words > 0)
        .then(pl.min_horizontal(column.str.count_matches(pattern) / words, pl.lit(1.0)))
        .otherwise(0.0)
    )


def replace_rows(text: pl.Series, rows: pl.Series, new: pl.Series) -> pl.Series:
    """Replace the texts in some rows.

    Args:
        text: Texts.
        rows: Rows to replace, each once.
        new: The new texts, in the order of `rows`.

    Examples:
        >>> replace_rows(pl.Series(["a", "b", "c"]), pl.Series([2]), pl.Series(["z"])).to_list()
        ['a', 'b', 'z']
    """
    sources = pl.int_range(len(text), eager=True).scatter(
        rows, pl.int_range(len(text), len(text) + len(new), eager=True)
    )
    return pl.concat([text, new.rename(text.name)]).gather(sources)


def _column(text: str | pl.Expr) -> pl.Expr:
    return pl.col(text) if isinstance(text, str) else text


def _whole_word(word: str) -> str:
    """Build the pattern for one word or phrase."""
    stem = word.strip().removesuffix("*")
    start, end = (r"\b" if letter[:1].isalnum() else "" for letter in (stem, stem[-1:]))
    body = r"\s+".join(pl.escape_regex(piece) for piece in stem.split())
    body = re.sub(APOSTROPHE, APOSTROPHE, body)
    return start + body + (end if stem == word.strip() else r"\w*")
