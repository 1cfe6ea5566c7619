"""Privacy: pseudonyms for people, and masks for what tweets tell of them.

Only handles (`@name`) are found as names: a first name in the middle of a sentence stays.
"""

import re
from collections import Counter
from typing import NamedTuple

import polars as pl

from workbench.export.privacy import phone_numbers, pseudonyms
from workbench.export.privacy.patterns import (
    ADDRESS,
    CARD,
    CUT_TAIL,
    PERSONAL,
    passes_luhn,
)
from workbench.recipe import ExportSettings
from workbench.text.normalize import replace_rows
from workbench.text.patterns import HANDLE, LEADING_MENTIONS, LINK_LIKE, RETWEET_OF_HANDLE

#: A text of masks, mentions and punctuation, such as a reply that is a picture.
_MARKS_ONLY = rf"^(?:\s|\[(?:link|{'|'.join(PERSONAL)})\]|{HANDLE}|[.,:;…])+$"
#: Stands for the sign of an address that stays. No text holds it: control characters go first.
_SIGN = "\0"
_TO_FOLD = r"[^\S\n ]|\s\s|^\s|\s$| \n|\n "


class Cleaned(NamedTuple):
    """Turns without personal data, and how often each kind stood there.

    Args:
        turns: The turns given, `author_name` and `text` rewritten.
        counts: Kind -> times.
    """

    turns: pl.DataFrame
    counts: Counter[str]


def clean(turns: pl.DataFrame, *, settings: ExportSettings) -> Cleaned:
    """Take people and their data out of the turns of whole threads.

    A text may end up empty (a reply of mentions only). Numbers of people hold within a thread.

    Args:
        turns: Turns of whole threads, in reading order.
        settings: What becomes of links, mentions and personal data.

    Examples:
        >>> turns = pl.DataFrame(
        ...     {
        ...         "thread_id": [1, 1],
        ...         "tweet_id": [1, 2],
        ...         "reply_to_id": [None, 1],
        ...         "author_id": [7, 8],
        ...         "author_name": ["Ann", "bob"],
        ...         "text": ["who knows @carl?", "@Ann @bob mail me@web.org, @ann https://t.co/x"],
        ...         "lang": ["en", "en"],
        ...         "is_truncated": [False, False],
        ...     }
        ... )
        >>> clean(turns, settings=ExportSettings()).turns["text"].to_list()
        ['who knows @user3?', 'mail [email], @user1 [link]']
    """
    counts: Counter[str] = Counter()
    text = turns["text"].str.replace_all(r"[\p{Cc}&&[^\n\t]]", " ")
    is_reply = turns["reply_to_id"].is_not_null()
    text = _replace(text, RETWEET_OF_HANDLE, "", counts, kind="copied")
    text = _replace(text, CUT_TAIL, "", counts, kind="cut", among=turns["is_truncated"])
    if settings.mentions != "keep":
        text = _replace(text, LEADING_MENTIONS, "", counts, kind="leading", among=is_reply)
    if settings.links != "keep":
        text = _replace(text, LINK_LIKE, _mark("link", settings.links), counts, kind="link")
    if settings.personal_data != "keep":
        for kind, pattern in PERSONAL.items():
            mark = _mark(kind, settings.personal_data)
            text = _replace(text, pattern, mark, counts, kind=kind)
        rows = text.str.contains(phone_numbers.CANDIDATE).arg_true()
        masked, times = phone_numbers.mask(text.gather(rows), turns["lang"].gather(rows), mark=mark)
        counts["phone"] += times
        text = replace_rows(text, rows, masked)
    else:
        text = text.str.replace_all(ADDRESS, f"${{1}}{_SIGN}${{2}}")
    people = pseudonyms.participants(turns)
    if settings.mentions == "remove":
        text = _replace(text, HANDLE, "", counts, kind="mention")
    elif settings.mentions == "pseudonym":
        counts += Counter(mention=int(text.str.count_matches(HANDLE).sum()))
        text = pseudonyms.rename_mentions(turns.with_columns(text=text), people=people)["text"]
    text = _fold(text.str.replace_all(_SIGN, "@", literal=True))
    author_name = pl.format("user{}", people["number"])
    return Cleaned(turns.with_columns(author_name=author_name, text=text.alias("text")), counts)


def _replace(
    text: pl.Series,
    pattern: str,
    mark: str,
    counts: Counter[str],
    *,
    kind: str,
    among: pl.Series | None = None,
) -> pl.Series:
    """Replace a pattern, touching only the texts that have it, and count it."""
    found = text.str.contains(pattern)
    rows = (found if among is None else found & among).arg_true()
    if rows.is_empty():
        return text
    old = text.gather(rows)
    if kind == "card":
        new, times = _mask_cards(old, mark)
    else:
        new = old.str.replace_all(pattern, mark)
        times = int(old.str.count_matches(pattern).sum())
    counts[kind] += times
    return replace_rows(text, rows, new)


def _mask_cards(texts: pl.Series, mark: str) -> tuple[pl.Series, int]:
    """Replace the numbers whose check digit is right; few texts get here, so Python may look."""
    times = 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal times
        if not passes_luhn(match[0]):
            return match[0]
        times += 1
        return mark

    return pl.Series([re.sub(CARD, replaced, text) for text in texts], dtype=pl.String), times


def _mark(kind: str, choice: str) -> str:
    return f"[{kind}]" if choice == "mask" else ""


def _fold(text: pl.Series) -> pl.Series:
    """Fold blanks, keep single and double line breaks; a text of marks only says nothing."""
    rows = text.str.contains(_TO_FOLD).arg_true()
    folded = (
        text.gather(rows)
        .str.replace_all(r"[^\S\n]+", " ")
        .str.replace_all(r" ?\n ?", "\n")
        .str.replace_all(r"\n{3,}", "\n\n")
        .str.strip_chars()
    )
    folded = replace_rows(text, rows, folded)
    says_nothing = folded.str.contains(_MARKS_ONLY)
    return folded.set(says_nothing, "") if says_nothing.any() else folded
