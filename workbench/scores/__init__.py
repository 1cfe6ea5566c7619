"""Stage 4: measure every thread; drop nothing.

`build` joins the results of the other modules to one row per thread: similarity to the known
instructions, predictions of the classifiers, near duplicates, bursts, profanity and lengths.
"""

from workbench.scores.build import from_threads

__all__ = ["from_threads"]
