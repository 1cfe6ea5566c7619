"""Queues: what is to be judged next, read ahead so that it is there at once."""

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

#: Order -> what it is for, in words.
ORDERS = {
    "What teaches most": "doubtful ones, kinds that few labels know, and some at random",
    "At random": "a fair sample, of all threads or of those chosen: tells how often it is right",
    "Most likely first": "what the detector is surest of; finds its false alarms",
}
#: Why a thread is suggested -> what people are told.
WHY = {
    "uncertain": "the detector is in doubt",
    "rare": "few of this kind are labelled",
    "random": "drawn at random",
    "likely": "the detector is nearly sure",
}
#: Things to judge that are read at once, and left when the next are read.
SIZE, LEFT = 60, 12
#: One thread in so many is set aside by its id, and judged for no reason but that it is drawn. It
#: is the share of random ones in `suggestions.SHARES`: both parts last equally long.
ASIDE = 5
#: Candidates of each kind that are clustered.
POOL = 2500
#: Turns of a thread that are shown around what is judged.
AROUND = 60

_ahead = ThreadPoolExecutor(2, thread_name_prefix="labelling")


@dataclass(frozen=True)
class Item:
    """A tweet, or a reply with the tweet that it answers, to be judged.

    Args:
        judged: Row of `Turns` that is judged.
        above: Row of the tweet that it answers; None where the tweet itself is judged.
        turns: The thread around it, at most `AROUND` turns and these two.
        why: Key of `WHY`.
        is_fair: Whether it belongs to a fair sample of all threads.
    """

    judged: dict[str, Any]
    above: dict[str, Any] | None
    turns: pl.DataFrame
    why: str
    is_fair: bool

    def row(self, label: str) -> pl.DataFrame:
        """Give what `labels.add` writes down."""
        names = ("tweet_id", "thread_id", "author_id", "text")
        found = {name: self.judged[name] for name in names} | {"label": label}
        found["is_random"] = self.is_fair
        if self.above:
            found |= {"parent_id": self.above["tweet_id"], "parent_text": self.above["text"]}
        return pl.DataFrame([found])


class Queue:
    """What is to be judged, in an order; nothing comes twice.

    What is drawn at random comes from the threads that are set aside for it while there are any, so
    that no order takes the doubtful or the likely ones out of the sample, however long somebody
    sits. It is marked as random, which probabilities are calibrated on, only where `mask` lets
    every thread come: of those that the other rules keep it is no sample of all. Threads without
    the probability in question never come. What other people chose to judge is missing from it.

    Args:
        live: The scores, and where the texts are.
        mask: One boolean a thread: which may come at all.
        kind: `detector` (opening tweets) or `replies` (pairs of an opening tweet and a reply).
        order: One of `ORDERS`.
        labeller: Who judges; two people get other threads at random.
    """

    def __init__(
        self, live: ScoresSession, mask: pl.Series, *, kind: str, order: str, labeller: str
    ) -> None:
        self.kind = kind
        self._live, self._order = live, order
        seed = hashlib.blake2b(labeller.encode(), digest_size=6).digest()
        self._seed = int.from_bytes(seed, "little")
        self._is_all = bool(mask.all())
        columns = {"thread_id", "root_id", "best_reply_id", experiments.COLUMNS[kind]}
        found = (
            live.scores.select(*columns).filter(mask).rename({experiments.COLUMNS[kind]: "score"})
        )
        needed = ["score"] if kind == prompt_classifier.KIND else ["score", "best_reply_id"]
        self._free = found.drop_nulls(needed).with_columns(
            is_aside=pl.col("thread_id").hash(self._seed) % ASIDE == 0
        )
        self._items: deque[Item] = deque()
        self._given: set[int] = set()
        self._next: Future[list[Item]] | None = None
        self._fills = 0

    def take(self) -> Item | None:
        """Give the next one; None where there is none left."""
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
        """Make it the next one."""
        self._items.appendleft(item)

    def _fill(self) -> list[Item]:
        """Read some more."""
        self._fills += 1
        known = _labelled(self._live, self.kind)
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
            chosen = _teaching(aside, others, done, live=self._live, seed=seed)
        self._given.update(chosen["thread_id"])
        # Where nothing was chosen on purpose so far, the others are as fair as those set aside.
        is_fair = pl.lit(self._is_all) & (pl.col("why") == "random")
        is_fair &= pl.col("is_aside") | pl.lit(bool(known["is_random"].all()))
        return _items(self._live, chosen.with_columns(is_fair=is_fair), kind=self.kind)


def _labelled(live: ScoresSession, kind: str) -> pl.DataFrame:
    """Give the ids of what anybody has judged, and whether it was drawn at random."""
    known = labels.load(live.workspace)
    is_pair = pl.col("parent_id").is_not_null()
    is_random = pl.col("is_random").fill_null(value=False)
    if kind == prompt_classifier.KIND:
        found = known.filter(~is_pair).select(is_random, root_id="tweet_id")
    else:
        ids = {"root_id": "parent_id", "best_reply_id": "tweet_id"}
        found = known.filter(is_pair).select(is_random, **ids)
    return found.group_by(pl.exclude("is_random")).agg(pl.all("is_random"))


def _drawn(parts: list[pl.DataFrame], *, size: int, seed: int) -> pl.DataFrame:
    """Draw at random, from a later part only what the earlier ones do not hold."""
    found = parts[0].clear()
    for part in parts:
        count = min(size - found.height, part.height)
        found = pl.concat([found, part.sample(count, seed=seed, shuffle=True)])
    return found.with_columns(why=pl.lit("random"))


def _teaching(
    aside: pl.DataFrame, others: pl.DataFrame, done: pl.DataFrame, *, live: ScoresSession, seed: int
) -> pl.DataFrame:
    """Choose by `suggestions.suggest`, draw the rest at random, and mix them.

    What it chooses from is a pool that can be clustered at once; where it has little left to choose
    from, more is drawn.

    Args:
        aside: What may be drawn.
        others: What may be chosen.
        done: What is judged already.
        live: Where the vectors are.
        seed: Start of every random choice.
    """
    doubt = (pl.col("score") - 0.5).abs()
    some = others.sample(min(POOL, others.height), seed=seed)
    pool = pl.concat([others.bottom_k(POOL, by=doubt), some, done.head(POOL)]).unique(
        "thread_id", maintain_order=True
    )
    picked = active_learning.suggest(
        pool, _vectors(live, pool), labelled=done["thread_id"], limit=SIZE, score="score", seed=seed
    ).filter(pl.col("why") != "random")
    chosen = others.join(picked.select("thread_id", "why"), on="thread_id")
    drawn = _drawn([aside], size=SIZE - chosen.height, seed=seed)
    return pl.concat([chosen, drawn]).sample(fraction=1, shuffle=True, seed=seed)


def _vectors(live: ScoresSession, pool: pl.DataFrame) -> np.ndarray:
    """Read the vectors of the opening tweets; a zero where one has none, or none can be read."""
    path = live.workspace.embeddings_path
    nothing = np.zeros((pool.height, 1), dtype=np.float32)
    if not path.exists():
        return nothing
    try:
        found = embeddings.vectors(path, pool["root_id"])
    except WorkbenchError:
        return nothing
    rows = (
        pool.select("root_id")
        .with_row_index("row")
        .join(found, left_on="root_id", right_on="tweet_id")
    )
    if rows.is_empty():
        return nothing
    known = rows["vector"].to_numpy()
    vectors = np.zeros((pool.height, known.shape[1]), dtype=np.float32)
    vectors[rows["row"].to_numpy()] = known
    return vectors


def _items(live: ScoresSession, chosen: pl.DataFrame, *, kind: str) -> list[Item]:
    """Read the threads; those whose tweets are gone by now are left out."""
    named = chosen["root_id"].append(chosen["best_reply_id"]).drop_nulls()
    turns = (
        live.workspace.scan("turns")
        .filter(pl.col("thread_id").is_in(chosen["thread_id"].implode()))
        .filter((pl.col("position") < AROUND) | pl.col("tweet_id").is_in(named.implode()))
        .collect()
        .sort("thread_id", "position")
    )
    turns = live.workspace.without_deleted(turns)
    threads = turns.partition_by("thread_id", as_dict=True)
    found = []
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
            found.append(Item(root, None, around, row["why"], row["is_fair"]))
        elif kind != prompt_classifier.KIND and root and reply:
            found.append(Item(reply, root, around, row["why"], row["is_fair"]))
    return found
