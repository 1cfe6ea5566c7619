"""Mapping: the map of the threads as a page shows it, and what is in a rectangle of it."""

import time
from collections.abc import Callable, Mapping

import marimo as mo
import numpy as np
import polars as pl

from workbench import charts
from workbench.dashboard.components import job_status, messages
from workbench.dashboard.search.brush import Atlas, Brush
from workbench.dashboard.session import jobs, missing_tweets
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.embeddings import projection
from workbench.exceptions import WorkbenchError
from workbench.text import sanitize

#: What a point can be coloured by -> column of the scores, or `kept`.
COLOURS = {
    "Suitable request": "suitability",
    "Answer": "answer",
    "Similarity": "similarity",
    "Verdict": "kept",
    "Language": "language",
}

#: How the job is called that draws the better map.
TITLE = "Draw the map"

#: What the ways to draw are called.
SAID = {
    "axes": "by the two directions in which the texts differ most",
    "neighbours": "so that texts of like meaning are neighbours",
}


def load(live: ScoresSession) -> Atlas | str:
    """Read the map of a workspace, drawing it quickly where there is none; or say what is wrong."""
    try:
        found: Atlas = live.shared.once("atlas", _stamp(live), lambda: _atlas(live))
    except (WorkbenchError, OSError) as error:
        return str(error)
    return found


def _stamp(live: ScoresSession) -> tuple[int, ...]:
    """Tell when the files were changed last that a map depends on."""
    workspace = live.workspace
    files = [projection.path(workspace), workspace.embeddings_path / "_versions"]
    files.append(workspace.path("deletions"))
    return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in files)


def _atlas(live: ScoresSession) -> Atlas:
    found = projection.load(live.workspace)
    if found is None:
        with mo.status.progress_bar(
            total=100, title="Drawing the map for the first time", remove_on_exit=True
        ) as bar:
            found = projection.make(live.workspace, on_progress=messages.progress_callback(bar))
    rows = live.scores.select(tweet_id="root_id", place=pl.int_range(pl.len(), dtype=pl.UInt32))
    places = rows.join(found.points, on="tweet_id")
    spread = projection.spread_order(places["tweet_id"].to_numpy(), seed=found.seed)
    return Atlas(found.method, places[spread])


def sample(atlas: Atlas, mask: pl.Series, *, most: int) -> pl.DataFrame:
    """Choose the threads that are drawn, always the same ones of those that a mask marks.

    Args:
        atlas: What `load` gives.
        mask: One boolean a thread, in the order of the scores.
        most: How many at most.
    """
    return atlas.places.filter(mask[atlas.places["place"]]).head(most)


def chart(
    live: ScoresSession,
    atlas: Atlas,
    mask: pl.Series,
    verdicts: pl.DataFrame,
    *,
    colour: str,
    brush: Brush | None = None,
) -> mo.ui.altair_chart:
    """Draw a sample of the map, to brush over.

    Args:
        live: Where the texts are read from.
        atlas: What `load` gives.
        mask: Threads that may be drawn, in the order of the scores.
        verdicts: What `Live.verdicts` gives.
        colour: One of `COLOURS`.
        brush: Whose rectangle is drawn again.
    """
    points = sample(atlas, mask, most=charts.maps.MOST)
    key = points["place"].to_numpy().tobytes()
    texts: pl.Series = live.shared.once("texts of the map", key, lambda: _texts(live, points))
    shown = live.scores[points["place"]].select("root_id", *_column(colour))
    shown = shown.with_columns(texts.alias("text"), kept=verdicts["kept"][points["place"]])
    shown = missing_tweets.without_deleted(live.workspace, shown, ids="root_id")
    drawn = points.select("x", "y", value=shown[COLOURS[colour]], text=shown["text"])
    drawn = drawn.filter(shown["text"].is_not_null())
    if drawn.schema["value"] == pl.String:
        plain = [sanitize.plain(value, most=20) or None for value in drawn["value"]]
        drawn = drawn.with_columns(value=pl.Series(plain, dtype=pl.String))
    sides = brush.on(atlas) if brush else None
    return mo.ui.altair_chart(charts.maps.scatter(drawn, colour=colour, sides=sides))


def _texts(live: ScoresSession, points: pl.DataFrame) -> pl.Series:
    """Read the opening tweets of some points, as plain text; null where there is none."""
    rows = live.openings(live.scores[points["place"]].select("thread_id"))
    plain = [None if text is None else sanitize.plain(text, most=90) for text in rows["text"]]
    return pl.Series("text", plain, dtype=pl.String)


def inside(atlas: Atlas, mask: pl.Series, sides: Mapping[str, list[float]]) -> pl.Series:
    """Mark all threads in a rectangle, drawn or not; without one, all that are on the map.

    Args:
        atlas: What `load` gives.
        mask: Threads that may be marked, in the order of the scores.
        sides: What `Brush.of` gives.
    """
    marked = atlas.places
    for axis in "xy":
        if axis in sides:
            low, high = sorted(map(float, sides[axis]))
            marked = marked.filter(pl.col(axis).is_between(low, high))
    found = np.zeros(len(mask), dtype=np.bool_)
    found[marked["place"].to_numpy()] = True
    return pl.Series(found) & mask


def caption(atlas: Atlas, mask: pl.Series, chosen: pl.Series, *, brushed: bool) -> mo.Html:
    """Say how many threads there are, how many are drawn, and how many are chosen."""
    every = int(mask[atlas.places["place"]].sum())
    drawn = min(every, charts.maps.MOST)
    part = f"a sample of {drawn:,} of {every:,} threads" if drawn < every else f"{every:,} threads"
    without = len(mask) - atlas.places.height
    lacking = f", {without:,} have no vector" if without else ""
    told = (
        f'<b data-testid="inside">{int(chosen.sum()):,}</b> threads in the rectangle'
        if brushed
        else "drag over the map to choose threads"
    )
    return mo.Html(
        f'<p class="wb-listed" aria-live="polite">{told} <span class="wb-effect">· drawn '
        f'<span data-testid="method" data-method="{atlas.method}">{SAID[atlas.method]}</span>: '
        f"{part}{lacking}</span></p>"
    )


def better_button(live: ScoresSession, *, tell: Callable[[object], object]) -> mo.ui.button:
    """Make the button that draws the better map, in a process of its own.

    Args:
        live: Whose workspace.
        tell: Called with the time when it has begun, or with why it could not.
    """

    def begin(_: object) -> None:
        try:
            jobs.start(live.workspace, ["map"], title=TITLE)
        except WorkbenchError as error:
            tell(str(error))
        else:
            tell(time.time())

    return mo.ui.button(
        label="Draw a better map",
        tooltip="Lays out neighbours: half a minute, two for a million threads.",
        on_change=begin,
    )


def is_drawing(live: ScoresSession) -> bool:
    """Tell whether the better map is being drawn."""
    job = jobs.last(live.workspace)
    return job is not None and job.is_running and job.record.title == TITLE


def notice(
    live: ScoresSession,
    atlas: Atlas | str | None,
    *,
    told: object,
    tell: Callable[[object], object],
) -> mo.Html:
    """Show how far the better map is, or why it could not begin; when it is done, tell so.

    Args:
        live: Whose workspace.
        atlas: The map that is shown.
        told: What was told last.
        tell: Called once the file holds another map.
    """
    job = jobs.last(live.workspace)
    if not isinstance(atlas, Atlas) or atlas.method == "neighbours":
        return mo.Html("")
    if isinstance(told, str):
        return messages.error(told)
    if job is None or job.record.title != TITLE:
        return mo.Html("")
    if job.is_running:
        far = job_status.progress_text(job.progress, time.time())
        return mo.Html(
            f'<p class="wb-effect" aria-live="polite" data-testid="drawing">Drawing the better '
            f"map: {far}. You can go on meanwhile.</p>"
        )
    if job.status == "done":
        found = projection.load(live.workspace)
        if found is not None and found.method != atlas.method:
            tell(job.record.started_at)
        return mo.Html("")
    problem, hint = job_status.failure(job)
    return messages.error(f"{problem}\n\nHint: {hint}" if problem else "")


def _column(colour: str) -> list[str]:
    return [COLOURS[colour]] if COLOURS[colour] != "kept" else []
