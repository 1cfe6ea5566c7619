"""Choose the next thread to label, and read ahead so that it appears at once."""

import hashlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import polars as pl

from workbench import embeddings, labels
from workbench.classifiers import active_learning, experiments, prompt_classifier
from workbench.dashboard.label import goals, items
from workbench.dashboard.label.items import Item
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.exceptions import WorkbenchError

#: Order of the queue -> what comes, and what it is good for.
MOST_USEFUL, FAIR, LIKELY = "Most useful", "Fair sample", "Most likely first"
SECOND = "Second opinion"
ORDERS = {
    MOST_USEFUL: "Four in ten are threads that the classifier is uncertain about, four in ten are "
    "of kinds with few labels, and the rest are drawn at random. Teaches the classifier most.",
    FAIR: "Threads drawn at random from all threads, whatever you chose under Threads. Only these "
    "labels show how often the classifier is right, and what share of your threads fit.",
    LIKELY: "Threads with the highest probability come first. Finds threads that the classifier "
    "wrongly thinks are good.",
    SECOND: "Threads that somebody else has labelled and you have not. Their label stays hidden. "
    "Shows how far you agree, see the tab Agreement.",
}
#: Number of items that are read at once, and number left when the next are read.
SIZE, LEFT = 60, 12
#: One in so many threads is set aside, chosen by its id, and labelled only in random order. This is
#: the share of random threads in `active_learning.SHARES`, so that both parts last equally long.
ASIDE = 5
#: Number of candidates of each kind that are clustered.
POOL = 2500

_ahead = ThreadPoolExecutor(2, thread_name_prefix="labelling")


class Queue:
    """Items to label in an order; no item comes twice.

    Random items come from the threads that are set aside, as long as there are any. So no order
    removes the uncertain or the likely threads from the random sample. Probabilities are calibrated
    on random labels, so an item counts as random only if `mask` selects all threads: the threads
    that other rules keep are not a sample of all. Threads without the probability in question never
    come, nor do threads that anybody has labelled. The order `SECOND` is the exception: it brings
    what others have labelled.

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
        self._session, self._order, self._labeller = session, order, labeller
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
        if self._order == SECOND:
            return self._labelled_by_others()
        known = _labelled(self._session, self.kind)
        ids = known.select(pl.exclude("is_random"))
        free = self._free.join(ids, on=ids.columns, how="anti")
        free = free.filter(~pl.col("thread_id").is_in(list(self._given)))
        aside, others = free.filter("is_aside"), free.filter(~pl.col("is_aside"))
        seed = self._seed + self._fills
        if self._order == FAIR:
            chosen = _drawn([aside, others], size=SIZE, seed=seed)
        elif self._order == LIKELY:
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
        return items.read(self._session, chosen.with_columns(is_fair=is_fair), kind=self.kind)

    def _labelled_by_others(self) -> list[Item]:
        """Read items that others have labelled one by one, and this person has not."""
        known = goals.of_kind(labels.load(self._session.workspace), self.kind)
        mine = known.filter(pl.col("labeller") == self._labeller)
        others = known.filter(pl.col("method").is_null()).join(mine, on="tweet_id", how="anti")
        is_pair = pl.col("parent_id").is_not_null()
        chosen = (
            others.unique("tweet_id", keep="last", maintain_order=True)
            .filter(~pl.col("tweet_id").is_in(list(self._given)))
            .head(SIZE)
            .select(
                "thread_id",
                "tweet_id",
                root_id=pl.when(is_pair).then("parent_id").otherwise("tweet_id"),
                best_reply_id=pl.when(is_pair).then("tweet_id"),
                why=pl.lit("second"),
                is_fair=pl.col("is_random").fill_null(value=False),
            )
        )
        self._given.update(chosen["tweet_id"])
        return items.read(self._session, chosen, kind=self.kind)


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
        vectors_of(session, pool),
        labelled=done["thread_id"],
        limit=SIZE,
        score="score",
        seed=seed,
    ).filter(pl.col("why") != "random")
    chosen = others.join(suggested.select("thread_id", "why"), on="thread_id")
    drawn = _drawn([aside], size=SIZE - chosen.height, seed=seed)
    return pl.concat([chosen, drawn]).sample(fraction=1, shuffle=True, seed=seed)


def vectors_of(session: ScoresSession, pool: pl.DataFrame) -> np.ndarray:
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
