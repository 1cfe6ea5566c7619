"""Phone numbers in the formats of each country."""

import polars as pl
import pytest

from workbench.export.privacy import phone_numbers


def mask(text, lang):
    (masked,), count = phone_numbers.mask(pl.Series([text]), pl.Series([lang]), mark="[x]")
    return masked, count


@pytest.mark.parametrize(
    ("lang", "text", "masked"),
    [
        ("pt", "ligue (31) 3773-8771 ou 31 99313-8558", "ligue [x] ou [x]"),
        ("de", "Tel. 030 901820 11", "Tel. [x]"),
        ("en", "call 202-456-1111 now", "call [x] now"),
        (None, "call 202-456-1111 now", "call [x] now"),
    ],
)
def test_mask_knows_the_numbers_of_each_language(lang, text, masked):
    assert mask(text, lang) == (masked, masked.count("[x]"))


@pytest.mark.parametrize(
    "text", ["55555555555 so funny", "2019-07-03 2019-07-04", "@3137738771", "#3137738771"]
)
def test_mask_leaves_laughter_dates_handles_and_hashtags(text):
    assert mask(text, "pt") == (text, 0)


def test_mask_accepts_no_texts():
    empty = pl.Series([], dtype=pl.String)
    masked, count = phone_numbers.mask(empty, empty, mark="[x]")
    assert (masked.to_list(), count) == ([], 0)
