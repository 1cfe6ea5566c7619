"""Letters with and without accents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text import accents


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ångström ŁÓDŹ", "angstrom lodz"),
        ("cafe\u0301", "cafe"),
        ("ёлка", "елка"),
        ("أحمد", "احمد"),
        ("\uff03\uff34ag", "#tag"),
        ("がギ 한글 ²", "がギ 한글 ²"),
        ("👍🏽 ❤️", "👍🏽 ❤"),
    ],
)
def test_fold(text, folded):
    assert accents.fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert accents.fold(accents.fold(text)) == accents.fold(text)


def test_every_variant_folds_to_its_letter():
    for letter in "aeosn@#иا":
        forms = accents.variants(letter)
        assert forms[0] == letter
        assert len(set(forms)) == len(forms) > 1
        assert {accents.fold(form) for form in forms} == {letter}
