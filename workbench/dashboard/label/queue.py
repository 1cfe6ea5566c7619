"""Choose the next thread to label, and read ahead so that it appears at once."""

import hashlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from workbench import embeddings, labels
from workbench.classifiers import active_learning, experiments, prompt_classifier
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.exceptions import WorkbenchError

#: Order -> what it is good for.
ORDERS = {
    "What teaches most": "uncertain threads, kinds with few labels, and some random ones",
    "At random": "a fair sample; shows how often the classifier is right",
    "Most likely first": "threads with the highest probability; finds false positives",
}
#: Reason for the choice of a thread -> text on the page.
WHY = {
    "uncertain": "the classifier is uncertain",
    "rare": "few threads of this kind are labelled",
    "random": "drawn at random",
    "likely": "the classifier is nearly sure",
}
#: Number of items that are read at once, and number left when the next are read.
SIZE, LEFT = 60, 12
#: One in so many threads is set aside, chosen by its id, and labelled only in random order. This is
#: the share of random threads in `active_learning.SHARES`, so that both parts last equally long.
ASIDE = 5
#: Number of candidates of each kind that are clustered.
POOL = 2500
#: Number of turns shown around the labelled tweet.
AROUND = 60

_ahead = ThreadPoolExecutor(2, thread_name_prefix="labelling")


@dataclass(frozen=True)
class Item:
    """An opening tweet to label, or a reply with the tweet that it answers.

    Args:
        tweet: Row of `Turns` to label.
        parent: Row of the tweet that it answers; None for an opening tweet.
        turns: The thread around it: at most `AROUND` turns, and these two.
        why: Key of `WHY`.
        is_fair: True if it belongs to a fair sample of all threads.
    """

    tweet: dict[str, Any]
    parent: dict[str, Any] | None
    turns: pl.DataFrame
    why: str
    is_fair: bool

    def row(self, label: str) -> pl.DataFrame:
        """Return the row to write with `labels.add`."""
        names = ("tweet_id", "thread_id", "author_id", "text")
        row = {name: self.tweet[name] for name in names} | {"label": label}
        row["is_random"] = self.is_fair
        if self.parent:
            row |= {"parent_id": self.parent["tweet_id"], "parent_text": self.parent["text"]}
        return pl.DataFrame([row])


class Queue:
    """Items to label in an order; no item comes twice.

    Random items come from the threads that are set aside, as long as there are any. So no order
    removes the uncertain or the likely threads from the random sample. Probabilities are calibrated
    on random labels, so an item counts as random only if `mask` selects all threads: the threads
    that other rules keep are not a sample of all. Threads without the probability in question never
    come, nor do threads that anybody has labelled.

    Args:
        session: Scores and workspace.
        mask: One boolean per thread: which may come at all.
        kind: `prompt_classifier.KIND` (opening tweets) or `reply_classifier.KIND` (pairs of an
            opening tweet and a reply).
        order: One of `ORDERS`.
        labeller: Who labels. Two people get different random threads.
    """

    def __init__(
        self, session: ScoresSession, mask: pl.Series, *, kind: str, order: str, labeller: str
    ) -> None:
        self.kind = kind
        self._session, self._order = session, order
        # 31 bits: scikit-learn accepts seeds below 2**32, and `_fill` adds to it.
        seed = hashlib.blake2b(labeller.encode(), digest_size=4).digest()
        self._seed = int.from_bytes(seed, "little") >> 1
        self._is_all = bool(mask.all())
        columns = {"thread_id", "root_id", "best_reply_id", experiments.COLUMNS[kind]}
        threads = (
            session.scores.select(*columns)
            .filter(mask)
            .rename({experiments.COLUMNS[kind]: "score"})
        )
        needed = ["score"] if kind == prompt_classifier.KIND else ["score", "best_reply_id"]
        self._free = threads.drop_nulls(needed).with_columns(
            is_aside=pl.col("thread_id").hash(self._seed) % ASIDE == 0
        )
        self._items: deque[Item] = deque()
        self._given: set[int] = set()
        self._next: Future[list[Item]] | None = None
        self._fills = 0

    def take(self) -> Item | None:
        """Return the next item; None if none is left."""
        if not self._items:
            pending, self._next = self._next, None
            self._items.extend(pending.result() if pending else self._fill())
        if not self._items:
            return None
        item = self._items.popleft()
        if len(self._items) <= LEFT and self._next is None and self._fills:
            self._next = _ahead.submit(self._fill)
        return item

    def put_back(self, item: Item) -> None:
        """Make an item the next one."""
        self._items.appendleft(item)

    def _fill(self) -> list[Item]:
        """Choose and read more items."""
        self._fills += 1
        known = _labelled(self._session, self.kind)
        ids = known.select(pl.exclude("is_random"))
        free = self._free.join(ids, on=ids.columns, how="anti")
        free = free.filter(~pl.col("thread_id").is_in(list(self._given)))
        aside, others = free.filter("is_aside"), free.filter(~pl.col("is_aside"))
        seed = self._seed + self._fills
        if self._order == "At random":
            chosen = _drawn([aside, others], size=SIZE, seed=seed)
        elif self._order == "Most likely first":
            likely = others.top_k(SIZE, by=["score", "thread_id"])
            likely = likely.sort("score", descending=True).with_columns(why=pl.lit("likely"))
            chosen = likely if likely.height else _drawn([aside], size=SIZE, seed=seed)
        else:
            done = self._free.join(ids, on=ids.columns, how="semi")
            chosen = _teaching(aside, others, done, session=self._session, seed=seed)
        self._given.update(chosen["thread_id"])
        # As long as nothing was chosen on purpose, the others are as fair as those set aside.
        is_fair = pl.lit(self._is_all) & (pl.col("why") == "random")
        is_fair &= pl.col("is_aside") | pl.lit(bool(known["is_random"].all()))
        return _items(self._session, chosen.with_columns(is_fair=is_fair), kind=self.kind)


def _labelled(session: ScoresSession, kind: str) -> pl.DataFrame:
    """Return the ids of everything labelled so far, and whether it was drawn at random."""
    known = labels.load(session.workspace)
    is_pair = pl.col("parent_id").is_not_null()
    is_random = pl.col("is_random").fill_null(value=False)
    if kind == prompt_classifier.KIND:
        labelled = known.filter(~is_pair).select(is_random, root_id="tweet_id")
    else:
        ids = {"root_id": "parent_id", "best_reply_id": "tweet_id"}
        labelled = known.filter(is_pair).select(is_random, **ids)
    return labelled.group_by(pl.exclude("is_random")).agg(pl.all("is_random"))


def _drawn(parts: list[pl.DataFrame], *, size: int, seed: int) -> pl.DataFrame:
    """Draw threads at random; a later part is used only when the earlier ones are exhausted."""
    drawn = parts[0].clear()
    for part in parts:
        count = min(size - drawn.height, part.height)
        drawn = pl.concat([drawn, part.sample(count, seed=seed, shuffle=True)])
    return drawn.with_columns(why=pl.lit("random"))


def _teaching(
    aside: pl.DataFrame,
    others: pl.DataFrame,
    done: pl.DataFrame,
    *,
    session: ScoresSession,
    seed: int,
) -> pl.DataFrame:
    """Choose threads with `active_learning.suggest`, draw the rest at random, and mix them.

    The candidates are a pool small enough to be clustered at once. If few of them are left, more
    threads are drawn at random.

    Args:
        aside: Threads that may be drawn at random.
        others: Threads that may be chosen.
        done: Threads that are labelled already.
        session: Scores and workspace, with the vectors.
        seed: Seed of all random choices.
    """
    distance = (pl.col("score") - 0.5).abs()
    sample = others.sample(min(POOL, others.height), seed=seed)
    pool = pl.concat([others.bottom_k(POOL, by=distance), sample, done.head(POOL)]).unique(
        "thread_id", maintain_order=True
    )
    suggested = active_learning.suggest(
        pool,
        _vectors(session, pool),
        labelled=done["thread_id"],
        limit=SIZE,
        score="score",
        seed=seed,
    ).filter(pl.col("why") != "random")
    chosen = others.join(suggested.select("thread_id", "why"), on="thread_id")
    drawn = _drawn([aside], size=SIZE - chosen.height, seed=seed)
    return pl.concat([chosen, drawn]).sample(fraction=1, shuffle=True, seed=seed)


def _vectors(session: ScoresSession, pool: pl.DataFrame) -> np.ndarray:
    """Read the vectors of the opening tweets; zeros for tweets without a vector."""
    path = session.workspace.embeddings_path
    zeros = np.zeros((pool.height, 1), dtype=np.float32)
    if not path.exists():
        return zeros
    try:
        known = embeddings.vectors(path, pool["root_id"])
    except WorkbenchError:
        return zeros
    rows = (
        pool.select("root_id")
        .with_row_index("row")
        .join(known, left_on="root_id", right_on="tweet_id")
    )
    if rows.is_empty():
        return zeros
    values = rows["vector"].to_numpy()
    vectors = np.zeros((pool.height, values.shape[1]), dtype=np.float32)
    vectors[rows["row"].to_numpy()] = values
    return vectors


def _items(session: ScoresSession, chosen: pl.DataFrame, *, kind: str) -> list[Item]:
    """Read the chosen threads; threads whose tweets were deleted are left out."""
    named = chosen["root_id"].append(chosen["best_reply_id"]).drop_nulls()
    turns = (
        session.workspace.scan("turns")
        .filter(pl.col("thread_id").is_in(chosen["thread_id"].implode()))
        .filter((pl.col("position") < AROUND) | pl.col("tweet_id").is_in(named.implode()))
        .collect()
        .sort("thread_id", "position")
    )
    turns = session.workspace.without_deleted(turns)
    threads = turns.partition_by("thread_id", as_dict=True)
    items = []
    for row in chosen.iter_rows(named=True):
        around = threads.get((row["thread_id"],), turns.clear())
        tweets = {
            turn["tweet_id"]: turn
            for turn in around.filter(
                pl.col("tweet_id").is_in([row["root_id"], row["best_reply_id"]])
            ).iter_rows(named=True)
        }
        root, reply = tweets.get(row["root_id"]), tweets.get(row["best_reply_id"])
        if kind == prompt_classifier.KIND and root:
            items.append(Item(root, None, around, row["why"], row["is_fair"]))
        elif kind != prompt_classifier.KIND and root and reply:
            items.append(Item(reply, root, around, row["why"], row["is_fair"]))
    return items
