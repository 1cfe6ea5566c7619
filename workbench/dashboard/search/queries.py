"""Finding: the threads nearest to a text or to examples, among those that are asked for."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock, Thread

import polars as pl

from workbench.dashboard.session import missing_tweets
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.embeddings import embedders, search
from workbench.embeddings.embedders import Embedder, Engine
from workbench.embeddings.lance_table import Where
from workbench.embeddings.search import Mode
from workbench.exceptions import WorkbenchError
from workbench.recipe import EmbedSettings

#: What a way to search is called.
MODES: dict[str, Mode] = {"Meaning": "vector", "Words": "words", "Meaning and words": "both"}

#: Threads that may be named one by one; among more, the nearest are looked through.
FEW = 5000
#: Turns that are looked through at most.
MOST = 4096

#: Finds so many turns that have one of some values: `limit`, `where`.
Query = Callable[[int, Where | None], pl.DataFrame]

_NOTHING = pl.DataFrame(
    schema={
        "place": pl.UInt32,
        "similarity": pl.Float32,
        "is_root": pl.Boolean,
        "text": pl.String,
    }
)

_loading = Lock()
_begun: set[tuple[str, Engine]] = set()
_loaded: set[tuple[str, Engine]] = set()


@dataclass(frozen=True)
class SearchResults:
    """What a search gave.

    Args:
        rows: Rows of the scores, the nearest first, with `removed_by`, `text` (of the first turn),
            `nearness` (cosine) and `said` (the turn that is near, where that is another one).
        looked: Turns that were looked through.
        problem: What went wrong; empty if nothing did.
    """

    rows: pl.DataFrame
    looked: int = 0
    problem: str = ""


def embedder(settings: EmbedSettings) -> Embedder:
    """Load the embedder of a recipe, once a process."""
    with _loading:
        return _embedder(settings.model, settings.engine)


@lru_cache(maxsize=2)
def _embedder(model: str, engine: Engine) -> Embedder:
    found = embedders.load(model, engine=engine)
    _loaded.add((model, engine))
    return found


def is_loaded(settings: EmbedSettings) -> bool:
    """Tell whether the embedder of a recipe is there already."""
    return (settings.model, settings.engine) in _loaded


def warm(live: ScoresSession, settings: EmbedSettings) -> None:
    """Load what the first search needs while people still type, once a process.

    Nothing is loaded where there are no vectors; what goes wrong is told by the first search.
    """
    key, path = (settings.model, settings.engine), live.workspace.embeddings_path

    def load() -> None:
        with suppress(WorkbenchError):
            made = embedder(settings)
            search.nearest(path, made.encode(["why?"]), limit=1)

    if key not in _begun and path.is_dir():
        _begun.add(key)
        Thread(target=load, name="warming", daemon=True).start()


def by_text(
    live: ScoresSession,
    text: str,
    *,
    settings: EmbedSettings,
    mode: Mode,
    mask: pl.Series,
    verdicts: pl.DataFrame,
    limit: int,
) -> SearchResults:
    """Find the threads in which a turn means, or says, what a text does.

    Args:
        live: The scores.
        text: What to look for.
        settings: Names the embedder.
        mode: How to look.
        mask: Threads that may be found, in the order of the scores.
        verdicts: What `Live.verdicts` gives.
        limit: Most threads.
    """
    path = live.workspace.embeddings_path

    def query(limit: int, where: Where | None) -> pl.DataFrame:
        return search.search(
            path, text=text, embedder=embedder(settings), mode=mode, limit=limit, where=where
        )

    return _among(live, query, mask=mask, verdicts=verdicts, limit=limit)


def by_examples(
    live: ScoresSession,
    thread_ids: list[int],
    *,
    mode: Mode,
    mask: pl.Series,
    verdicts: pl.DataFrame,
    limit: int,
) -> SearchResults:
    """Find the threads nearest to some others, which are not found themselves; see `by_text`."""
    path = live.workspace.embeddings_path
    is_example = live.scores["thread_id"].is_in(thread_ids)
    roots = live.scores["root_id"].filter(is_example).to_list()

    def query(limit: int, where: Where | None) -> pl.DataFrame:
        return search.alike(path, tweet_ids=roots, mode=mode, limit=limit, where=where)

    return _among(live, query, mask=mask & ~is_example, verdicts=verdicts, limit=limit)


def _among(
    live: ScoresSession, query: Query, *, mask: pl.Series, verdicts: pl.DataFrame, limit: int
) -> SearchResults:
    """Ask for more and more turns until enough threads are among them."""
    allowed = int(mask.sum())
    if not allowed:
        return SearchResults(_shown(live, _NOTHING, verdicts))
    ids = live.scores["thread_id"].filter(mask).to_list() if allowed <= FEW else None
    where = {"thread_id": ids} if ids is not None and allowed < len(mask) else None
    share = 1.0 if where else allowed / len(mask)
    asked = min(round(2 * limit / share), MOST)
    while True:
        try:
            found = query(asked, where)
        except WorkbenchError as error:
            return SearchResults(_shown(live, _NOTHING, verdicts), problem=str(error))
        rows = _threads(live, found, mask)
        if rows.height >= limit or found.height < asked or asked >= MOST:
            return SearchResults(_shown(live, rows.head(limit), verdicts), found.height)
        asked = min(asked * 4, MOST)


def _threads(live: ScoresSession, found: pl.DataFrame, mask: pl.Series) -> pl.DataFrame:
    """Give the place in the scores of each thread found, its nearest turn first."""
    first = found.unique("thread_id", keep="first", maintain_order=True)
    places = live.places(first["thread_id"])
    rows = first.join(places, on="thread_id", maintain_order="left")
    gone = missing_tweets.reasons(live.workspace, rows["tweet_id"])
    deleted = [tweet_id for tweet_id, why in gone.items() if why == "deleted"]
    return rows.filter(mask[rows["place"]] & ~rows["tweet_id"].is_in(deleted))


def _shown(live: ScoresSession, rows: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Add scores and texts to the places of threads."""
    near = rows.select(nearness="similarity", said=pl.when(~pl.col("is_root")).then(pl.col("text")))
    scores = live.at(rows["place"], verdicts)
    return live.openings(scores).hstack(near)


@dataclass
class Ticks:
    """Remembers what was ticked in a list, to tell which tick came last.

    Examples:
        >>> ticks = Ticks()
        >>> [ticks.last(places) for places in ([3], [1, 3], [3], [])]
        [3, 1, 3, None]
    """

    order: list[int] = field(default_factory=list)

    def last(self, places: list[int]) -> int | None:
        """Give the place that was ticked last, of those that still are."""
        self.order = [place for place in self.order if place in places]
        self.order += [place for place in places if place not in self.order]
        return self.order[-1] if self.order else None
