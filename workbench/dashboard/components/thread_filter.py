"""Choose which threads are listed, find words in them, and read a page of them."""

import marimo as mo
import polars as pl

from workbench.dashboard.session import query_params
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.hydration import missing_tweets
from workbench.storage import Workspace
from workbench.text import sanitize
from workbench.threads import text_search

#: Choices by verdict -> value of `kept`.
KINDS = {"Kept and removed": None, "Kept": True, "Removed": False}

#: The choice of all languages.
ANY = "any language"

#: Threads per page.
SIZE = 50


def languages(session: ScoresSession, *, most: int = 60) -> dict[str, str]:
    """Return the languages of the threads by label, the most frequent first."""
    counts = session.scores["language"].drop_nulls().value_counts(sort=True).head(most)
    labels = {f"{sanitize.plain(name, most=20)} ({count:,})": name for name, count in counts.rows()}
    return {ANY: ANY, **labels}


def find(workspace: Workspace, text: str) -> pl.Series | None:
    """Return the ids of threads with some words or an id; None if the text is empty."""
    return text_search.find_threads(workspace.scan("turns"), text) if text.strip() else None


def among(session: ScoresSession, verdicts: pl.DataFrame, *, kind: str, language: str) -> pl.Series:
    """Return the mask of the threads that match, in the order of the scores.

    Args:
        session: The scores.
        verdicts: Result of `ScoresSession.verdicts`.
        kind: One of `KINDS`.
        language: A language, or `ANY`.
    """
    mask = pl.repeat(True, session.scores.height, dtype=pl.Boolean, eager=True)
    if (kept := KINDS[kind]) is not None:
        mask &= verdicts["kept"] == kept
    if language != ANY:
        mask &= (session.scores["language"] == language).fill_null(value=False)
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
    order: str,
    page: int,
    text: str = "",
) -> pl.DataFrame:
    """Return one page of threads with the texts of their first turns.

    Args:
        session: The scores.
        mask: The threads to list, in the order of the scores.
        verdicts: Result of `ScoresSession.verdicts`.
        order: One of `ORDERS`.
        page: Number of the page, from 1.
        text: Text that was searched for.

    Returns:
        Rows of the scores with `removed_by`, `text`, and `hit`: the turn that contains the text.
        `hit` is null if that is the first turn, or the text is empty.
    """
    rows = session.some(mask, verdicts, order=order, page=page, size=SIZE)
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
