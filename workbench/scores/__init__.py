"""Stage 4, scores: threads in; one row of facts and scores per thread out."""

from workbench.scores.build import from_threads

__all__ = ["from_threads"]
