"""Divide the threads of an export among train, validation and test."""

from collections.abc import Mapping
from hashlib import blake2b

import polars as pl


def assign(groups: pl.Series, *, shares: Mapping[str, float]) -> pl.Series:
    """Return the split of each thread; null if there is only one.

    Args:
        groups: Representative of the near duplicates of each thread, or the thread itself. All
            threads of a group get the same split.
        shares: `ExportSettings.shares`.
    """
    if len(shares) < 2:
        return pl.Series("split", [None] * len(groups), dtype=pl.String)
    known = groups.unique()
    names = [split_of(group, shares=shares) for group in known.to_list()]
    split = groups.replace_strict(known, pl.Series(names, dtype=pl.String), return_dtype=pl.String)
    return split.alias("split")


def split_of(group: int, *, shares: Mapping[str, float]) -> str:
    """Return the split of a group of near duplicates, chosen by the hash of its id.

    Validation takes the lowest hashes and test the highest, so a larger share only moves groups out
    of train.

    Args:
        group: Id of the thread that represents the group.
        shares: `ExportSettings.shares`.

    Examples:
        >>> shares = {"train": 0.4, "validation": 0.3, "test": 0.3}
        >>> [split_of(group, shares=shares) for group in (4, 2, 1)]
        ['train', 'validation', 'test']
    """
    fraction = int.from_bytes(blake2b(b"%d" % group, digest_size=8).digest()) / 2**64
    if fraction < shares.get("validation", 0):
        return "validation"
    return "test" if fraction >= 1 - shares.get("test", 0) else "train"
