"""Stage 5: apply the rules of a recipe to the scores; decide which threads are kept and why.

`build` makes the verdicts and counts what each rule removes. `by_hand` applies what people decided
themselves, and `hand_list` keeps it. `hashtags` ships a list of useful hashtags. Dashboards use
them to show the effect of a rule while it is edited.
"""

from workbench.recipe import PASSES
from workbench.selection.build import (
    attribution,
    borderline,
    by_rule,
    from_scores,
    funnel,
    masks,
    removed_by,
    removed_first,
)

__all__ = [
    "PASSES",
    "attribution",
    "borderline",
    "by_rule",
    "from_scores",
    "funnel",
    "masks",
    "removed_by",
    "removed_first",
]
