"""Replace people by pseudonyms and mask personal data in the turns of an export.

Only handles (`@name`) count as names: a first name within a sentence stays.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from workbench.export.privacy import phone_numbers, platform_marks, pseudonyms
from workbench.export.privacy.patterns import ADDRESS, CHECKS, CUT_TAIL, PERSONAL
from workbench.recipe import ExportSettings
from workbench.text.normalize import replace_rows, without_invisible
from workbench.text.patterns import HANDLE, LEADING_MENTIONS, LINK_LIKE, RETWEET_OF_HANDLE

#: A text of only masks, mentions and punctuation, for example a reply that is a picture.
_MASKS_ONLY = rf"^(?:\s|\[(?:link|{'|'.join(PERSONAL)})\]|{HANDLE}|[.,:;…])+$"
#: Replaces the @ of kept addresses while mentions are renamed. No text contains it, because
#: control characters are removed first.
_KEPT_AT = "\0"
_TO_FOLD = r"[^\S\n ]|\s\s|^\s|\s$| \n|\n "


class Cleaned(NamedTuple):
    """Turns without personal data, and what was replaced or removed.

    Args:
        turns: The same turns with new `author_name` and `text`.
        counts: Kind of personal data -> occurrences.
    """

    turns: pl.DataFrame
    counts: Counter[str]


def clean(turns: pl.DataFrame, *, settings: ExportSettings) -> Cleaned:
    """Replace or remove people and their data in the turns of whole threads.

    Authors and mentioned people are numbered within each thread. A text may become empty, for
    example a reply of only mentions.

    Args:
        turns: Turns of whole threads, in reading order.
        settings: What to do with links, mentions and personal data.

    Examples:
        >>> turns = pl.DataFrame(
        ...     {
        ...         "thread_id": [1, 1],
        ...         "tweet_id": [1, 2],
        ...         "reply_to_id": [None, 1],
        ...         "is_inferred": [False, False],
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
    text = without_invisible(turns["text"].str.replace_all(r"[\p{Cc}&&[^\n\t]]", " "))
    is_reply = turns["reply_to_id"].is_not_null() | turns["is_inferred"]
    text = _replace(text, RETWEET_OF_HANDLE, "", counts, kind="copied")
    text = _replace(text, CUT_TAIL, "", counts, kind="cut", among=turns["is_truncated"])
    if settings.mentions != "keep":
        among = is_reply | platform_marks.addresses_somebody(text) if settings.tidy else is_reply
        text = _replace(text, LEADING_MENTIONS, "", counts, kind="leading", among=among)
    if settings.tidy:
        text = _without_marks(text, is_reply, counts, settings=settings)
    if settings.links != "keep":
        text = _replace(text, LINK_LIKE, _mark("link", settings.links), counts, kind="link")
    if settings.personal_data != "keep":
        for kind, pattern in PERSONAL.items():
            mark = _mark(kind, settings.personal_data)
            text = _replace(text, pattern, mark, counts, kind=kind)
        rows = text.str.contains(phone_numbers.CANDIDATE).arg_true()
        masked, count = phone_numbers.mask(text.gather(rows), turns["lang"].gather(rows), mark=mark)
        counts["phone"] += count
        text = replace_rows(text, rows, masked)
    else:
        text = text.str.replace_all(ADDRESS, f"${{1}}{_KEPT_AT}${{2}}")
    people = pseudonyms.participants(turns)
    if settings.mentions == "remove":
        text = _replace(text, HANDLE, "", counts, kind="mention")
    elif settings.mentions == "pseudonym":
        counts += Counter(mention=int(text.str.count_matches(HANDLE).sum()))
        text = pseudonyms.rename_mentions(turns.with_columns(text=text), people=people)["text"]
    text = _fold(text.str.replace_all(_KEPT_AT, "@", literal=True))
    author_name = pl.format("user{}", people["number"])
    return Cleaned(turns.with_columns(author_name=author_name, text=text.alias("text")), counts)


def _without_marks(
    text: pl.Series, is_reply: pl.Series, counts: Counter[str], *, settings: ExportSettings
) -> pl.Series:
    """Remove what only makes sense on the platform, see `platform_marks`."""
    for kind, (pattern, mark) in platform_marks.REPLY_MARKS.items():
        text = _replace(text, pattern, mark, counts, kind=kind, among=is_reply)
    for kind, (pattern, mark) in platform_marks.MARKS.items():
        text = _replace(text, pattern, mark, counts, kind=kind)
    if settings.links != "keep":
        pattern, mark = platform_marks.LINKS_AT_END
        text = _replace(text, pattern, mark, counts, kind="links_at_end")
    return text


def _replace(
    text: pl.Series,
    pattern: str,
    mark: str,
    counts: Counter[str],
    *,
    kind: str,
    among: pl.Series | None = None,
) -> pl.Series:
    """Replace a pattern in the texts that contain it, and count the occurrences."""
    matches = text.str.contains(pattern)
    rows = (matches if among is None else matches & among).arg_true()
    if rows.is_empty():
        return text
    old = text.gather(rows)
    if kind in CHECKS:
        new, count = _mask_checked(old, pattern, mark, check=CHECKS[kind])
    else:
        new = old.str.replace_all(pattern, mark)
        count = int(old.str.count_matches(pattern).sum())
    counts[kind] += count
    return replace_rows(text, rows, new)


def _mask_checked(
    texts: pl.Series, pattern: str, mark: str, *, check: Callable[[re.Match[str]], bool]
) -> tuple[pl.Series, int]:
    """Replace the matches that pass a check. Few texts get here, so Python is fast enough."""
    count = 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal count
        if not check(match):
            return match[0]
        count += 1
        return mark

    return pl.Series([re.sub(pattern, replaced, text) for text in texts], dtype=pl.String), count


def _mark(kind: str, choice: str) -> str:
    return f"[{kind}]" if choice == "mask" else ""


def _fold(text: pl.Series) -> pl.Series:
    """Collapse white space, keep single and double line breaks, empty texts of only masks."""
    rows = text.str.contains(_TO_FOLD).arg_true()
    folded = (
        text.gather(rows)
        .str.replace_all(r"[^\S\n]+", " ")
        .str.replace_all(r" ?\n ?", "\n")
        .str.replace_all(r"\n{3,}", "\n\n")
        .str.strip_chars()
    )
    folded = replace_rows(text, rows, folded)
    is_empty = folded.str.contains(_MASKS_ONLY)
    return folded.set(is_empty, "") if is_empty.any() else folded
