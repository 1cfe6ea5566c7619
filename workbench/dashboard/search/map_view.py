"""Load and draw the map of the threads, and find the threads in a rectangle."""

import time
from collections.abc import Callable, Mapping

import marimo as mo
import numpy as np
import polars as pl

from workbench import charts, progress
from workbench.dashboard.components import job_status, messages
from workbench.dashboard.search.brush import Atlas, Brush
from workbench.dashboard.session import jobs
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.embeddings import projection
from workbench.exceptions import WorkbenchError
from workbench.hydration import missing_tweets
from workbench.text import sanitize

#: Choices for the colour of points -> column of the scores, or `kept`.
COLOURS = {
    "Suitable request": "suitability",
    "Answer": "answer",
    "Similarity": "similarity",
    "Verdict": "kept",
    "Language": "language",
}

#: Title of the job that draws the better map.
TITLE = "Draw the map"

#: Projection method -> description.
METHODS = {
    "axes": "along the two directions in which the texts differ most",
    "neighbours": "so that texts of similar meaning are neighbours",
}


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
    places = rows.join(drawn.points, on="tweet_id")
    spread = projection.spread_order(places["tweet_id"].to_numpy(), seed=drawn.seed)
    return Atlas(drawn.method, places[spread])


def sample(atlas: Atlas, mask: pl.Series, *, most: int) -> pl.DataFrame:
    """Choose the threads to draw; equal masks give equal samples.

    Args:
        atlas: Result of `load`.
        mask: One boolean per thread, in the order of the scores.
        most: Maximum number of threads.
    """
    return atlas.places.filter(mask[atlas.places["place"]]).head(most)


def chart(
    session: ScoresSession,
    atlas: Atlas,
    mask: pl.Series,
    verdicts: pl.DataFrame,
    *,
    colour: str,
    brush: Brush | None = None,
) -> mo.ui.altair_chart:
    """Draw a sample of the map, on which a rectangle can be dragged.

    Args:
        session: Scores and workspace.
        atlas: Result of `load`.
        mask: Marks the threads that may be drawn, in the order of the scores.
        verdicts: Result of `ScoresSession.verdicts`.
        colour: One of `COLOURS`.
        brush: Its rectangle is drawn again, and follows what is dragged on the chart.
    """
    points = sample(atlas, mask, most=charts.maps.MOST)
    key = points["place"].to_numpy().tobytes()
    texts: pl.Series = session.shared.once("texts of the map", key, lambda: _texts(session, points))
    shown = session.scores[points["place"]].select("root_id", *_column(colour))
    shown = shown.with_columns(texts.alias("text"), kept=verdicts["kept"][points["place"]])
    shown = missing_tweets.without_deleted(session.workspace, shown, ids="root_id")
    drawn = points.select("x", "y", value=shown[COLOURS[colour]], text=shown["text"])
    drawn = drawn.filter(shown["text"].is_not_null())
    if drawn.schema["value"] == pl.String:
        plain = [sanitize.plain(value, most=20) or None for value in drawn["value"]]
        drawn = drawn.with_columns(value=pl.Series(plain, dtype=pl.String))
    if brush is None:
        return mo.ui.altair_chart(charts.maps.scatter(drawn, colour=colour))
    scatter = charts.maps.scatter(drawn, colour=colour, sides=brush.on(atlas))
    plot = mo.ui.altair_chart(scatter, on_change=lambda _: brush.drag(plot.selections, atlas))
    return plot


def _texts(session: ScoresSession, points: pl.DataFrame) -> pl.Series:
    """Read the opening tweets of points as plain text; null if a tweet was deleted."""
    rows = session.openings(session.scores[points["place"]].select("thread_id"))
    plain = [None if text is None else sanitize.plain(text, most=90) for text in rows["text"]]
    return pl.Series("text", plain, dtype=pl.String)


def inside(atlas: Atlas, mask: pl.Series, sides: Mapping[str, list[float]]) -> pl.Series:
    """Mark all threads in a rectangle, drawn or not; without a rectangle, all on the map.

    Args:
        atlas: Result of `load`.
        mask: Marks the threads to consider, in the order of the scores.
        sides: Result of `Brush.on`.
    """
    marked = atlas.places
    for axis in "xy":
        if axis in sides:
            low, high = sorted(map(float, sides[axis]))
            marked = marked.filter(pl.col(axis).is_between(low, high))
    inside = np.zeros(len(mask), dtype=np.bool_)
    inside[marked["place"].to_numpy()] = True
    return pl.Series(inside) & mask


def caption(atlas: Atlas, mask: pl.Series, chosen: pl.Series, *, brushed: bool) -> mo.Html:
    """Describe the map: threads in the rectangle, method, and number of points."""
    every = int(mask[atlas.places["place"]].sum())
    drawn = min(every, charts.maps.MOST)
    part = f"a sample of {drawn:,} of {every:,} threads" if drawn < every else f"{every:,} threads"
    without = len(mask) - atlas.places.height
    lacking = f", {without:,} have no vector" if without else ""
    count = (
        f'<b data-testid="inside">{int(chosen.sum()):,}</b> threads in the rectangle'
        if brushed
        else "drag over the map to select threads"
    )
    return mo.Html(
        f'<p class="wb-listed" aria-live="polite">{count} <span class="wb-effect">· drawn '
        f'<span data-testid="method" data-method="{atlas.method}">{METHODS[atlas.method]}</span>: '
        f"{part}{lacking}</span></p>"
    )


def better_button(session: ScoresSession, *, tell: Callable[[object], object]) -> mo.ui.button:
    """Make the button that starts drawing the better map as a job.

    Args:
        session: Scores and workspace.
        tell: Called with the start time, or with an error text.
    """

    def begin(_: object) -> None:
        try:
            jobs.start(session.workspace, ["map"], title=TITLE)
        except WorkbenchError as error:
            tell(str(error))
        else:
            tell(time.time())

    return mo.ui.button(
        label="Draw a better map",
        tooltip="Similar threads become neighbours. Half a minute; two for a million threads.",
        on_change=begin,
    )


def is_drawing(session: ScoresSession) -> bool:
    """Return whether the better map is being drawn."""
    job = jobs.last(session.workspace)
    return job is not None and job.is_running and job.record.title == TITLE


def clock(session: ScoresSession, *, tell: Callable[[object], object]) -> mo.ui.refresh | None:
    """Make a clock that ticks while the better map is being drawn; None if it is not.

    Args:
        session: Scores and workspace.
        tell: Called with the time at the first tick after the drawing has ended.
    """

    def tick(_: object) -> None:
        if not is_drawing(session):
            tell(time.time())

    return mo.ui.refresh(default_interval="2s", on_change=tick) if is_drawing(session) else None


def notice(session: ScoresSession, atlas: Atlas | str | None, *, last: object) -> mo.Html:
    """Show the progress of the better map, or why it failed.

    Args:
        session: Scores and workspace.
        atlas: The map on the page.
        last: Last value passed to `tell` of `better_button`.
    """
    job = jobs.last(session.workspace)
    if not isinstance(atlas, Atlas) or atlas.method == "neighbours":
        return mo.Html("")
    if isinstance(last, str):
        return messages.error(last)
    if job is None or job.record.title != TITLE:
        return mo.Html("")
    if job.is_running:
        far = progress.text(job.progress, time.time()) if job.progress else "starting"
        return mo.Html(
            f'<p class="wb-effect" aria-live="polite" data-testid="drawing">Drawing the better '
            f"map: {far}. You can go on working.</p>"
        )
    if job.status == "done":
        return mo.Html("")
    problem, hint = job_status.failure(job)
    return messages.error(f"{problem}\n\nHint: {hint}" if problem else "")


def _column(colour: str) -> list[str]:
    return [COLOURS[colour]] if COLOURS[colour] != "kept" else []
