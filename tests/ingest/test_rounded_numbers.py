"""Numbers that went through a double are recognized."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.rounding import javascript
from workbench.ingest.rounded_numbers import Numbers, looks_printed, looks_rounded, of_sample


@given(st.integers(10**17, 2**61))
def test_numbers_that_went_through_a_double_look_rounded(number):
    assert looks_rounded(int(float(number)))
    assert looks_rounded(javascript(number))
    assert looks_printed(number) <= looks_rounded(number)


@pytest.mark.parametrize("seed", range(20))
def test_sample_shows_how_numbers_were_written(seed):
    draw = random.Random(seed)
    numbers = [draw.randrange(10**18, 2**61) for _ in range(60)]
    assert of_sample([{"id": number} for number in numbers]) is not Numbers.ROUNDED
    assert of_sample([{"id": javascript(number)} for number in numbers]) is Numbers.ROUNDED
    assert of_sample([{"id": str(number)} for number in numbers]) is Numbers.UNKNOWN
