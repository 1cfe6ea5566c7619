"""Name the apps in the order of the work, draw the heading of each, and link to others."""

from dataclasses import dataclass
from html import escape
from urllib.parse import quote

import marimo as mo

from workbench.dashboard.session.recipe_url import to_query
from workbench.display.css import PAGE
from workbench.recipe import Recipe


@dataclass(frozen=True)
class Place:
    """One app.

    Args:
        title: Its name.
        todo: One sentence on what to do there.
    """

    title: str
    todo: str


#: File in `apps/` -> app, in the order of the work.
PLACES: dict[str, Place] = {
    "home.py": Place(
        "Home",
        "Choose dumps, run the stages, and see what is stale and what to do next.",
    ),
    "read_threads.py": Place(
        "Read threads",
        "Narrow the list by filters or words. A click or Enter opens a thread; j and k move.",
    ),
    "search.py": Place(
        "Search",
        "Type a text, choose examples or draw on the map; add what fits to the known instructions.",
    ),
    "thread_statistics.py": Place(
        "Statistics",
        "Click or drag in any chart: all other charts show only the threads you chose.",
    ),
    "label.py": Place(
        "Label",
        "Label one prompt or pair at a time with the keys shown, then train the classifier again.",
    ),
    "curate_export.py": Place(
        "Curate and export",
        "Move the controls on the left until the threads under Kept and Removed look right. "
        "Then write them under Export. The address of this page keeps your settings.",
    ),
}


def link(file: str, *, query: str = "") -> str:
    """Return the address of another app. The query must be escaped.

    Examples:
        >>> link("search.py", query="thread=12")
        '?file=search.py&thread=12'
    """
    return f"?file={file}" + (f"&{query}" if query else "")


def heading(file: str) -> mo.Html:
    """Show the name of an app and what to do there; the bar above links to all apps."""
    place = PLACES[file]
    return mo.Html(
        f'<style>{PAGE}</style><div class="wb-title" id="wb-content">'
        f"<h1>{escape(place.title)}</h1><p>{escape(place.todo)}</p></div>"
    )


def filter_links(recipe: Recipe) -> mo.Html:
    """Link to the other apps with the filter of a recipe, saved or not."""
    settings = quote(to_query(recipe))
    links = " ".join(
        f'<a href="{link(file, query=f"recipe={settings}&kind=Kept")}">{PLACES[file].title}</a>'
        for file in ("read_threads.py", "search.py", "thread_statistics.py")
    )
    return mo.Html(f'<p class="wb-ways"><span>With this filter:</span> {links}</p>')
