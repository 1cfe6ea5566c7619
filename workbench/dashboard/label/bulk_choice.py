"""Choose the threads to label in bulk: those that a search finds, or a cluster of similar ones."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from workbench import labels
from workbench.classifiers import active_learning, prompt_classifier
from workbench.dashboard.label import goals, queue
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.text import sanitize
from workbench.text.counts import counted
from workbench.threads import text_search

#: Most labels to set at once. More of one kind would outweigh those that somebody has read.
MOST = 500
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
        f"{names.get(cluster, 'no common words')} "
        f"({counted(len(ids), 'thread')}, group {cluster + 1})": ids
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
