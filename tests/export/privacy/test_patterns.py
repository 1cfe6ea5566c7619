"""Check digits of card numbers."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.export.privacy.patterns import passes_luhn


@given(st.integers(0, 10**18))
def test_passes_luhn_finds_one_check_digit(number):
    assert sum(passes_luhn(f"{number}{digit}") for digit in range(10)) == 1
