"""Show how much of the conversations the data contain, by month, day or source."""

from functools import lru_cache
from pathlib import Path

import marimo as mo
import polars as pl

from workbench import charts
from workbench.dashboard.components import chart_download, messages
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import numbers
from workbench.storage import Workspace
from workbench.threads import coverage

#: What coverage can be shown by -> key.
CHOICES = {"month, as a heat strip": "strip", "day": "day", "source": "source"}
#: Days with replies up to which the heat strip shows days instead of months.
DAYS = 62
#: Bytes of tweets up to which coverage is counted without a click: about a million tweets.
QUICK = 150_000_000


def is_quick(session: ScoresSession) -> bool:
    """Return whether the coverage of a workspace is counted quickly enough to not ask first."""
    return _size(session.workspace) <= QUICK


def show(session: ScoresSession, *, by: str, is_asked: bool) -> mo.Html:
    """Show the share of replies with parent and opening tweet.

    Args:
        session: Scores, and the workspace with the tweets.
        by: One of the values of `CHOICES`.
        is_asked: Whether to count now; large workspaces are counted on request.
    """
    if not session.workspace.has("tweets"):
        return messages.error(
            "The tweets of this workspace were deleted; only its threads are left."
        )
    size = _size(session.workspace) / 2**30
    if not is_asked:
        return mo.Html(f'<p class="wb-said">{size:,.1f} GiB of tweets; counting takes a while.</p>')
    changed = session.workspace.path("tweets").stat().st_mtime_ns
    with mo.status.spinner(title="Counting which tweets the replies answer …"):
        shares = _shares(session.workspace.root, changed, "source" if by == "source" else "day")
    total = shares.select("replies", "with_parent", "with_root").sum().row(0, named=True)
    if not total["replies"]:
        return mo.Html(
            '<p class="wb-said" data-testid="coverage">The data contain no replies, so there is '
            "no coverage to show.</p>"
        )
    if by == "strip":
        is_short = coverage.finest_unit(shares, most=DAYS) == "day"
        shares = coverage.by_period(shares, unit="day" if is_short else "month")
        drawn = charts.timelines.heat_strip(shares)
    else:
        drawn = charts.timelines.coverage(shares)
    text = _sentence(**total)
    summary = mo.Html(f'<p class="wb-said" data-testid="coverage">{text}</p>')
    download = chart_download.buttons(
        charts.theme.titled(drawn, "Coverage of replies", text),
        shares.filter(pl.col("replies") > 0),
        name=f"coverage_by_{shares.columns[0]}",
        caption=text,
    )
    return mo.vstack([summary, drawn, download], gap=0.5)


def _sentence(*, replies: int, with_parent: int, with_root: int) -> str:
    """Say of what the shares are."""
    return (
        f"Of {replies:,} replies, the data contain the parent of {with_parent:,} "
        f"({numbers.percent(with_parent, replies)} of replies) and the opening tweet of "
        f"{with_root:,} ({numbers.percent(with_root, replies)} of replies). Days are UTC. "
        "All tweets count, whatever is selected under Charts."
    )


def _size(workspace: Workspace) -> int:
    return sum(part.stat().st_size for part in workspace.path("tweets").glob("*.parquet"))


@lru_cache(maxsize=4)
def _shares(root: Path, changed: int, by: str) -> pl.DataFrame:
    workspace = Workspace.open(root)
    count = coverage.by_day if by == "day" else coverage.by_source
    return count(workspace.scan("tweets"), edits=workspace.edits())
