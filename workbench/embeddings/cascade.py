"""Choose the threads that deserve an exact vector by comparing all with the fast engine.

Measured on 14,747 real English tweets against the starter instructions: of the 2 % that the exact
engine ranks highest, the fast engine has 52 % among its first 5 %, 66 % among 10 %, 80 % among 20 %
and 87 % among 30 % (`tests/benchmarks/bench_embeddings.py --tweets FILE` measures your tweets).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from workbench.embeddings.embedders import Embedder
from workbench.embeddings.nearest import nearest_rows
from workbench.progress import OnProgress, silent
from workbench.text import normalize

#: Threads whose texts are in memory at once.
PART = 200_000


@dataclass(frozen=True)
class NearestThreads:
    """The threads that the fast engine selected.

    Args:
        threads: `thread_id` of the threads whose first turn is nearest.
        compared: Number of first turns with text.
        without_text: Number of first turns with no text besides mentions and links.
    """

    threads: pl.DataFrame
    compared: int
    without_text: int

    @property
    def passed_over(self) -> int:
        """Number of threads that were compared but not selected."""
        return self.compared - self.threads.height


def from_threads(
    turns: pl.DataFrame | pl.LazyFrame,
    *,
    share: float,
    fast: Embedder,
    known: np.ndarray,
    on_progress: OnProgress = silent,
) -> NearestThreads:
    """Select the threads whose first turn is nearest to any known instruction.

    The fast vectors are discarded, so threads that are passed over have no similarity. Among
    equally near threads the oldest come first.

    Args:
        turns: Table `Turns`.
        share: Share of the threads to select, above 0 and at most 1, rounded up.
        fast: Embedder that encodes every first turn.
        known: Vectors of the instructions by any embedder of the same space, shape `(m, d)`.
        on_progress: Called with threads compared and total threads.

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
        >>> selected = from_threads(turns, share=0.5, fast=hashing, known=known)
        >>> selected.threads["thread_id"].to_list(), selected.passed_over
        ([3], 1)
    """
    roots = turns.lazy().filter(pl.col("position") == 0)
    total = int(roots.select(pl.len()).collect(engine="streaming").item())
    on_progress(0, total)
    scored = [pl.DataFrame(schema={"thread_id": pl.Int64, "similarity": pl.Float32})]
    parts = -(-total // PART)
    done = 0
    for part in range(parts):
        rows = (
            roots.filter(pl.col("thread_id") % parts == part)
            .select("thread_id", text=normalize.bare("text"))
            .collect(engine="streaming")
        )
        done += rows.height
        with_text = rows.filter(pl.col("text") != "")
        cosines, _ = nearest_rows(fast.encode(with_text["text"].to_list()), known)
        scored.append(with_text.select("thread_id", similarity=pl.Series(cosines[:, 0])))
        on_progress(done, total)
    compared = pl.concat(scored)
    ranked = compared.sort("similarity", "thread_id", descending=[True, False])
    selected = ranked.head(int(np.ceil(share * compared.height))).select("thread_id")
    return NearestThreads(selected, compared.height, total - compared.height)
