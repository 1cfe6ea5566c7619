"""Label many threads at once: those that a search finds, or a cluster of similar prompts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

import marimo as mo
import polars as pl

from workbench import labels
from workbench.classifiers import active_learning, prompt_classifier
from workbench.dashboard.components import messages
from workbench.dashboard.label import goals, queue
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import html
from workbench.exceptions import WorkbenchError
from workbench.text import sanitize
from workbench.threads import text_search

#: Most labels to set at once. More of one kind would outweigh those that somebody has read.
MOST = 500
#: Number of texts in the preview.
SAMPLE = 12
#: Threads that are clustered; of more, a random sample of this size.
CLUSTERED = 20_000
#: Words that name a cluster.
WORDS = 3
#: Words that are too short say little.
_WORD = r"[\p{L}\p{M}']{4,}"


@dataclass(frozen=True)
class Choice:
    """The threads that would be labelled.

    Args:
        rows: Rows to write with `labels.add`, without `label`; at most `MOST`, in random order.
        matching: Number of threads that match.
        labelled: Number of them that somebody has labelled already; they are left alone.
    """

    rows: pl.DataFrame
    matching: int
    labelled: int


class Bulk:
    """The labels that one person sets in bulk, and the last batch to undo.

    It changes in callbacks of buttons only. Cells read `get_note`, a state of marimo.

    Args:
        session: Scores and workspace.
        labeller: Who labels.
    """

    def __init__(self, session: ScoresSession, *, labeller: str) -> None:
        self._session, self._labeller = session, labeller
        # The cell that shows the note has the buttons, too: marimo would not run it again.
        self.get_note, self._set_note = mo.state(mo.Html(""), allow_self_loops=True)
        self._batches: list[tuple[datetime, str]] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a batch to take back."""
        return bool(self._batches)

    def apply(self, choice: Choice, label: str) -> None:
        """Write a label for every chosen thread, marked as bulk."""
        at = datetime.now(UTC).replace(microsecond=0)
        rows = choice.rows.with_columns(
            label=pl.lit(label), labelled_at=pl.lit(at), method=pl.lit(labels.BULK)
        )

        def write() -> str:
            count = labels.add(self._session.workspace, rows, labeller=self._labeller)
            self._batches.append((at, label))
            return f"Labelled {count:,} threads “{label}” in bulk."

        self._try(write)

    def undo(self) -> None:
        """Erase the last batch."""

        def erase() -> str:
            at, label = self._batches[-1]
            count = labels.take_back_bulk(
                self._session.workspace, labelled_at=at, labeller=self._labeller
            )
            self._batches.pop()
            return f"Undone: {count:,} labels “{label}”."

        if self._batches:
            self._try(erase)

    def _try(self, change: Callable[[], str]) -> None:
        try:
            note = f'<p role="status" data-testid="bulk-note">{escape(change())}</p>'
        except (WorkbenchError, OSError, pl.exceptions.PolarsError) as error:
            self._set_note(messages.error(f"Nothing was changed: {error}"))
        else:
            self._set_note(mo.Html(note))


def source(by: str, groups: Mapping[str, pl.Series]) -> mo.ui.text | mo.ui.dropdown:
    """Return the control that chooses the threads: words to search for, or a cluster.

    Args:
        by: `Search` or `Cluster`.
        groups: Result of `clusters`.
    """
    if by == "Search":
        return mo.ui.text(label="Words", placeholder='how do I, "exact words", -without')
    return mo.ui.dropdown(list(groups), label="Cluster", searchable=True)


def choose(
    session: ScoresSession,
    value: str | None,
    groups: Mapping[str, pl.Series],
    *,
    kind: str,
    mask: pl.Series,
) -> Choice:
    """Choose the threads of a cluster or a search.

    Args:
        session: Scores and workspace.
        value: Value of the control `source`.
        groups: Result of `clusters`; empty if somebody searches.
        kind: Which classifier learns from the labels.
        mask: Which threads may be labelled.
    """
    if value is not None and value in groups:
        return by_cluster(session, groups[value], kind=kind)
    return by_words(session, "" if groups else value or "", kind=kind, mask=mask)


def by_words(session: ScoresSession, words: str, *, kind: str, mask: pl.Series) -> Choice:
    """Choose the threads whose text to label matches a search.

    Args:
        session: Scores and workspace.
        words: What the user typed, see `text.search_query`.
        kind: Which classifier learns from the labels.
        mask: Which threads may be labelled.
    """
    if not words.strip():
        return _choice(session, session.scores.clear(), kind=kind)
    texts = session.workspace.scan("turns").filter(text_search.contains(words)).select("tweet_id")
    candidates = session.scores.filter(mask).drop_nulls(_column(kind))
    rows = candidates.lazy().join(texts, left_on=_column(kind), right_on="tweet_id", how="semi")
    return _choice(session, rows.collect(), kind=kind)


def by_cluster(session: ScoresSession, thread_ids: pl.Series, *, kind: str) -> Choice:
    """Choose the threads of a cluster, see `clusters`."""
    is_in = pl.col("thread_id").is_in(thread_ids.implode())
    rows = session.scores.filter(is_in).drop_nulls(_column(kind))
    return _choice(session, rows, kind=kind)


def clusters(session: ScoresSession, mask: pl.Series) -> dict[str, pl.Series]:
    """Cluster the opening tweets by meaning: name -> ids of the threads, the largest first.

    A name is the words that are more frequent in the cluster than elsewhere. Of more than
    `CLUSTERED` threads a sample is clustered.
    """
    pool = session.scores.filter(mask).select("thread_id", "root_id")
    if pool.height > CLUSTERED:
        pool = pool.sample(CLUSTERED, seed=1)
    vectors = queue.vectors_of(session, pool)
    if not vectors.any():
        return {}
    texts = session.openings(pool).with_columns(
        cluster=pl.Series(active_learning.clusters(vectors)),
        word=pl.col("text").str.to_lowercase().str.extract_all(_WORD).list.unique(),
    )
    names = _names(texts)
    groups = texts.group_by("cluster").agg("thread_id").sort(pl.col("thread_id").list.len())
    numbered = list(zip(groups["cluster"], groups["thread_id"], strict=True))
    return {
        f"{names.get(cluster, 'no common words')} ({len(ids):,} threads, group {cluster + 1})": ids
        for cluster, ids in reversed(numbered)
    }


def _names(texts: pl.DataFrame) -> dict[int, str]:
    words = texts.explode("word").drop_nulls("word")
    sizes = texts.group_by("cluster").agg(size=pl.len())
    overall = words.group_by("word").agg(everywhere=pl.len() / texts.height)
    counts = words.group_by("cluster", "word").len().join(sizes, on="cluster")
    ratio = pl.col("here") / pl.col("everywhere")
    ranked = (
        counts.join(overall, on="word")
        .with_columns(here=pl.col("len") / pl.col("size"))
        .filter(pl.col("len") > 1)
        .sort(pl.col("here") * ratio.log(), "word", descending=[True, False])
    )
    named = ranked.group_by("cluster", maintain_order=True).agg(pl.col("word").head(WORDS))
    return {
        cluster: ", ".join(sanitize.plain(word, most=30) for word in chosen)
        for cluster, chosen in named.rows()
    }


def _choice(session: ScoresSession, threads: pl.DataFrame, *, kind: str) -> Choice:
    """Leave out what is labelled, and read the texts of at most `MOST` of the rest."""
    is_pair = kind != prompt_classifier.KIND
    known = goals.of_kind(labels.load(session.workspace), kind)
    free = threads.join(known, left_on=_column(kind), right_on="tweet_id", how="anti")
    chosen = free.sample(min(MOST, free.height), seed=1, shuffle=True)
    ids = chosen["root_id"].append(
        chosen["best_reply_id"] if is_pair else chosen["root_id"].head(0)
    )
    turns = (
        session.workspace.scan("turns")
        .filter(pl.col("tweet_id").is_in(ids.drop_nulls().implode()))
        .select("tweet_id", "thread_id", "author_id", "text")
        .collect()
    )
    turns = session.workspace.without_deleted(turns)
    wanted = chosen.select(tweet_id=_column(kind), parent_id="root_id" if is_pair else pl.lit(None))
    rows = wanted.join(turns, on="tweet_id", maintain_order="left")
    if is_pair:
        parents = turns.select(parent_id="tweet_id", parent_text="text")
        rows = rows.join(parents, on="parent_id", maintain_order="left")
    else:
        rows = rows.drop("parent_id")
    return Choice(rows, threads.height, threads.height - free.height)


def _column(kind: str) -> str:
    return "root_id" if kind == prompt_classifier.KIND else "best_reply_id"


def preview(choice: Choice) -> mo.Html:
    """Show how many threads would be labelled, and a few of their texts."""
    if not choice.matching:
        text = "No thread matches. Type words or choose a cluster; “Threads: all” looks at all."
        return mo.Html(f'<p class="wb-said" data-testid="bulk-count">{text}</p>')
    count = choice.rows.height
    left = choice.matching - choice.labelled
    cut = f", {MOST} at a time" if left > count else ""
    items = "".join(
        f"<li>{html.inline(sanitize.plain(text, most=160))}</li>"
        for text in choice.rows["text"].head(SAMPLE)
    )
    return mo.Html(
        f'<p class="wb-said" data-testid="bulk-count"><b>{choice.matching:,}</b> threads match, '
        f"{choice.labelled:,} of them are labelled already and stay as they are. "
        f"<b>{count:,}</b> would be labelled{cut}.</p>"
        f'<ul class="wb-chosen" aria-label="Some of them">{items}</ul>'
    )


def buttons(bulk: Bulk, choice: Choice, names: dict[str, str]) -> list[mo.ui.button]:
    """Make a button for each label, and one to undo the last batch.

    Args:
        bulk: Writes the labels.
        choice: The threads to label.
        names: Label -> its name on the page.
    """
    count = choice.rows.height

    def make(label: str, name: str) -> mo.ui.button:
        return mo.ui.button(
            label=f"Label {count:,} as “{name}”",
            disabled=not count,
            on_click=lambda _: bulk.apply(choice, label),
        )

    undo = mo.ui.button(
        label="Undo the last batch", disabled=not bulk.can_undo, on_click=lambda _: bulk.undo()
    )
    return [*(make(label, name) for label, name in names.items()), undo]
