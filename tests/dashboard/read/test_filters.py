"""Which threads the filters of the page list, and what to loosen if they list none."""

import polars as pl
import pytest

from workbench.dashboard.read.filters import Filters


@pytest.fixture(scope="module")
def filters(live, verdicts):
    return Filters(live, verdicts)


def test_without_a_choice_every_thread_is_listed(filters):
    assert filters.mask({}).all()


def test_links_of_other_pages_name_their_filters(live, verdicts, filters):
    kept = filters.mask(filters.linked(kind="Kept"))
    assert kept.to_list() == verdicts["kept"].to_list()
    removed = filters.mask(filters.linked(kind="Removed"))
    assert removed.to_list() == (~verdicts["kept"]).to_list()
    whole = filters.mask(filters.linked(whole="Complete"))
    assert whole.to_list() == live.scores["is_complete"].to_list()
    spoken = filters.mask(filters.linked(language="ja"))
    assert spoken.to_list() == (live.scores["language"] == "ja").fill_null(False).to_list()
    assert filters.linked(kind="<script>", language="<b>") == {}


def test_words_narrow_the_list_and_every_count(live, verdicts):
    matches = live.scores["thread_id"][:20]
    filters = Filters(live, verdicts, matches=matches, words="tea")
    assert filters.mask({}).sum() == 20
    counts = filters.crossfilter.counts(filters.every({}))
    assert sum(counts["verdict"]) == 20
    assert filters.checked({"found": [0], "turns": [0], "x": [1]}) == {"turns": [0]}


def test_the_filter_to_loosen_comes_first(live, verdicts):
    none = pl.Series("thread_id", [], dtype=pl.Int64)
    filters = Filters(live, verdicts, matches=none, words="<b>xyz")
    bins = filters.linked(kind="Kept")
    assert not filters.mask(bins).any()
    (text, count), *rest = filters.without_each(bins)
    assert text == "Find: <b>xyz"
    assert count == verdicts["kept"].sum()
    assert [count for _, count in rest] == [0]
