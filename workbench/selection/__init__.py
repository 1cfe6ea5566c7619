"""Stage 5, selection: scores in; the verdict of every rule on every thread out."""

from workbench.selection.build import PASSES, attribution, borderline, from_scores, funnel, masks

__all__ = ["PASSES", "attribution", "borderline", "from_scores", "funnel", "masks"]
