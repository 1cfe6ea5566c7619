"""Reading: which threads the reader lists, in which order, and how the list looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import marimo as mo
import polars as pl

from workbench.dashboard.components import thread_reader
from workbench.dashboard.session import missing_tweets, query_params
from workbench.dashboard.session.scores_session import ORDERS, ScoresSession
from workbench.storage import Workspace
from workbench.text import sanitize
from workbench.threads import text_search

#: Which threads, by the verdict of the recipe, and by what is there of them.
KINDS = {"Kept and removed": None, "Kept": True, "Removed": False}
WHOLES = {"Complete and fragments": None, "Complete": True, "Fragments": False}

#: What stands for every language.
ANY = "any language"

#: Threads a page.
SIZE = 50

#: Widths of what is asked, from the words to the order.
WIDTHS = [3, 1.1, 1.4, 1, 1.2]


@dataclass(frozen=True)
class ThreadQuery:
    """What somebody wants to see listed.

    Args:
        kind: One of `KINDS`.
        whole: One of `WHOLES`.
        language: A language, or `ANY`.
        order: One of `live.ORDERS`.
    """

    kind: str
    whole: str
    language: str
    order: str

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Read the controls."""
        return cls(**{name: values[name] for name in cls.__dataclass_fields__})


def languages(live: ScoresSession, *, most: int = 60) -> dict[str, str]:
    """Offer the languages of the threads with their numbers, the most frequent first."""
    counts = live.scores["language"].drop_nulls().value_counts(sort=True).head(most)
    named = {f"{sanitize.plain(name, most=20)} ({count:,})": name for name, count in counts.rows()}
    return {ANY: ANY, **named}


def words() -> mo.ui.text:
    """Ask for words or an id; an address that only names a thread asks for that."""
    asked = query_params.read("words")
    if not asked and (named := query_params.ids("thread")) and not query_params.read("order"):
        asked = str(named[0])
    return mo.ui.text(
        asked, placeholder="words in any tweet, or an id", label="Find", full_width=True
    )


def controls(live: ScoresSession) -> mo.ui.dictionary:
    """Make the choices of what is listed, as the address has them."""
    spoken = languages(live)
    value = next(
        (name for name, code in spoken.items() if code == query_params.read("language")), ANY
    )
    return mo.ui.dictionary(
        {
            "kind": mo.ui.dropdown(
                list(KINDS), query_params.choice("kind", KINDS), label="Verdict", full_width=True
            ),
            "whole": mo.ui.dropdown(
                list(WHOLES), query_params.choice("whole", WHOLES), label="Threads", full_width=True
            ),
            "language": mo.ui.dropdown(spoken, value, label="Language", full_width=True),
            "order": mo.ui.dropdown(
                list(ORDERS), query_params.choice("order", ORDERS), label="Order", full_width=True
            ),
        }
    )


def find(workspace: Workspace, text: str) -> pl.Series | None:
    """Look for words or an id in all turns; None where nothing is asked."""
    return text_search.find_threads(workspace.scan("turns"), text) if text.strip() else None


def among(
    live: ScoresSession,
    verdicts: pl.DataFrame,
    *,
    asked: ThreadQuery,
    found: pl.Series | None = None,
) -> pl.Series:
    """Mark the threads that are asked for, in the order of the scores.

    Args:
        live: The scores.
        verdicts: What `Live.verdicts` gives.
        asked: What somebody wants to see.
        found: What `find` gives.
    """
    mask = pl.repeat(True, live.scores.height, dtype=pl.Boolean, eager=True)
    if (kept := KINDS[asked.kind]) is not None:
        mask &= verdicts["kept"] == kept
    if (complete := WHOLES[asked.whole]) is not None:
        mask &= live.scores["is_complete"] == complete
    if asked.language != ANY:
        mask &= (live.scores["language"] == asked.language).fill_null(value=False)
    if found is not None:
        mask &= live.scores["thread_id"].is_in(found.implode())
    return mask


def pager(count: int, *, size: int = SIZE, name: str = "page") -> mo.ui.number:
    """Make the choice of a page; the one of the address where there is such a page."""
    last = max(-(-count // size), 1)
    asked = query_params.whole(name)
    return mo.ui.number(
        1, last, value=asked if asked <= last else 1, label=f"Page of {last:,}", step=1
    )


def rows(
    live: ScoresSession,
    mask: pl.Series,
    verdicts: pl.DataFrame,
    *,
    asked: ThreadQuery,
    page: int,
    text: str = "",
) -> pl.DataFrame:
    """Give one page of threads with the text of their first turns.

    Args:
        live: The scores.
        mask: What `among` gives.
        verdicts: What `Live.verdicts` gives.
        asked: Its order.
        page: Which page, counted from 1.
        text: What was looked for.

    Returns:
        Rows of the scores with `removed_by`, `text`, and `hit`: the turn that holds what was
        looked for, null where that is the first one or nothing was.
    """
    found = live.some(mask, verdicts, order=asked.order, page=page, size=SIZE)
    found = live.openings(found)
    if not text.strip():
        return found.with_columns(hit=pl.lit(None, pl.String))
    ids = found["thread_id"]
    hits = (
        live.workspace.scan("turns")
        .filter(
            pl.col("thread_id").is_between(ids.min(), ids.max()),
            pl.col("thread_id").is_in(ids.implode()),
            text_search.contains(text),
        )
        .select("thread_id", "tweet_id", "position", "text")
        .sort("thread_id", "position")
        .collect()
    )
    first = missing_tweets.without_deleted(live.workspace, hits, ids="tweet_id").unique(
        "thread_id", keep="first", maintain_order=True
    )
    hit = first.filter(pl.col("position") > 0).select("thread_id", hit="text")
    return found.join(hit, on="thread_id", how="left", maintain_order="left")


def count(mask: pl.Series) -> mo.Html:
    """Say how many threads are listed."""
    return mo.Html(
        f'<p class="wb-listed" aria-live="polite"><b data-testid="listed">{int(mask.sum()):,}</b> '
        f"of {len(mask):,} threads</p>"
    )


def nothing() -> mo.Html:
    """Say that the list is empty, and what to do about it."""
    said = "No thread is like that. Look for fewer words, or choose more kinds of threads above."
    return mo.callout(mo.Html(said), kind="neutral")


def remember(
    asked: ThreadQuery, *, page: int, text: str, thread: thread_reader.Conversation | None
) -> None:
    """Keep what is shown in the address."""
    query_params.write(
        words=text,
        kind=asked.kind,
        whole=asked.whole,
        language=asked.language,
        order=asked.order,
        page=page,
        thread=thread and thread.row["thread_id"],
    )
