"""Bring values into the types that rules can use."""

from decimal import Decimal

import polars as pl
import pytest

from workbench.measures.value_types import clean, lost


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (pl.Series([1], dtype=pl.UInt8), pl.Int64),
        (pl.Series([2**64 - 1, 1], dtype=pl.UInt64), pl.Int64),
        (pl.Series([Decimal("1.5")]), pl.Float64),
        (pl.Series([0.5], dtype=pl.Float32), pl.Float32),
        (pl.Series(["a"], dtype=pl.Categorical), pl.String),
        (pl.Series([None]), pl.Float64),
        (pl.Series([True]), pl.Boolean),
    ],
)
def test_types_are_unified(values, dtype):
    assert clean(values).dtype == dtype


def test_a_value_that_does_not_fit_is_counted():
    assert lost(pl.Series([2**64 - 1, 1, None], dtype=pl.UInt64)) == 1
