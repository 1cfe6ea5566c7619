"""Dates and truncated texts, as several formats write them."""

import time

import pytest

from workbench.ingest.formats.field_parsers import is_cut, moment


@pytest.mark.parametrize(
    "text",
    [
        "Wed Jul 03 06:29:00 +0000 2019",
        "2019-07-03T06:29:00.000Z",
        "2019-07-03T06:29:00+00:00",
        "2019-07-03 06:29:00+00:00",
        "2019-07-03 06:29:00 +0000",
        "2019-07-03 08:29:00 +0200",
        "2019-07-03 02:29:00 -0400",
        "2019-07-03 06:29:00",
    ],
)
def test_moment_reads_every_unambiguous_date(text):
    assert moment(text) == 1_562_135_340_000


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", "yesterday", "2019-07-03 06:29:00 CET", "Wed Jul 32 06:29:00 +0000 2019"),
        *("2021-06-13 19:58:54 Eastern Daylight Time", "2021-03-15 00:59:59 Västeuropa, normaltid"),
        "9" * 400,
    ],
)
def test_moment_leaves_doubtful_dates(text):
    assert moment(text) is None


def test_is_cut_looks_at_the_end_only_however_long_a_text_is():
    began = time.perf_counter()
    assert not is_cut("…http://" * 100_000 + " x")
    assert is_cut("…http://" * 100_000 + "… https://t.co/x" + " " * 1000)
    assert time.perf_counter() - began < 1
