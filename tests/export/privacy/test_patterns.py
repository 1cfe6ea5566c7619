"""Check digits of card numbers, and addresses that are none."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.export.privacy.patterns import CHECKS, PERSONAL, passes_luhn


@given(st.integers(0, 10**18))
def test_passes_luhn_finds_one_check_digit(number):
    assert sum(passes_luhn(f"{number}{digit}") for digit in range(10)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "tweak for v1.2.3.4 is out",
        "on iOS 10.3.3.1 it hangs",
        "upgraded to 7.40.0.103",
        "Skype version: 8.1.2.3",
        "Chrome 10.3.3.1",
        "get 2.4.6.8 beta",
        "build 5.1.2.3.4",
        "see section 4.1.2.3.",
        "openssl 0.9.8.1",
        "r1.2.3.4",
    ],
)
def test_versions_and_sections_are_no_addresses(text):
    assert not [match[0] for match in re.finditer(PERSONAL["ip"], text) if CHECKS["ip"](match)]


@pytest.mark.parametrize(
    "text",
    ["ping 8.8.8.8", "my server is 10.3.3.1.", "at 1.2.3.4:80", "update 192.168.0.1", "FE80::1 up"],
)
def test_addresses_are_addresses(text):
    assert [match[0] for match in re.finditer(PERSONAL["ip"], text) if CHECKS["ip"](match)]
