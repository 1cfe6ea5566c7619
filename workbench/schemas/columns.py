"""Kinds of columns that several tables share."""

import dataframely as dy


def count() -> dy.Int64:
    """Return a column of counts from the dump; null means unknown, not zero."""
    return dy.Int64(nullable=True, min=0)


def moment() -> dy.Datetime:
    """Return a column of times in UTC, in milliseconds; null means unknown."""
    return dy.Datetime(nullable=True, time_unit="ms", time_zone="UTC")
