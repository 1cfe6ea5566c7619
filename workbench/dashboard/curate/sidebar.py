"""Lay out the rules beside the views of the page: the summary stays in view above them."""

from html import escape

import marimo as mo

from workbench.dashboard.curate.recipe_editor import RecipeEditor
from workbench.recipe import Recipe
from workbench.selection import by_hand, hand_list
from workbench.storage import Workspace

#: marimo's own sidebar draws everything twice and hides it on small screens. Here the cells of the
#: page become a grid: the cell with the rules is the left column, all later cells the right one. It
#: has no height, so that it does not push the rows of the right column apart.
_STYLE = """
.flex-col:has(>.marimo-cell .wb-side){display:grid;align-items:start;align-content:start;
 grid-template-columns:clamp(15.5rem,28vw,22rem) minmax(0,1fr);column-gap:1.25rem;min-height:96dvh}
:where(.flex-col:has(>.marimo-cell .wb-side))>.marimo-cell{grid-column:1/-1;min-width:0}
.flex-col>.marimo-cell:has(.wb-side)~.marimo-cell{grid-column:2}
.flex-col>.marimo-cell:has(.wb-side){grid-column:1;position:sticky;top:.25rem;height:0;z-index:5}
.wb-side{height:calc(100dvh - 7.5rem);overflow-y:auto;scrollbar-width:thin;padding:0 .75rem 0 .2rem;
 border-right:1px solid color-mix(in srgb,currentColor 15%,transparent)}
.wb-side-note{font-size:.8rem;opacity:.85;margin:.8rem 0 0}
.wb-side-top{position:sticky;top:0;z-index:5;background:var(--background,Canvas);
 padding:.15rem 0 .6rem;margin-bottom:.7rem;
 border-bottom:1px solid color-mix(in srgb,currentColor 18%,transparent)}
"""


def show(editor: RecipeEditor) -> mo.Html:
    """Show the summary with the menu of recipes, the rules, and what else decides."""
    top, rules = editor.elements
    return mo.Html(
        f'<style>{_STYLE}</style><aside class="wb-side" aria-label="Rules">'
        f'<div class="wb-side-top">{top.text}</div>{rules.text}'
        f"{notes(editor.workspace, editor.history.present)}</aside>"
    )


def notes(workspace: Workspace, recipe: Recipe) -> str:
    """Say what was decided by hand, and which code the recipe runs; safe HTML."""
    sentences = []
    decided = by_hand.counts(hand_list.load(workspace))
    if decided.total:
        counts = decided._asdict().items()
        shown = ", ".join(f"{name.replace('_', ' ')}: {count:,}" for name, count in counts if count)
        sentences.append(f"Decided by hand, before all rules: {shown} ({hand_list.FILE}).")
    if recipe.score.code:
        names = ", ".join(escape(name) for name in recipe.score.code)
        sentences.append(
            f"Your recipe runs code from this workspace when threads are scored: {names}. A recipe "
            "that is loaded or comes with an address cannot make code run."
        )
    return "".join(f'<p class="wb-side-note">{sentence}</p>' for sentence in sentences)
