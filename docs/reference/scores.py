"""Describe every fact and score of a thread, from the measures and their rules."""

from docs.reference import markdown
from workbench.recipe import CATALOGUE
from workbench.schemas import Scores
from workbench.schemas.measures import MEASURES, Measure

_WORDS = {"better": "higher is better", "worse": "lower is better", "neither": ""}


def page() -> str:
    """Return the page of all measures, in the order of `workbench.schemas.measures`."""
    about = (
        "One row per thread, in the table `scores` of a workspace; no thread is dropped. "
        "`workbench show THREAD` prints the scores of one thread, *Statistics* shows how they are "
        "distributed, and [rules](recipe.md#select) keep or remove threads by them."
    )
    return markdown.page("Scores", about, *map(_measure, MEASURES))


def _measure(column: str) -> str:
    measure: Measure = MEASURES[column]
    unit = "seconds" if measure.kind == "seconds" else measure.unit
    facts = [
        f"Column `{column}`" if column in Scores.columns() else f"`{column}`, on pages only",
        f"unit: {unit}" if unit else "",
        _WORDS[measure.higher] if measure.kind not in ("flag", "text", "time") else "",
        ", ".join(
            f"rule [`{rule.name}`](recipe.md#select-{rule.name})"
            for rule in CATALOGUE.values()
            if rule.column == column
        ),
    ]
    return (
        f"## {measure.title} {{#{column}}}\n\n{markdown.text(measure.about)}\n\n"
        f"{'; '.join(filter(None, facts))}."
    )
