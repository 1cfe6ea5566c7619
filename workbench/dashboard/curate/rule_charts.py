"""Charts of what the rules remove and of the threshold of one rule, beside some threads."""

from html import escape

import marimo as mo
import polars as pl

from workbench import charts, selection
from workbench.dashboard.components import navigation, rule_controls, threshold_curves
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import CATALOGUE, SelectSettings
from workbench.selection import by_hand
from workbench.text import sanitize

#: Choice of a chart that shows all rules.
EVERY_RULE = "all rules"

#: Threads of each side beside the charts, and most characters of an opening tweet.
SHOWN, LONGEST = 7, 160

#: The threads stand beside the charts where there is room, else below.
_STYLE = """
.wb-beside{display:flex;flex-wrap:wrap;gap:1.25rem;align-items:flex-start}
.wb-beside>:first-child{flex:3 1 26rem;min-width:0}
.wb-beside>:last-child{flex:1 1 15rem;min-width:0;display:grid;gap:1rem}
.wb-beside h2{font-size:13px;margin:0 0 .3rem}
.wb-beside ul{list-style:none;margin:0;padding:0}
.wb-beside li{padding:.35rem 0;border-top:1px solid color-mix(in srgb,currentColor 15%,transparent)}
.wb-beside a{color:inherit;text-decoration:none;overflow-wrap:anywhere}
.wb-beside a:hover{text-decoration:underline}
"""


def chooser(session: ScoresSession) -> mo.ui.dropdown:
    """Return the control to choose all rules, or one rule with bounds."""
    options: dict[str, str] = {EVERY_RULE: ""} | rule_controls.titles(session.rules, "bounds")
    return mo.ui.dropdown(options, EVERY_RULE, label="Chart")


def show(
    session: ScoresSession,
    verdicts: pl.DataFrame,
    *,
    chooser: mo.ui.dropdown,
    settings: SelectSettings,
) -> mo.Html:
    """Draw what all rules leave and remove, or the threshold of one rule and what labels say of it.

    Args:
        session: Scores and labels.
        verdicts: Result of `ScoresSession.verdicts`.
        chooser: Result of `chooser`.
        settings: The rules.
    """
    rule = str(chooser.value or "")
    drawn = _of_rule(session, verdicts, rule, settings) if rule else _of_all(verdicts)
    removed = f"Removed by {CATALOGUE[rule].title}" if rule else "Removed"
    sides = _threads(session, verdicts, "kept", title="Kept")
    sides += _threads(session, verdicts, "removed", title=removed, rule=rule or None)
    return mo.Html(
        f'<style>{_STYLE}</style><div class="wb-beside"><div>{mo.vstack([chooser, *drawn]).text}'
        f"</div><div>{sides}</div></div>"
    )


def _of_all(verdicts: pl.DataFrame) -> list[object]:
    against_rules = by_hand.sentence(by_hand.kept_anyway(verdicts))
    return [
        charts.funnel(selection.funnel(verdicts)),
        charts.attribution(selection.attribution(verdicts)),
        *([mo.Html(f"<p>{against_rules}</p>")] if against_rules else []),
    ]


def _of_rule(
    session: ScoresSession, verdicts: pl.DataFrame, rule: str, settings: SelectSettings
) -> list[object]:
    axis = session.axis(rule)
    histogram = threshold_curves.histogram(rule, settings, axis=axis, kept=verdicts["kept"])
    labelled = threshold_curves.labelled(session, rule)
    precision = threshold_curves.show(
        labelled,
        threshold_curves.bounds_of(settings, rule),
        axis=axis,
        threads=session.size[0],
    )
    return [histogram, precision]


def _threads(
    session: ScoresSession,
    verdicts: pl.DataFrame,
    view: str,
    *,
    title: str,
    rule: str | None = None,
) -> str:
    """List a random sample of kept or removed threads; each opens in Read threads."""
    rows = session.openings(session.rows(verdicts, view=view, rule=rule, size=SHOWN))
    items = "".join(
        f'<li dir="auto"><a href="'
        f'{navigation.link("read_threads.py", query=f"thread={thread_id}")}">'
        f"{escape(sanitize.plain(text or 'The opening tweet was deleted.', most=LONGEST))}</a></li>"
        for thread_id, text in rows.select("thread_id", "text").iter_rows()
    )
    listed = f"<ul>{items}</ul>" if items else "<p>None.</p>"
    return (
        f'<section aria-label="{escape(title)}" data-testid="sample-{view}">'
        f"<h2>{escape(title)}</h2>{listed}</section>"
    )
