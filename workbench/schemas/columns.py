"""Columns: kinds that several tables have."""

import dataframely as dy


def count() -> dy.Int64:
    """Count known from the dump; null is unknown, which is not zero."""
    return dy.Int64(nullable=True, min=0)


def moment() -> dy.Datetime:
    """Moment in UTC, to the millisecond; null is unknown."""
    return dy.Datetime(nullable=True, time_unit="ms", time_zone="UTC")
