"""Find the threads nearest to a text or to examples, among the threads of a mask."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock, Thread

import polars as pl

from workbench.dashboard.session.scores_session import ScoresSession
from workbench.embeddings import embedders, search
from workbench.embeddings.embedders import Embedder, Engine
from workbench.embeddings.lance_table import Where
from workbench.embeddings.search import Mode
from workbench.exceptions import WorkbenchError
from workbench.hydration import missing_tweets
from workbench.recipe import EmbedSettings

#: Name of a search mode on the page -> mode of `embeddings.search`.
MODES: dict[str, Mode] = {"Meaning": "vector", "Words": "words", "Meaning and words": "both"}

#: Up to this number, the index is asked for these threads only. Of more, the nearest turns of all
#: threads are filtered.
FEW = 5000
#: Maximum number of turns to filter.
MOST = 4096

#: Returns the nearest turns, given `limit` and `where`.
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
    """The results of a search.

    Args:
        rows: Rows of the scores, the nearest first, with `removed_by`, `text` (opening tweet),
            `nearness` (cosine) and `reply_text` (the nearest turn if it is a reply, else null).
        looked: Number of turns that were filtered.
        problem: Error text; empty if there is none.
    """

    rows: pl.DataFrame
    looked: int = 0
    problem: str = ""


def embedder(settings: EmbedSettings) -> Embedder:
    """Load the embedder of a recipe, once per process."""
    with _loading:
        return _embedder(settings.model, settings.engine)


@lru_cache(maxsize=2)
def _embedder(model: str, engine: Engine) -> Embedder:
    loaded = embedders.load(model, engine=engine)
    _loaded.add((model, engine))
    return loaded


def is_loaded(settings: EmbedSettings) -> bool:
    """Return whether the embedder of a recipe is loaded already."""
    return (settings.model, settings.engine) in _loaded


def warm(session: ScoresSession, settings: EmbedSettings) -> None:
    """Load what the first search needs in the background, once per process.

    Nothing is loaded if there are no vectors. Errors appear at the first search.
    """
    key, path = (settings.model, settings.engine), session.workspace.embeddings_path

    def load() -> None:
        with suppress(WorkbenchError):
            made = embedder(settings)
            search.nearest(path, made.encode(["why?"]), limit=1)

    if key not in _begun and path.is_dir():
        _begun.add(key)
        Thread(target=load, name="warming", daemon=True).start()


def by_text(
    session: ScoresSession,
    text: str,
    *,
    settings: EmbedSettings,
    mode: Mode,
    mask: pl.Series,
    verdicts: pl.DataFrame,
    limit: int,
) -> SearchResults:
    """Find the threads with a turn that is similar to a text, or contains its words.

    Args:
        session: Scores and workspace.
        text: Text to search for.
        settings: Names the embedder.
        mode: Search mode.
        mask: Marks the threads that may be found, in the order of the scores.
        verdicts: Result of `ScoresSession.verdicts`.
        limit: Maximum number of threads.
    """
    path = session.workspace.embeddings_path

    def query(limit: int, where: Where | None) -> pl.DataFrame:
        return search.search(
            path, text=text, embedder=embedder(settings), mode=mode, limit=limit, where=where
        )

    return _among(session, query, mask=mask, verdicts=verdicts, limit=limit)


def by_examples(
    session: ScoresSession,
    thread_ids: list[int],
    *,
    mode: Mode,
    mask: pl.Series,
    verdicts: pl.DataFrame,
    limit: int,
) -> SearchResults:
    """Find the threads nearest to the examples, without the examples; see `by_text`."""
    path = session.workspace.embeddings_path
    is_example = session.scores["thread_id"].is_in(thread_ids)
    roots = session.scores["root_id"].filter(is_example).to_list()

    def query(limit: int, where: Where | None) -> pl.DataFrame:
        return search.alike(path, tweet_ids=roots, mode=mode, limit=limit, where=where)

    return _among(session, query, mask=mask & ~is_example, verdicts=verdicts, limit=limit)


def _among(
    session: ScoresSession, query: Query, *, mask: pl.Series, verdicts: pl.DataFrame, limit: int
) -> SearchResults:
    """Request more and more turns until they contain enough threads of the mask."""
    allowed = int(mask.sum())
    if not allowed:
        return SearchResults(_shown(session, _NOTHING, verdicts))
    ids = session.scores["thread_id"].filter(mask).to_list() if allowed <= FEW else None
    where = {"thread_id": ids} if ids is not None and allowed < len(mask) else None
    share = 1.0 if where else allowed / len(mask)
    count = min(round(2 * limit / share), MOST)
    while True:
        try:
            turns = query(count, where)
        except WorkbenchError as error:
            return SearchResults(_shown(session, _NOTHING, verdicts), problem=str(error))
        rows = _threads(session, turns, mask)
        if rows.height >= limit or turns.height < count or count >= MOST:
            return SearchResults(_shown(session, rows.head(limit), verdicts), turns.height)
        count = min(count * 4, MOST)


def _threads(session: ScoresSession, turns: pl.DataFrame, mask: pl.Series) -> pl.DataFrame:
    """Return the nearest turn of each thread of the mask, with its row of the scores."""
    first = turns.unique("thread_id", keep="first", maintain_order=True)
    places = session.places(first["thread_id"])
    rows = first.join(places, on="thread_id", maintain_order="left")
    gone = missing_tweets.reasons(session.workspace, rows["tweet_id"])
    deleted = [tweet_id for tweet_id, why in gone.items() if why == "deleted"]
    return rows.filter(mask[rows["place"]] & ~rows["tweet_id"].is_in(deleted))


def _shown(session: ScoresSession, rows: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Add scores and texts."""
    near = rows.select(
        nearness="similarity", reply_text=pl.when(~pl.col("is_root")).then(pl.col("text"))
    )
    scores = session.at(rows["place"], verdicts)
    return session.openings(scores).hstack(near)
