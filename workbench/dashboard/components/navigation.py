"""Navigation: the apps in the order of the work, and the head that each of them opens with."""

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
        title: What people call it.
        todo: A sentence on what to do there.
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
        "Sort and search the list, and choose a thread to read it as the tree it was.",
    ),
    "search.py": Place(
        "Search",
        "Type a text or choose threads as examples, look at what is near them, make it a rule.",
    ),
    "thread_statistics.py": Place(
        "Statistics",
        "Click or brush in any chart: all the others show only what you chose.",
    ),
    "label.py": Place(
        "Label",
        "Judge one prompt or pair at a time with the keys shown, then train the detector again.",
    ),
    "curate_export.py": Place(
        "Curate and export",
        "Move the controls on the left until the threads under Kept and Removed look right, "
        "then write them out under Export. The address of this page keeps what you set.",
    ),
}


def link(file: str, *, query: str = "") -> str:
    """Give the address of an app beside this one; `query` is escaped already.

    Examples:
        >>> link("search.py", query="thread=12")
        '?file=search.py&thread=12'
    """
    return f"?file={file}" + (f"&{query}" if query else "")


def heading(file: str) -> mo.Html:
    """Open an app with its name, a sentence on what to do, and the way to the others."""
    place = PLACES[file]
    links = "".join(
        f'<a href="{link(other)}"{" aria-current=page" if other == file else ""}>'
        f"{escape(found.title)}</a>"
        for other, found in PLACES.items()
    )
    return mo.Html(
        f'<style>{PAGE}</style><nav class="wb-nav" aria-label="Apps">{links}</nav>'
        f'<div class="wb-title"><h1>{escape(place.title)}</h1><p>{escape(place.todo)}</p></div>'
    )


def ways(recipe: Recipe) -> mo.Html:
    """Lead to the other apps with the filter of a recipe, saved or not."""
    said = quote(to_query(recipe))
    links = " ".join(
        f'<a href="{link(file, query=f"recipe={said}&kind=Kept")}">{PLACES[file].title}</a>'
        for file in ("read_threads.py", "search.py", "thread_statistics.py")
    )
    return mo.Html(f'<p class="wb-ways"><span>With this filter:</span> {links}</p>')
