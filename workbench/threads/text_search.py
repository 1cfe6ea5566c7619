"""Occurrences: the turns that hold some words, or have to do with some id."""

import re

import polars as pl

#: Longest text that is looked for, in characters.
LONGEST = 500

#: Numbers from here on are not looked for in texts.
ID_ONLY = 10**12

_ID = re.compile(r"(?:https?://\S+/status(?:es)?/|#)?([1-9][0-9]{0,18})(?:[/?]\S*)?")


def parse_id(text: str) -> int | None:
    """Read the id of a tweet, also from the address of its page; None where it is not one.

    Examples:
        >>> parse_id(" https://twitter.com/jack/status/20?s=20 "), parse_id("20 ways")
        (20, None)
    """
    found = _ID.fullmatch(text.strip())
    return int(found[1]) if found and int(found[1]) < 2**63 else None


def contains(words: str) -> pl.Expr:
    r"""Tell which texts hold some words just as they stand there, in any letter case.

    White space of any kind and length is the same; nothing is a pattern.

    Args:
        words: What somebody typed; what is over `LONGEST` characters is not looked for.

    Examples:
        >>> frame = pl.DataFrame({"text": ["How do\nI...?", "How do I?"]})
        >>> frame.filter(contains("do i...")).rows()
        [('How do\nI...?',)]
    """
    parts = words[:LONGEST].split()
    return pl.col("text").str.contains("(?i)" + r"\s+".join(map(pl.escape_regex, parts)))


def find_threads(turns: pl.DataFrame | pl.LazyFrame, words: str) -> pl.Series:
    """Find the threads of which a turn holds some words, or has to do with an id.

    A number may be an id, too, see `as_id`: of a turn, of a tweet that a turn answers (be it here
    or missing), or of the thread. All texts are read, a part at a time.

    Args:
        turns: Table `Turns`.
        words: What to look for.

    Returns:
        Ids of the threads, ascending.

    Examples:
        >>> turns = pl.DataFrame(
        ...     {"thread_id": [1, 1], "tweet_id": [1, 2], "reply_to_id": [None, 1], "text": "Hm?"}
        ... )
        >>> (
        ...     find_threads(turns, "hm?").to_list(),
        ...     find_threads(turns, "2").to_list(),
        ...     find_threads(turns, "3").len(),
        ... )
        ([1], [1], 0)
    """
    asked = contains(words)
    if (number := parse_id(words)) is not None:
        is_id = pl.any_horizontal(
            (pl.col("tweet_id", "thread_id", "reply_to_id") == number).fill_null(value=False)
        )
        asked = is_id if number >= ID_ONLY else is_id | asked
    found = turns.lazy().filter(asked).select(pl.col("thread_id").unique())
    return found.collect(engine="streaming")["thread_id"].sort()


def excerpt(text: str, words: str, *, around: int = 40) -> str:
    """Cut a text to the place where it holds some words; its start where it does not.

    Examples:
        >>> excerpt("one two three four five", "THREE", around=4)
        '…two three fou…'
    """
    pattern = r"\s+".join(map(re.escape, words[:LONGEST].split()))
    found = re.search(pattern, text, re.IGNORECASE)
    start, end = found.span() if found and pattern else (0, 0)
    left, right = max(start - around, 0), end + around
    return ("…" if left else "") + text[left:right] + ("…" if right < len(text) else "")
