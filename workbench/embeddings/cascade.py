"""Cascade: a fast look at every thread, so that only the likely ones cost an exact vector.

Measured on 14,747 real English tweets against the starter instructions: of the 2 % that the exact
engine finds nearest, the fast one has 52 % among its first 5 %, 66 % among 10 %, 80 % among 20 %
and 87 % among 30 % (`tests/benchmarks/bench_embeddings.py --tweets FILE` measures your own).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from workbench.embeddings.embedders import Embedder
from workbench.embeddings.nearest import nearest as nearest_rows
from workbench.progress import OnProgress, silent
from workbench.text import normalize

#: Threads whose texts are held in memory at once.
PART = 200_000


@dataclass(frozen=True)
class Pass:
    """What a fast look lets through.

    Args:
        threads: `thread_id` of the threads whose first turn is among the nearest.
        compared: First turns that have a text.
        without_text: First turns of which no text is left without mentions and links.
    """

    threads: pl.DataFrame
    compared: int
    without_text: int

    @property
    def passed_over(self) -> int:
        """Count the threads that were compared and not let through."""
        return self.compared - self.threads.height


def from_threads(
    turns: pl.DataFrame | pl.LazyFrame,
    *,
    share: float,
    fast: Embedder,
    known: np.ndarray,
    on_progress: OnProgress = silent,
) -> Pass:
    """Let through the threads whose first turn is nearest to the known instructions.

    Nothing of the fast vectors is kept: the thread that is passed over has no similarity. Of
    equally near threads the oldest come first.

    Args:
        turns: Table `Turns`.
        share: Share of the threads to let through, above 0, to 1, rounded up.
        fast: The embedder that looks at every thread.
        known: Vectors of the instructions, by any embedder of the same space, shape `(m, d)`.
        on_progress: Called with threads looked at, and in all.

    Examples:
        >>> from workbench.embeddings import embedders
        >>> turns = pl.DataFrame(
        ...     {
        ...         "thread_id": [1, 1, 3],
        ...         "position": [0, 1, 0],
        ...         "text": ["lol same", "@a why is the sky blue?", "@a why is the sky red?"],
        ...     }
        ... )
        >>> hashing = embedders.load("hashing")
        >>> known = hashing.encode(["why is the sky blue?"])
        >>> found = from_threads(turns, share=0.5, fast=hashing, known=known)
        >>> found.threads["thread_id"].to_list(), found.passed_over
        ([3], 1)
    """
    roots = turns.lazy().filter(pl.col("position") == 0)
    total = int(roots.select(pl.len()).collect(engine="streaming").item())
    on_progress(0, total)
    found = [pl.DataFrame(schema={"thread_id": pl.Int64, "similarity": pl.Float32})]
    parts = -(-total // PART)
    seen = 0
    for part in range(parts):
        rows = (
            roots.filter(pl.col("thread_id") % parts == part)
            .select("thread_id", text=normalize.bare("text"))
            .collect(engine="streaming")
        )
        seen += rows.height
        said = rows.filter(pl.col("text") != "")
        cosines, _ = nearest_rows(fast.encode(said["text"].to_list()), known)
        found.append(said.select("thread_id", similarity=pl.Series(cosines[:, 0])))
        on_progress(seen, total)
    compared = pl.concat(found)
    nearest = compared.sort("similarity", "thread_id", descending=[True, False])
    through = nearest.head(int(np.ceil(share * compared.height))).select("thread_id")
    return Pass(through, compared.height, total - compared.height)
