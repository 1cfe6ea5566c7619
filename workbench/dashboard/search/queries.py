"""Find the threads nearest to a text or to examples, among the threads of a mask."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock, Thread

import polars as pl

from workbench.dashboard.session.scores_session import ScoresSession
from workbench.embeddings import embedders, query_plan, search
from workbench.embeddings.embedders import Embedder, Engine
from workbench.embeddings.lance_table import Where
from workbench.embeddings.search import Mode
from workbench.exceptions import WorkbenchError
from workbench.hydration import missing_tweets
from workbench.recipe import EmbedSettings
from workbench.text.search_query import TextQuery
from workbench.threads import text_search

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
        by: How the threads were found; by words if a model cannot read the text.
        notes: Sentences on what was not understood.
        hits: Marks all threads that match the words, in the order of the scores; None for a search
            by meaning, which has no end.
    """

    rows: pl.DataFrame
    looked: int = 0
    problem: str = ""
    by: Mode = "vector"
    notes: tuple[str, ...] = ()
    hits: pl.Series | None = None


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
        text: Text to search for; see `search_query.SYNTAX`.
        settings: Names the embedder, and which turns are searched.
        mode: Search mode. If the model cannot read the text, it is searched by words.
        mask: Marks the threads that may be found, in the order of the scores.
        verdicts: Result of `ScoresSession.verdicts`.
        limit: Maximum number of threads.
    """
    path = session.workspace.embeddings_path
    try:
        plan = query_plan.make(text, mode=mode, embedder=lambda: embedder(settings))
    except WorkbenchError as error:
        return SearchResults(_shown(session, _NOTHING, verdicts), problem=str(error))
    if not plan.required.is_empty:
        mask &= with_words(session, plan.required, settings)
    if plan.mode == "words":
        rows = _by_words(session, plan.text, mask=mask, verdicts=verdicts, limit=limit)
        return SearchResults(rows, by="words", notes=plan.notes, hits=mask)

    def query(limit: int, where: Where | None) -> pl.DataFrame:
        return search.search(
            path,
            text=plan.text,
            embedder=embedder(settings),
            mode=plan.mode,
            limit=limit,
            where=where,
        )

    matches = _among(session, query, mask=mask, verdicts=verdicts, limit=limit)
    return replace(matches, by=plan.mode, notes=plan.notes)


def with_words(session: ScoresSession, query: TextQuery, settings: EmbedSettings) -> pl.Series:
    """Mark the threads that meet a query, in the order of the scores.

    The opening tweets stay in memory between queries.
    """
    if settings.turns == "roots":
        files = [session.workspace.path(table) for table in ("turns", "deletions")]
        stamp = tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in files)
        texts = session.shared.once("opening tweets", stamp, lambda: _openings(session))
        frame = pl.DataFrame({"text": texts})
        marked = frame.select(query.matches() & ~query.excludes()).to_series()
        return marked.fill_null(value=False)
    turns = session.workspace.scan("turns").filter(settings.is_embedded())
    ids = text_search.threads_with(turns, query)
    return session.scores["thread_id"].is_in(ids.implode())


def _openings(session: ScoresSession) -> pl.Series:
    """Read the opening tweets in the order of the scores; null if one was deleted."""
    turns = session.workspace.scan("turns").filter(pl.col("position") == 0)
    texts = turns.select("thread_id", "tweet_id", "text").collect(engine="streaming")
    texts = missing_tweets.without_deleted(session.workspace, texts, ids="tweet_id")
    ids = session.scores.select("thread_id")
    return ids.join(texts, on="thread_id", how="left", maintain_order="left")["text"]


def _by_words(
    session: ScoresSession, text: str, *, mask: pl.Series, verdicts: pl.DataFrame, limit: int
) -> pl.DataFrame:
    """List threads of a mask: those first that the index of words ranks first, then the best."""
    ranked = pl.DataFrame(schema={"thread_id": pl.Int64, "tweet_id": pl.Int64})
    with suppress(WorkbenchError):
        ranked = search.search(
            session.workspace.embeddings_path, text=text, embedder=None, mode="words", limit=MOST
        )
    first = _threads(session, ranked, mask)["place"].head(limit).cast(pl.UInt32)
    rest = mask & ~pl.int_range(0, len(mask), dtype=pl.UInt32, eager=True).is_in(first.implode())
    listed = session.at(first, verdicts)
    if len(first) < limit and rest.any():
        more = session.some(rest, verdicts, order="Best fit first", size=limit - len(first))
        listed = pl.concat([listed, more])
    return session.openings(listed)


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
