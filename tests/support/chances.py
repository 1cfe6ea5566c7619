"""Chances: what a detector makes of a few texts, worked out without a table of vectors."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from workbench.classifiers import model_file, prompt_features
from workbench.classifiers.model_file import Part


def suitability(
    part: Part, tweets: Sequence[str], *, vectors: np.ndarray | None = None
) -> np.ndarray:
    """Give the probability that each raw text is a request that fits.

    Args:
        part: Part of a detector: `surface`, or one for vectors.
        tweets: Raw texts.
        vectors: Those of `texts.bare`, for a part that reads them.
    """
    frame = pl.DataFrame({"text": tweets}, schema={"text": pl.String})
    prepared = prompt_features.prepared(frame, "text")
    odds = prepared.select(model_file.log_odds(part, prompt_features.surface(), name="odds"))
    own_odds = odds["odds"].to_numpy()
    if vectors is not None:
        own_odds = own_odds + vectors @ np.array(part.vector)
    return model_file.chance(part, own_odds)
