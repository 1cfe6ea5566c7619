"""Search the turns for words or ids; used by lists of threads and `workbench search`."""

import re
from itertools import pairwise

import polars as pl

from workbench.text import search_query
from workbench.text.search_query import TextQuery

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
    r"""Check which texts have what somebody searches for; see `search_query.SYNTAX`.

    Args:
        words: What the user typed. What it leaves out is not looked at.

    Examples:
        >>> frame = pl.DataFrame({"text": ["How do\nI...?", "How I do", "How-to"]})
        >>> [frame.filter(contains(words)).height for words in ('"do i"', "do i", "how")]
        [1, 2, 3]
    """
    return search_query.parse(words).matches()


def find_threads(turns: pl.DataFrame | pl.LazyFrame, words: str) -> pl.Series:
    """Find the threads with a turn that has the words or the id.

    All words must be in one turn. A thread with an excluded word in any turn is left out. A number
    may be an id too, see `parse_id`: the id of a turn, of the tweet that a turn answers (present or
    missing), or of the thread. Streams over all texts.

    Args:
        turns: Table `Turns`.
        words: What to search for; see `search_query.SYNTAX`.

    Returns:
        Ids of the threads, ascending.

    Examples:
        >>> turns = pl.DataFrame(
        ...     {"thread_id": [1, 1], "tweet_id": [1, 2], "reply_to_id": [None, 1], "text": "Hm?"}
        ... )
        >>> [find_threads(turns, words).to_list() for words in ("hm?", "2", "3", "-hm")]
        [[1], [1], [], []]
    """
    query = search_query.parse(words)
    matches = query.matches()
    if (number := parse_id(words)) is not None:
        has_id = pl.any_horizontal(
            (pl.col("tweet_id", "thread_id", "reply_to_id") == number).fill_null(value=False)
        )
        matches = has_id if number >= ID_ONLY else has_id | matches
    return _threads(turns, matches, query)


def threads_with(turns: pl.DataFrame | pl.LazyFrame, query: TextQuery) -> pl.Series:
    """Find the threads that meet a query, which is not read as an id; see `find_threads`."""
    return _threads(turns, query.matches(), query)


def _threads(turns: pl.DataFrame | pl.LazyFrame, matches: pl.Expr, query: TextQuery) -> pl.Series:
    marked = turns.lazy().select("thread_id", matches=matches, excluded=query.excludes())
    marked = marked.filter(pl.col("matches") | pl.col("excluded"))
    threads = marked.group_by("thread_id").agg(pl.col("matches", "excluded").any())
    wanted = threads.filter(pl.col("matches"), ~pl.col("excluded")).select("thread_id")
    return wanted.collect(engine="streaming")["thread_id"].sort()


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
    start, end = next(iter(search_query.parse(words).spans(text)), (0, 0))
    left, right = max(start - around, 0), end + around
    return ("…" if left else "") + text[left:right] + ("…" if right < len(text) else "")


def split_matches(text: str, words: str) -> list[str]:
    """Split a text at the matches of the words, to highlight them.

    Args:
        text: The whole text.
        words: What was searched for.

    Returns:
        Pieces that join to the text; every other piece is a match. One piece if nothing matches.

    Examples:
        >>> split_matches("One, two, one.", "one"), split_matches("One", "")
        (['', 'One', ', two, ', 'one', '.'], ['One'])
    """
    ends = [end for span in search_query.parse(words).spans(text) for end in span]
    return [text[start:end] for start, end in pairwise([0, *ends, len(text)])]
