"""What the page Search says of its results."""

import marimo as mo
import pytest

from tests.support import fakes
from workbench.dashboard.search import results
from workbench.dashboard.search.controls import SearchQuery
from workbench.dashboard.search.queries import SearchResults

QUERY = SearchQuery("Words", "Kept", "any language", "20")


def test_summary_counts_the_threads_and_says_why_there_are_no_more():
    add = mo.ui.button(label="Use ticked as examples")
    some = SearchResults(fakes.scores(3), looked=4096)
    shown = results.summary(some, query=QUERY, add=add).text
    assert ">3<" in shown
    assert "the 4,096 nearest tweets contain no more such threads" in shown
    failed = SearchResults(fakes.scores(0), problem="there are no vectors")
    assert "there are no vectors" in results.summary(failed, query=QUERY, add=add).text
    assert results.summary(None, query=QUERY, add=add).text == ""


@pytest.mark.parametrize(
    ("matches", "atlas", "text"),
    [
        (None, None, "Type what people might ask"),
        (SearchResults(fakes.scores(0)), None, "No threads contain these words"),
        (None, "no <vectors>", "no <vectors>"),
    ],
)
def test_empty_list_says_what_to_do(matches, atlas, text):
    assert text in results.empty_reason("Text", matches, query=QUERY, atlas=atlas)
