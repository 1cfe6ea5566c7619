"""Choose which threads are listed and in which order; used by Read threads and Search."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import marimo as mo
import polars as pl

from workbench.dashboard.components import thread_reader
from workbench.dashboard.session import query_params
from workbench.dashboard.session.scores_session import ORDERS, ScoresSession
from workbench.hydration import missing_tweets
from workbench.storage import Workspace
from workbench.text import sanitize
from workbench.threads import text_search

#: Choices by verdict and by completeness -> value of `kept` and of `is_complete`.
KINDS = {"Kept and removed": None, "Kept": True, "Removed": False}
WHOLES = {"Complete and fragments": None, "Complete": True, "Fragments": False}

#: The choice of all languages.
ANY = "any language"

#: Threads per page.
SIZE = 50

#: Relative widths of the controls, from the words to the order.
WIDTHS = [3, 1.1, 1.4, 1, 1.2]


@dataclass(frozen=True)
class ThreadQuery:
    """Filters and order of a list of threads.

    Args:
        kind: One of `KINDS`.
        whole: One of `WHOLES`.
        language: A language, or `ANY`.
        order: One of `scores_session.ORDERS`.
    """

    kind: str
    whole: str
    language: str
    order: str

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Read the controls."""
        return cls(**{name: values[name] for name in cls.__dataclass_fields__})


def languages(session: ScoresSession, *, most: int = 60) -> dict[str, str]:
    """Return the languages of the threads by label, the most frequent first."""
    counts = session.scores["language"].drop_nulls().value_counts(sort=True).head(most)
    labels = {f"{sanitize.plain(name, most=20)} ({count:,})": name for name, count in counts.rows()}
    return {ANY: ANY, **labels}


def words() -> mo.ui.text:
    """Return the search field. If the address only names a thread, it contains that id."""
    text = query_params.read("words")
    if not text and not query_params.read("order"):
        text = str(query_params.thread_id() or "")
    return mo.ui.text(
        text, placeholder="words in any tweet, or an id", label="Find", full_width=True
    )


def controls(session: ScoresSession) -> mo.ui.dictionary:
    """Return the controls of a `ThreadQuery`, set as in the address."""
    labels = languages(session)
    language = query_params.read("language")
    label = next((label for label, code in labels.items() if code == language), ANY)
    return mo.ui.dictionary(
        {
            "kind": mo.ui.dropdown(
                list(KINDS), query_params.choice("kind", KINDS), label="Verdict", full_width=True
            ),
            "whole": mo.ui.dropdown(
                list(WHOLES), query_params.choice("whole", WHOLES), label="Threads", full_width=True
            ),
            "language": mo.ui.dropdown(labels, label, label="Language", full_width=True),
            "order": mo.ui.dropdown(
                list(ORDERS), query_params.choice("order", ORDERS), label="Order", full_width=True
            ),
        }
    )


def find(workspace: Workspace, text: str) -> pl.Series | None:
    """Return the ids of threads with some words or an id; None if the text is empty."""
    return text_search.find_threads(workspace.scan("turns"), text) if text.strip() else None


def among(
    session: ScoresSession,
    verdicts: pl.DataFrame,
    *,
    query: ThreadQuery,
    matches: pl.Series | None = None,
) -> pl.Series:
    """Return the mask of the threads that match, in the order of the scores.

    Args:
        session: The scores.
        verdicts: Result of `ScoresSession.verdicts`.
        query: The filters.
        matches: Result of `find`.
    """
    mask = pl.repeat(True, session.scores.height, dtype=pl.Boolean, eager=True)
    if (kept := KINDS[query.kind]) is not None:
        mask &= verdicts["kept"] == kept
    if (complete := WHOLES[query.whole]) is not None:
        mask &= session.scores["is_complete"] == complete
    if query.language != ANY:
        mask &= (session.scores["language"] == query.language).fill_null(value=False)
    if matches is not None:
        mask &= session.scores["thread_id"].is_in(matches.implode())
    return mask


def pager(count: int, *, size: int = SIZE, name: str = "page") -> mo.ui.number:
    """Return the control for the page, set as in the address if there is such a page."""
    last = max(-(-count // size), 1)
    page = query_params.whole(name)
    return mo.ui.number(
        1, last, value=page if page <= last else 1, label=f"Page of {last:,}", step=1
    )


def rows(
    session: ScoresSession,
    mask: pl.Series,
    verdicts: pl.DataFrame,
    *,
    query: ThreadQuery,
    page: int,
    text: str = "",
) -> pl.DataFrame:
    """Return one page of threads with the texts of their first turns.

    Args:
        session: The scores.
        mask: Result of `among`.
        verdicts: Result of `ScoresSession.verdicts`.
        query: The order.
        page: Number of the page, from 1.
        text: Text that was searched for.

    Returns:
        Rows of the scores with `removed_by`, `text`, and `hit`: the turn that contains the text.
        `hit` is null if that is the first turn, or the text is empty.
    """
    rows = session.some(mask, verdicts, order=query.order, page=page, size=SIZE)
    rows = session.openings(rows)
    if not text.strip():
        return rows.with_columns(hit=pl.lit(None, pl.String))
    ids = rows["thread_id"]
    hits = (
        session.workspace.scan("turns")
        .filter(
            pl.col("thread_id").is_between(ids.min(), ids.max()),
            pl.col("thread_id").is_in(ids.implode()),
            text_search.contains(text),
        )
        .select("thread_id", "tweet_id", "position", "text")
        .sort("thread_id", "position")
        .collect()
    )
    first = missing_tweets.without_deleted(session.workspace, hits, ids="tweet_id").unique(
        "thread_id", keep="first", maintain_order=True
    )
    hit = first.filter(pl.col("position") > 0).select("thread_id", hit="text")
    return rows.join(hit, on="thread_id", how="left", maintain_order="left")


def count(mask: pl.Series) -> mo.Html:
    """Show how many threads are listed."""
    return mo.Html(
        f'<p class="wb-listed" aria-live="polite"><b data-testid="listed">{int(mask.sum()):,}</b> '
        f"of {len(mask):,} threads</p>"
    )


def nothing() -> mo.Html:
    """Say that the list is empty, and what to do."""
    text = "No threads match. Try fewer words or widen the filters above."
    return mo.callout(mo.Html(text), kind="neutral")


def remember(
    query: ThreadQuery, *, page: int, text: str, thread: thread_reader.Conversation | None
) -> None:
    """Write the state of the list into the address."""
    query_params.write(
        choice="thread",
        words=text,
        kind=query.kind,
        whole=query.whole,
        language=query.language,
        order=query.order,
        page=page,
        thread=thread and thread.row["thread_id"],
    )
