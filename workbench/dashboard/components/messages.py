"""Pages: what the dashboard shows of a selection, as safe HTML and tables."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from html import escape
from textwrap import fill
from typing import Any, Literal

import marimo as mo
import polars as pl

from workbench import charts, instructions
from workbench.dashboard.components import near_duplicates
from workbench.dashboard.session import missing_tweets
from workbench.dashboard.session.scores_session import Live
from workbench.display import html
from workbench.exceptions import WorkbenchError
from workbench.export.roles import POLICIES
from workbench.facets.score_axes import Axis
from workbench.progress import OnProgress
from workbench.recipe import CATALOGUE, Recipe, SelectSettings
from workbench.storage import Workspace
from workbench.text import sanitize

#: Facts of a thread above its turns: column of the scores -> what people call it.
FACTS = {
    "turns": "turns",
    "participants": "people",
    "depth": "depth",
    "suitability": "fits",
    "answer": "answered",
    "similarity": "similarity",
    "lang": "language",
    "is_complete": "complete",
    "link_share": "links",
    "mention_share": "mentions",
}

#: Name of the selection of a stretch of a histogram.
BRUSH = "brush"


#: How to get data where there is none yet.
_BEGIN = """
    1. `make demo` writes a small synthetic dump and runs every stage on it; or
    2. `workbench run PATH...` reads your own dumps, threads them and scores them.

    Then start this page again. It shows the workspace that the environment variable
    `WORKBENCH_WORKSPACE` names, or else the folder `workspace` where it was started.
"""


def empty(problem: str) -> mo.Html:
    """Say what is missing, and how to get data where there is none yet."""
    said = mo.Html(f"<p><b>{html.inline(problem)}</b></p>")
    return mo.callout(mo.vstack([said, mo.md(_BEGIN)]), kind="warn")


def counts(live: Live, verdicts: pl.DataFrame) -> mo.Html:
    """Show how many threads and turns are kept."""
    threads, turns = live.kept(verdicts)
    every, all_turns = live.size
    share = f"{threads / every if every else 0:.1%}"
    facts = {
        "kept": (threads, f"threads kept of {every:,} ({share})"),
        "turns": (turns, f"turns in them of {all_turns:,}"),
        "removed": (every - threads, "threads removed"),
    }
    shown = "".join(
        f'<div><b data-testid="{name}">{value:,}</b> <span>{said}</span></div>'
        for name, (value, said) in facts.items()
    )
    return mo.Html(f'<div class="wb-counts" aria-live="polite">{shown}</div>')


def histogram(
    name: str, settings: SelectSettings, *, axes: Mapping[str, Axis], kept: pl.Series
) -> charts.Layers:
    """Draw the histogram of the score that a rule looks at, with its bounds, to brush on."""
    rule, chosen = CATALOGUE[name], getattr(settings, name)
    bins = axes[name].bins(kept)
    return charts.histogram(
        bins,
        title=rule.title,
        unit=rule.unit,
        min=chosen.min,
        max=chosen.max,
        height=150,
        brush=BRUSH,
    )


def nothing(view: str) -> mo.Html:
    """Say why a list is empty."""
    why = {
        "Kept": "No thread passes every rule. Loosen the one that removes most.",
        "Removed": "Nothing is removed by this choice.",
        "Borderline": "This rule is off, or no thread is near its threshold.",
        "Recipes": "No thread is on this side of the comparison.",
    }
    return mo.callout(mo.Html(why[view]), kind="neutral")


#: What the headings of lists of threads mean.
TOOLTIPS = {
    "Near": "cosine to what you look for",
    "Verdict": "kept, or the rule that removes the thread first",
}


def table(rows: pl.DataFrame, *, rule: str = "suitability") -> mo.ui.table:
    """List threads, one line each, one of which can be chosen; every text is plain text.

    Args:
        rows: Rows of the scores with `text` and `removed_by`.
        rule: Rule with bounds whose score is shown; of another kind, how well it fits.
    """
    shown_rule = CATALOGUE[rule if CATALOGUE[rule].kind == "bounds" else "suitability"]
    digits = 0 if rows.schema[shown_rule.column].is_integer() else 3
    label = FACTS.get(shown_rule.column, shown_rule.title).capitalize()
    shown = {
        "Opening tweet": [
            "(deleted)" if text is None else sanitize.plain(text, most=110) for text in rows["text"]
        ],
        "Turns": [html.number(value) for value in rows["turns"]],
        label: [html.number(value, digits=digits) for value in rows[shown_rule.column]],
        "Verdict": titles(rows["removed_by"]),
    }
    is_all_kept = rows["removed_by"].null_count() == rows.height
    return choosable(
        shown,
        widths={"Opening tweet": 214, "Turns": 55, label: 70, "Verdict": 103},
        height=470,
        hidden=["Verdict"] if is_all_kept else [],
    )


def titles(removed_by: pl.Series) -> list[str]:
    r"""Name the rule that removes each thread as people know it, in lines that fit a column.

    The lines are broken here because marimo wraps what is wider than 200 pixels only.

    Examples:
        >>> titles(pl.Series(["suitability", None]))
        ['Request that\nfits', 'Kept']
    """
    return [fill(CATALOGUE[name].title, 14) if name else "Kept" for name in removed_by]


def choosable(
    shown: Mapping[str, Sequence[str]],
    *,
    widths: Mapping[str, int],
    height: int,
    first: int = 0,
    selection: Literal["single", "multi"] = "single",
    hidden: Sequence[str] = (),
) -> mo.ui.table:
    """Make a table of threads to choose from; `place` tells the row that is chosen.

    Args:
        shown: Columns of plain text, among them `Opening tweet`; those not of words are numbers.
        widths: Of the columns, in pixels; of one that is wrapped, 214 at least.
        height: Of the table, in pixels.
        first: Row that is chosen to begin with.
        selection: Whether one row can be chosen, or several.
        hidden: Columns that are not drawn.
    """
    rows = len(shown["Opening tweet"])
    words = [name for name in ("Opening tweet", "Verdict") if name in shown]
    return mo.ui.table(
        pl.DataFrame({**shown, "place": range(rows)}),
        selection=selection,
        initial_selection=[first] if rows else None,
        pagination=False,
        max_height=height,
        hidden_columns=["place", *hidden],
        wrapped_columns=words,
        column_widths=dict(widths),
        text_justify_columns={name: "right" for name in shown if name not in words},
        header_tooltip={name: said for name, said in TOOLTIPS.items() if name in shown},
        show_column_summaries=False,
        show_data_types=False,
        show_download=False,
        show_search=False,
    )


def split(left: mo.Html, right: mo.Html) -> mo.Html:
    """Put a list and what was chosen in it side by side; on small screens one below the other."""
    return mo.Html(f'<div class="wb-split"><div>{left.text}</div><div>{right.text}</div></div>')


def verdict(row: dict[str, Any]) -> str:
    """Say in a sentence what the recipe decides on a thread."""
    if row["removed_by"] is None:
        return "Kept by every rule."
    return f"Removed first by the rule “{CATALOGUE[row['removed_by']].title}”."


def reader(
    live: Live,
    rows: pl.DataFrame,
    chosen: pl.DataFrame,
    *,
    recipe: Recipe,
    tell: Callable[[dict[str, Any]], str] = verdict,
) -> mo.Html:
    """Draw the chosen thread with what is known of it, and who would be who in an export.

    Args:
        live: Where the turns are read from.
        rows: What `table` was made from.
        chosen: Value of the table.
        recipe: Names the known instructions and the policy of roles.
        tell: Says of a row why it is listed.
    """
    if chosen.is_empty():
        return mo.Html('<p class="wb-gap">Choose a thread in the list to read it.</p>')
    row = rows.row(chosen["place"][0], named=True)
    turns = live.turns(row["thread_id"])
    nodes = POLICIES[recipe.export.roles](turns).select("tweet_ids", "role").explode("tweet_ids")
    return mo.Html(
        near_duplicates.draw(near_duplicates.read(live, row), row)
        + html.thread(
            turns,
            verdict=tell(row),
            nearest=known(live.workspace, recipe).get(row["nearest_instruction"]),
            scores={label: row[column] for column, label in FACTS.items()},
            roles=dict(nodes.rows()),
            gone=missing_tweets.of_thread(live.workspace, turns),
        )
    )


def trouble(problem: str) -> mo.Html:
    """Show what went wrong; nothing where nothing did."""
    if not problem:
        return mo.Html("")
    return mo.callout(mo.Html(f'<div class="wb-trouble">{escape(problem)}</div>'), kind="danger")


def advancing(bar: Any) -> OnProgress:  # noqa: ANN401 (marimo does not export the type)
    """Move a progress bar of a hundred steps."""
    shown = 0

    def tell(done: int, total: int) -> None:
        nonlocal shown
        if (now := done * 100 // max(total, 1)) > shown:
            bar.update(now - shown)
            shown = now

    return tell


def known(workspace: Workspace, recipe: Recipe) -> dict[str, str]:
    """Give known instructions by id, those of the workspace too."""
    own = instructions.own(workspace).select("instruction_id", "text")
    return _set(recipe.score.instructions) | dict(own.rows())


@lru_cache(maxsize=4)
def _set(name: str) -> dict[str, str]:
    """Read the set of a recipe; nothing where the file is gone, the page works without."""
    try:
        found = instructions.load(name)
    except WorkbenchError:
        return {}
    return dict(found.select("instruction_id", "text").rows())
