"""Read the map of the threads, colour it, and find the threads that were selected on it."""

from dataclasses import dataclass
from functools import cached_property

import marimo as mo
import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.charts import maps
from workbench.dashboard.components import messages
from workbench.dashboard.search import scatter
from workbench.dashboard.search.scatter import FULL, Scatter
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.embeddings import projection
from workbench.embeddings.clusters import Cluster
from workbench.exceptions import WorkbenchError
from workbench.text import sanitize
from workbench.text.counts import counted

#: Choices for the colour of points -> column of the scores, `kept` or `cluster`.
COLOURS = {
    "Suitable request": "suitability",
    "Answer": "answer",
    "Similarity": "similarity",
    "Verdict": "kept",
    "Language": "language",
    "Cluster": "cluster",
}

#: Projection method -> description.
METHODS = {
    "axes": "along the two directions in which the texts differ most",
    "neighbours": "so that texts of similar meaning are neighbours",
}


@dataclass(frozen=True)
class Atlas:
    """Positions of all threads with a vector.

    Args:
        method: Projection method.
        places: `place` (row of the scores), `tweet_id`, `x`, `y` (0 to `FULL`) and `cluster` of
            each thread, in an order in which the first rows are always a sample.
        clusters: The clusters from 1 on.
    """

    method: str
    places: pl.DataFrame
    clusters: tuple[Cluster, ...] = ()

    @cached_property
    def coordinates(self) -> NDArray[np.uint16]:
        """The points, shape `(n, 2)`."""
        return self.places.select("x", "y").to_numpy()

    @cached_property
    def names(self) -> list[str]:
        """Names of the clusters as plain text, by number."""
        return ["", *(sanitize.plain(cluster.name, most=40) for cluster in self.clusters)]

    def points(self, mask: pl.Series) -> NDArray[np.bool_]:
        """Mark the points of the threads of a mask, which is in the order of the scores."""
        return mask[self.places["place"]].to_numpy()

    def numbers(self, places: list[int]) -> list[int]:
        """Return the points of rows of the scores, without those that are not on the map."""
        return self.places["place"].is_in(places).arg_true().to_list()


def load(session: ScoresSession) -> Atlas | str:
    """Read the map of a workspace, or draw a quick one; return an error text if that fails."""
    try:
        atlas: Atlas = session.shared.once("atlas", _stamp(session), lambda: _atlas(session))
    except (WorkbenchError, OSError) as error:
        return str(error)
    return atlas


def _stamp(session: ScoresSession) -> tuple[int, ...]:
    """Return the times of the last change of the files that a map depends on."""
    workspace = session.workspace
    files = [projection.path(workspace), workspace.embeddings_path / "_versions"]
    files.append(workspace.path("deletions"))
    return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in files)


def _atlas(session: ScoresSession) -> Atlas:
    drawn = projection.load(session.workspace)
    if drawn is None:
        with mo.status.progress_bar(
            total=100, title="Drawing the map for the first time", remove_on_exit=True
        ) as bar:
            drawn = projection.make(session.workspace, on_progress=messages.progress_callback(bar))
    rows = session.scores.select(tweet_id="root_id", place=pl.int_range(pl.len(), dtype=pl.UInt32))
    places = rows.join(drawn.points, on="tweet_id").with_columns(
        _whole("x").alias("x"), _whole("y").alias("y")
    )
    spread = projection.spread_order(places["tweet_id"].to_numpy(), seed=drawn.seed)
    return Atlas(drawn.method, places[spread], drawn.clusters)


def _whole(axis: str) -> pl.Expr:
    """Write a coordinate from -1 to 1 as a whole number."""
    return ((pl.col(axis) + 1) / 2 * FULL).round().clip(0, FULL).cast(pl.UInt16)


def draw(session: ScoresSession, atlas: Atlas, verdicts: pl.DataFrame) -> Scatter:
    """Make the map for the browser.

    Args:
        session: Scores and workspace; the text under the mouse is read from there.
        atlas: Result of `load`.
        verdicts: Result of `ScoresSession.verdicts`.
    """

    def describe(point: int) -> tuple[str, list[str]]:
        return _card(session, atlas, verdicts, point)

    clusters = [
        {
            "name": name,
            "x": round((cluster.x + 1) / 2 * FULL),
            "y": round((cluster.y + 1) / 2 * FULL),
            "threads": cluster.threads,
        }
        for name, cluster in zip(atlas.names[1:], atlas.clusters, strict=True)
    ]
    return Scatter(atlas.coordinates, clusters=clusters, describe=describe)


def _card(
    session: ScoresSession, atlas: Atlas, verdicts: pl.DataFrame, point: int
) -> tuple[str, list[str]]:
    """Return the opening tweet under the mouse and a few facts, as plain texts."""
    place = atlas.places["place"][point]
    row = session.openings(session.at(pl.Series([place]), verdicts)).row(0, named=True)
    is_kept = verdicts["kept"][place]
    facts = [counted(row["turns"], "turn"), "kept" if is_kept else "removed"]
    if row["suitability"] is not None:
        facts.append(f"suitable {row['suitability']:.2f}")
    if row["language"]:
        facts.append(sanitize.plain(row["language"], most=20))
    if name := atlas.names[atlas.places["cluster"][point]]:
        facts.append(f"among “{name}”")
    text = "(deleted)" if row["text"] is None else sanitize.plain(row["text"], most=160)
    return text or "(no text)", facts


def paint(
    session: ScoresSession, atlas: Atlas, verdicts: pl.DataFrame, *, colour: str
) -> maps.Paint:
    """Colour all points by one of `COLOURS`."""
    column = COLOURS[colour]
    if column == "cluster":
        names = pl.Series([name or None for name in atlas.names], dtype=pl.String)
        return maps.paint(names[atlas.places["cluster"]].alias(column))
    values = verdicts["kept"] if column == "kept" else session.scores[column]
    return maps.paint(values[atlas.places["place"]].alias(column))


def inside(atlas: Atlas, mask: pl.Series, corners: NDArray[np.float64]) -> pl.Series:
    """Mark the threads in a selection; without one, all threads on the map.

    Args:
        atlas: Result of `load`.
        mask: Marks the threads to consider, in the order of the scores.
        corners: Result of `Scatter.corners`.
    """
    places = atlas.places["place"]
    if len(corners):
        places = places.filter(pl.Series(scatter.inside(atlas.coordinates, corners)))
    marked = np.zeros(len(mask), dtype=np.bool_)
    marked[places.to_numpy()] = True
    return pl.Series(marked) & mask


def caption(atlas: Atlas, mask: pl.Series, chosen: pl.Series, *, is_selected: bool) -> mo.Html:
    """Describe the map: threads in the selection, method, and number of points."""
    shown = int(atlas.points(mask).sum())
    without = len(mask) - atlas.places.height
    lacking = f", {without:,} have no vector" if without else ""
    count = (
        f'<b data-testid="inside">{int(chosen.sum()):,}</b> threads in the selection'
        if is_selected
        else "shift-drag over the map, or choose Rectangle or Lasso, to select threads"
    )
    return mo.Html(
        f'<p class="wb-listed" aria-live="polite">{count} <span class="wb-effect">· drawn '
        f'<span data-testid="method" data-method="{atlas.method}">{METHODS[atlas.method]}</span>: '
        f"{counted(shown, 'thread')}{lacking}</span></p>"
    )
