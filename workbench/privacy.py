"""Privacy: pseudonyms for people, and masks for what tweets tell of them.

Only handles (`@name`) are found as names: a first name in the middle of a sentence stays.
"""

import hmac
import re
from collections import Counter
from typing import NamedTuple

import polars as pl

from workbench import telephones
from workbench.patterns import (
    CARD,
    COPY,
    CUT_TAIL,
    HANDLE,
    LEADING_MENTIONS,
    LINK,
    PERSONAL,
    as_uuid,
    passes_luhn,
)
from workbench.settings import ExportSettings

#: A text of masks, mentions and punctuation, such as a reply that is a picture.
_MARKS_ONLY = rf"^(?:\s|\[(?:link|{'|'.join(PERSONAL)})\]|{HANDLE}|[.,:;…])+$"
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
    text = _replace(text, COPY, "", counts, kind="copied")
    text = _replace(text, CUT_TAIL, "", counts, kind="cut", among=turns["is_truncated"])
    if settings.mentions != "keep":
        text = _replace(text, LEADING_MENTIONS, "", counts, kind="leading", among=is_reply)
    if settings.links != "keep":
        text = _replace(text, LINK, _mark("link", settings.links), counts, kind="link")
    if settings.personal_data != "keep":
        for kind, pattern in PERSONAL.items():
            mark = _mark(kind, settings.personal_data)
            text = _replace(text, pattern, mark, counts, kind=kind)
        rows = text.str.contains(telephones.CANDIDATE).arg_true()
        masked, times = telephones.mask(text.gather(rows), turns["lang"].gather(rows), mark=mark)
        counts["phone"] += times
        text = _put(text, rows, masked)
    people = participants(turns)
    if settings.mentions == "remove":
        text = _replace(text, HANDLE, "", counts, kind="mention")
    elif settings.mentions == "pseudonym":
        counts += Counter(mention=int(text.str.count_matches(HANDLE).sum()))
        text = rename_mentions(turns.with_columns(text=text), people=people)["text"]
    return Cleaned(
        turns.with_columns(
            author_name=pl.format("user{}", people["number"]), text=_fold(text).alias("text")
        ),
        counts,
    )


def participants(turns: pl.DataFrame) -> pl.DataFrame:
    """Number the authors of each thread in order of appearance, from 1.

    A turn whose author is not known counts as written by somebody else each time.

    Args:
        turns: Turns of whole threads, in reading order.

    Returns:
        One row per turn in the same order: `thread_id`, `name` (handle in lower case), `number`.
    """
    # Numbers below 0 stand for authors of whom only the name, or nothing, is known.
    row, known_name = pl.col("row"), -pl.col("name").rank("dense").cast(pl.Int64)
    begins = (pl.col("thread_id") != pl.col("thread_id").shift()).fill_null(value=True)
    people = (
        turns.select("thread_id", "author_id", name=pl.col("author_name").str.to_lowercase())
        .with_row_index("row")
        .with_columns(author=pl.coalesce("author_id", known_name, -row.cast(pl.Int64) - 2**40))
        .with_columns(first=row.min().over("thread_id", "author"))
        .with_columns(
            newcomers=(row == pl.col("first")).cum_sum(),
            start=pl.when(begins).then(row).forward_fill(),
        )
    )
    # Counted through the whole table and from each thread's start: far faster than by thread.
    count = pl.col("newcomers").cast(pl.Int64)
    return people.select(
        "thread_id", "name", number=count.gather("first") - count.gather("start") + 1
    )


def rename_mentions(turns: pl.DataFrame, *, people: pl.DataFrame) -> pl.DataFrame:
    """Write `@user1`, `@user2`... for every mention; people who wrote nothing get the next numbers.

    Args:
        turns: Turns of whole threads, in reading order.
        people: What `participants` says of them.
    """
    rows = turns.lazy().select("thread_id", "text").with_row_index("row")
    pieces = (
        rows.filter(pl.col("text").str.contains(HANDLE))
        .select(
            "row",
            "thread_id",
            name=pl.concat_list(pl.lit(None, pl.String), pl.col("text").str.extract_all(HANDLE)),
            piece=pl.col("text").str.split(HANDLE, literal=False),
        )
        .explode("name", "piece")
        .with_columns(pl.col("name").str.slice(1).str.to_lowercase())
        .with_row_index("place")
        .collect()
    )
    if pieces.is_empty():
        return turns
    known = people.group_by("thread_id", "name").agg(pl.col("number").min())
    most = people.group_by("thread_id").agg(most=pl.col("number").max())
    strangers = (
        pieces.drop_nulls("name")
        .join(known, on=["thread_id", "name"], how="anti")
        .group_by("thread_id", "name")
        .agg(pl.col("place").min())
        .join(most, on="thread_id")
        .with_columns(rank=pl.col("place").rank("dense").over("thread_id"))
        .select("thread_id", "name", number=pl.col("rank") + pl.col("most"))
    )
    named = pl.concat([known.drop_nulls(), strangers], how="vertical_relaxed")
    renamed = (
        pieces.join(named, on=["thread_id", "name"], how="left", maintain_order="left")
        .select("row", text=pl.concat_str(_pseudonym(), "piece"))
        .group_by("row", maintain_order=True)
        .agg("text")
        .with_columns(pl.col("text").list.join(""))
    )
    text = _put(turns["text"], renamed["row"], renamed["text"])
    return turns.with_columns(text=text)


def user_ids(author_ids: pl.Series, *, secret: bytes) -> pl.Series:
    """Give each author an id that is the same in every export and cannot be guessed without secret.

    Args:
        author_ids: Ids of authors, null where not known.
        secret: Key of the workspace.

    Returns:
        UUIDs (HMAC-SHA256, marked as version 5), null where the author is not known.
    """
    known = author_ids.unique().drop_nulls()
    keyed = [
        as_uuid(hmac.digest(secret, b"%d" % author, "sha256").hex()) for author in known.to_list()
    ]
    return author_ids.replace_strict(known, pl.Series(keyed, dtype=pl.String), default=None)


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
    return _put(text, rows, new)


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


def _put(text: pl.Series, rows: pl.Series, new: pl.Series) -> pl.Series:
    """Give the texts with those at some rows exchanged."""
    places = pl.int_range(len(text), eager=True).scatter(
        rows, pl.int_range(len(text), len(text) + len(new), eager=True)
    )
    return pl.concat([text, new.rename(text.name)]).gather(places)


def _pseudonym() -> pl.Expr:
    """Give the text that stands for a mention; empty before the first piece of a text."""
    return (
        pl.when(pl.col("name").is_null()).then(pl.lit("")).otherwise(pl.format("@user{}", "number"))
    )


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
    folded = _put(text, rows, folded)
    says_nothing = folded.str.contains(_MARKS_ONLY)
    return folded.set(says_nothing, "") if says_nothing.any() else folded
