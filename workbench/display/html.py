"""Render texts and threads as safe HTML; every tweet is treated as hostile."""

import re
from collections.abc import Mapping
from datetime import datetime
from html import escape
from itertools import pairwise
from typing import Any

import polars as pl

from workbench.display import numbers, thread_outline
from workbench.display.css import STYLE
from workbench.text import search_query
from workbench.text.sanitize import visible
from workbench.text.search_query import TextQuery

#: Deepest indent. Deeper replies keep this indent and show their level as a number.
DEEPEST = 6
#: Why a turn has the badge "not placed".
NOT_PLACED = "in this conversation, but it is not known which tweet it answers"


def inline(text: str) -> str:
    """Return a text as safe HTML that cannot change the text direction around it."""
    return f'<bdi dir="auto">{escape(visible(text))}</bdi>'


def thread(
    turns: pl.DataFrame,
    *,
    verdict: str | None = None,
    nearest: str | None = None,
    scores: Mapping[str, Any] | None = None,
    roles: Mapping[int, str] | None = None,
    facts: Mapping[int, Mapping[str, Any]] | None = None,
    gone: Mapping[int, str] | None = None,
    stubs: Mapping[int, str] | None = None,
    first: int = 0,
    most: int = 60,
) -> str:
    """Draw a thread as indented replies.

    No part of a tweet becomes markup, a link or a picture. A missing tweet is shown as a gap, and a
    truncated text is marked.

    Args:
        turns: Rows of `Turns` of one thread, in reading order.
        verdict: Sentence on why the thread is kept or removed.
        nearest: Known instruction most similar to the opening tweet.
        scores: Name -> value, shown in one line above the thread.
        roles: Role by `tweet_id`. Turns without a role are marked as left out,
            turns without a known place as not placed.
        facts: Name -> value of single turns, by `tweet_id`, shown below their text.
        gone: Reason for each missing tweet, by id. Turns with an id in it are not shown.
        stubs: Turns of which only one line is drawn, by `tweet_id`: where the text is.
        first: Number of rows to skip, including gaps.
        most: Maximum number of rows to draw; other turns are only counted.

    Returns:
        One `<article>` with its own style.
    """
    rows = [part(turns, roles=roles, facts=facts, gone=gone, stubs=stubs, first=first, most=most)]
    outline = thread_outline.from_turns(turns, gone=gone or {}) if turns.height else turns
    before, after = (
        rest["tweet_id"].count() for rest in (outline.head(first), outline.slice(first + most))
    )
    if before:
        rows.insert(
            0, f'<p class="wb-gap">{numbers.count(before)} earlier turns are not shown.</p>'
        )
    if after:
        rows.append(
            f'<p class="wb-gap">{numbers.count(after)} more of '
            f"{numbers.count(turns.height)} turns are not shown.</p>"
        )
    body = "".join([header(verdict, nearest, scores or {}), *rows])
    return f'<style>{STYLE}</style><article class="wb-thread">{body}</article>'


def part(
    turns: pl.DataFrame,
    *,
    roles: Mapping[int, str] | None = None,
    facts: Mapping[int, Mapping[str, Any]] | None = None,
    gone: Mapping[int, str] | None = None,
    stubs: Mapping[int, str] | None = None,
    sources: Mapping[int, str] | None = None,
    words: str = "",
    first: int = 0,
    most: int = 60,
) -> str:
    """Draw some turns and gaps of a thread; see `thread` for the other arguments.

    Args:
        turns: Rows of `Turns` of one thread, in reading order.
        roles: Role by `tweet_id`.
        facts: Name -> value of single turns, by `tweet_id`.
        gone: Reason for each missing tweet, by id.
        stubs: Turns of which only one line is drawn, by `tweet_id`.
        sources: File and line that each turn was read from, by `tweet_id`.
        words: Search text; its matches are marked.
        first: Number of rows to skip, including gaps.
        most: Maximum number of rows to draw.
    """
    opener = turns["author_id"][0] if turns.height else None
    facts, gone = facts or {}, gone or {}
    stubs, sources = stubs or {}, sources or {}
    outline = thread_outline.from_turns(turns, gone=gone) if turns.height else turns
    query = search_query.parse(words)
    rows = [
        _gap(row, gone=gone)
        if row["gap_id"] is not None
        else _turn(
            row,
            opener=opener,
            role=roles.get(row["tweet_id"], "left out") if roles is not None else None,
            facts=facts.get(row["tweet_id"], {}),
            source=sources.get(row["tweet_id"], ""),
            stub=stubs.get(row["tweet_id"]),
            query=query,
        )
        for row in outline.slice(first, most).iter_rows(named=True)
    ]
    return "".join(rows) or '<p class="wb-gap">This thread has no turns left.</p>'


def header(verdict: str | None, nearest: str | None, scores: Mapping[str, Any]) -> str:
    """Render the facts of a whole thread; see `thread` for the arguments."""
    parts = []
    if verdict:
        parts.append(f'<p class="wb-verdict">{escape(verdict)}</p>')
    if scores:
        parts.append(f'<dl class="wb-facts">{_pairs(scores)}</dl>')
    if nearest:
        parts.append(
            f'<p class="wb-nearest"><b>Nearest known instruction</b> {inline(nearest)}</p>'
        )
    return f"<header>{''.join(parts)}</header>" if parts else ""


def _pairs(facts: Mapping[str, Any]) -> str:
    return "".join(
        f"<div><dt>{escape(name)}</dt><dd>{inline(_value(value))}</dd></div>"
        for name, value in facts.items()
    )


def _gap(row: dict[str, Any], *, gone: Mapping[int, str]) -> str:
    """Render the gap of a missing tweet."""
    why = escape(gone.get(row["gap_id"], "not in the data"))
    return (
        f'<div class="wb-turn wb-gone" data-level="{row["level"]}" '
        f'style="--wb-depth:{min(row["level"], DEEPEST)}">'
        f'<p class="wb-gap">A tweet is missing here: {why}. <span>{row["gap_id"]}</span></p></div>'
    )


def _turn(
    row: dict[str, Any],
    *,
    opener: int | None,
    role: str | None,
    facts: Mapping[str, Any],
    source: str,
    stub: str | None,
    query: TextQuery,
) -> str:
    """Render one turn; of a stub, its head and where its text is."""
    kind = role if role in ("prompter", "assistant") else "out"
    name = row["author_name"] or (f"user {row['author_id']}" if row["author_id"] else "somebody")
    head = [f"<b>{inline(('@' if row['author_name'] else '') + name)}</b>"]
    if not row["is_placed"]:
        head.append(f'<span class="wb-badge wb-out" title="{NOT_PLACED}">not placed</span>')
    elif role:
        head.append(f'<span class="wb-badge wb-{kind}">{escape(role)}</span>')
    elif row["author_id"] is not None and row["author_id"] == opener and row["position"]:
        head.append('<span class="wb-badge">opener</span>')
    head.append(f"<time>{numbers.moment(row['created_at'])}</time>")
    if row["level"] > DEEPEST:
        head.append(f"<span>level {row['level']}</span>")
    if row["likes"] is not None:
        head.append(
            f"<span>{numbers.count(row['likes'])} like{'' if row['likes'] == 1 else 's'}</span>"
        )
    own = f'<dl class="wb-facts wb-own">{_pairs(facts)}</dl>' if facts else ""
    named = f'<p class="wb-source">{inline(source)}</p>' if source else ""
    name = f"wb-turn wb-as-{kind}" if role and row["is_placed"] else "wb-turn"
    if stub:
        body = f'<p class="wb-gap">{escape(stub)}</p>{_notes(row)}'
    else:
        text = f'<div class="wb-text" dir="auto">{_text(row["text"], query)}</div>'
        body = f"{text}{_notes(row)}{own}{named}"
    return (
        f'<div class="{name}" data-level="{row["level"]}" data-tweet="{row["tweet_id"]}" '
        f'style="--wb-depth:{min(row["level"], DEEPEST)}">'
        f'<div class="wb-head">{"".join(head)}</div>'
        f"{body}</div>"
    )


def _text(text: str, query: TextQuery) -> str:
    """Render the text of a turn; matches and code points that were hidden are highlighted."""
    shown = visible(text)
    ends = [end for span in query.spans(shown) for end in span]
    pieces = [shown[start:end] for start, end in pairwise([0, *ends, len(shown)])]
    return "".join(
        f"<mark>{_piece(piece)}</mark>" if place % 2 else _piece(piece)
        for place, piece in enumerate(pieces)
    )


def _piece(text: str) -> str:
    return re.sub("⟨U\\+[0-9A-F]+⟩", lambda match: f"<i>{match.group()}</i>", escape(text))


def _notes(row: dict[str, Any]) -> str:
    """Render notes that matter for judging the text."""
    notes = {
        "is_truncated": "the end of this text is missing",
        "is_inferred": "placed by its conversation id, not by a reply id",
        "is_sensitive": "marked as sensitive by the platform",
        "has_media": "picture or video not shown",
    }
    if not row["is_placed"]:
        notes["is_inferred"] = NOT_PLACED
    shown = [f"<span>{note}</span>" for flag, note in notes.items() if row[flag]]
    return f'<div class="wb-notes">{"".join(shown)}</div>' if shown else ""


def _value(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "unknown", True: "yes", False: "no"}[value]
    if isinstance(value, datetime):
        return numbers.moment(value)
    if isinstance(value, int | float):
        return numbers.count(value) if isinstance(value, int) else numbers.score(value)
    return str(value)
