"""What the page Search says of its results."""

import marimo as mo
import numpy as np
import polars as pl
import pytest

from tests.support import fakes
from tests.support.reader import RECIPE
from workbench.dashboard.search import results
from workbench.dashboard.search.controls import SearchQuery
from workbench.dashboard.search.map_view import Atlas
from workbench.dashboard.search.queries import SearchResults
from workbench.dashboard.search.scatter import Scatter
from workbench.dashboard.session.scores_session import ScoresSession

QUERY = SearchQuery("Words", "Kept", "any language", "20")
ALL = pl.Series([True] * 60)


def summary(matches):
    add = mo.ui.button(label="Use ticked as examples")
    page = mo.ui.number(1, 2, label="Page of 2")
    return results.summary(matches, ALL, query=QUERY, controls=[page, add]).text


def test_summary_counts_the_threads_and_says_why_there_are_no_more():
    shown = summary(SearchResults(fakes.scores(3), looked=4096))
    assert ">3<" in shown
    assert "the 4,096 nearest tweets contain no more such threads" in shown
    failed = SearchResults(fakes.scores(0), problem="there are no vectors")
    assert "there are no vectors" in summary(failed)


def test_summary_counts_all_matches_and_shows_notes():
    shown = summary(SearchResults(fakes.scores(3), by="words", notes=("Not <b>.",), hits=ALL))
    assert ">60<" in shown
    assert "the best match of the words first" in shown
    assert "Not &lt;b&gt;." in shown


def test_without_a_search_the_threads_of_the_map_are_counted_and_paged():
    shown = summary(None)
    assert ">60<" in shown
    assert "Page of 2" in shown


@pytest.mark.parametrize(
    ("matches", "atlas", "text"),
    [
        (None, None, "Type what people might ask"),
        (SearchResults(fakes.scores(0), by="words"), None, "No threads contain these words"),
        (None, "no <vectors>", "no <vectors>"),
    ],
)
def test_empty_list_says_what_to_do(matches, atlas, text):
    assert text in results.empty_reason("Text", matches, atlas=atlas)


def test_mark_rings_what_matches_and_hides_what_the_filters_leave_out(own):
    count = own.scores.height
    places = pl.DataFrame({"place": list(range(count))[::-1]}, schema={"place": pl.UInt32})
    atlas = Atlas("axes", places)
    scatter = Scatter(np.zeros((count, 2), np.uint16), clusters=[], describe=lambda _: ("", []))
    mask = pl.Series(np.arange(count) != 0)
    matches = SearchResults(own.scores[:2])
    ids = own.scores["thread_id"][:1].to_list()
    results.mark(scatter, atlas, own, mask=mask, matches=matches, examples=ids)
    assert np.unpackbits(np.frombuffer(scatter.shown, np.uint8))[:count].tolist() == [
        *[1] * (count - 1),
        0,
    ]
    assert np.flatnonzero(np.unpackbits(np.frombuffer(scatter.hits, np.uint8))).tolist() == [
        count - 2,
        count - 1,
    ]
    assert scatter.examples == [count - 1]
    results.mark(scatter, atlas, own, mask=mask | True, matches=None, examples=[])
    assert (scatter.shown, scatter.hits, scatter.examples) == (b"", b"", [])


def test_a_thread_that_is_not_listed_can_be_read(own):
    session = ScoresSession(own.workspace, own.scores)
    verdicts = session.verdicts(RECIPE.select)
    rows = session.openings(session.at(pl.Series([0, 1]), verdicts))
    for place in (0, 7):
        thread_id = own.scores["thread_id"][place]
        thread = results.read(session, rows, thread_id, verdicts=verdicts, recipe=RECIPE)
        assert thread.row["thread_id"] == thread_id
    assert results.read(session, rows, 5, verdicts=verdicts, recipe=RECIPE) is None
