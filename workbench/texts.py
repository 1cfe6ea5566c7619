"""Texts: what a tweet's text is made of, as polars expressions."""

import polars as pl

#: A link as the platform writes it; its own shortener gives at least `t.co/x`.
LINK = r"(?i)\bhttps?://\S+"
#: A screen name has 1 to 15 word characters; an address such as `me@host` is no mention.
MENTION = r"(?:^|\B)[@＠]\w{1,15}\b"  # noqa: RUF001 (the platform takes the full-width sign too)


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
        .str.replace(r"^\s*(?:RT|MT)\s+(?:@\w+)?:?", " ")
        .str.replace_all(MENTION, " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )


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
