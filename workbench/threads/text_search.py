"""Search the turns for words or ids; used by the pages that list threads."""

import re

import polars as pl

#: Longest search text, in characters; the rest is ignored.
LONGEST = 500

#: Numbers from here on are searched as ids only, not in texts.
ID_ONLY = 10**12

_ID = re.compile(r"(?:https?://\S+/status(?:es)?/|#)?([1-9][0-9]{0,18})(?:[/?]\S*)?")


def parse_id(text: str) -> int | None:
    """Read the id of a tweet from a number or from the address of its page.

    Returns:
        The id, or None if the text is anything else.

    Examples:
        >>> parse_id(" https://twitter.com/jack/status/20?s=20 "), parse_id("20 ways")
        (20, None)
    """
    match = _ID.fullmatch(text.strip())
    return int(match[1]) if match and int(match[1]) < 2**63 else None


def contains(words: str) -> pl.Expr:
    r"""Check which texts contain the words in this order, in any letter case.

    White space of any kind and length is equal. No character has a special meaning.

    Args:
        words: What the user typed.

    Examples:
        >>> frame = pl.DataFrame({"text": ["How do\nI...?", "How do I?"]})
        >>> frame.filter(contains("do i...")).rows()
        [('How do\nI...?',)]
    """
    pieces = words[:LONGEST].split()
    return pl.col("text").str.contains("(?i)" + r"\s+".join(map(pl.escape_regex, pieces)))


def find_threads(turns: pl.DataFrame | pl.LazyFrame, words: str) -> pl.Series:
    """Find the threads with a turn that contains the words or has the id.

    A number may be an id too, see `parse_id`: the id of a turn, of the tweet that a turn answers
    (present or missing), or of the thread. Streams over all texts.

    Args:
        turns: Table `Turns`.
        words: What to search for.

    Returns:
        Ids of the threads, ascending.

    Examples:
        >>> turns = pl.DataFrame(
        ...     {"thread_id": [1, 1], "tweet_id": [1, 2], "reply_to_id": [None, 1], "text": "Hm?"}
        ... )
        >>> [find_threads(turns, words).to_list() for words in ("hm?", "2", "3")]
        [[1], [1], []]
    """
    matches = contains(words)
    if (number := parse_id(words)) is not None:
        has_id = pl.any_horizontal(
            (pl.col("tweet_id", "thread_id", "reply_to_id") == number).fill_null(value=False)
        )
        matches = has_id if number >= ID_ONLY else has_id | matches
    thread_ids = turns.lazy().filter(matches).select(pl.col("thread_id").unique())
    return thread_ids.collect(engine="streaming")["thread_id"].sort()


def excerpt(text: str, words: str, *, around: int = 40) -> str:
    """Cut a text to its first match of the words, or to its start if nothing matches.

    Args:
        text: The whole text.
        words: What was searched for.
        around: Characters to keep on each side of the match.

    Examples:
        >>> excerpt("one two three four five", "THREE", around=4)
        '…two three fou…'
    """
    pattern = r"\s+".join(map(re.escape, words[:LONGEST].split()))
    match = re.search(pattern, text, re.IGNORECASE)
    start, end = match.span() if match and pattern else (0, 0)
    left, right = max(start - around, 0), end + around
    return ("…" if left else "") + text[left:right] + ("…" if right < len(text) else "")
