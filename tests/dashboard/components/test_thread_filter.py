"""Which threads are listed, and in which order."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.property_tests import examples
from tests.support.reader import ALL
from workbench.dashboard.components import (
    thread_filter,
    thread_table,
)
from workbench.dashboard.components.thread_filter import ANY, KINDS, WHOLES, ThreadQuery
from workbench.dashboard.session.scores_session import ORDERS
from workbench.threads import text_search


@settings(max_examples=examples(30))
@given(st.sampled_from(list(KINDS)), st.sampled_from(list(WHOLES)), st.sampled_from(["ja", ANY]))
def test_among_marks_the_matching_threads(live, verdicts, kind, whole, language):
    asked = ThreadQuery(kind, whole, language, "Newest first")
    thread_ids = live.scores["thread_id"].gather_every(2)
    mask = thread_filter.among(live, verdicts, query=asked, matches=thread_ids)
    rows = zip(
        *(live.scores[name] for name in ("thread_id", "is_complete", "language")),
        verdicts["kept"],
        strict=True,
    )
    wanted = set(thread_ids)
    expected = [
        thread_id in wanted
        and KINDS[kind] in (None, kept)
        and WHOLES[whole] in (None, complete)
        and language in (ANY, spoken)
        for thread_id, complete, spoken, kept in rows
    ]
    assert mask.to_list() == expected


@pytest.mark.parametrize("order", ORDERS)
def test_rows_are_in_the_order_and_have_their_texts(live, verdicts, order):
    asked = ThreadQuery(*list(vars(ALL).values())[:3], order)
    mask = thread_filter.among(live, verdicts, query=asked)
    rows = thread_filter.rows(live, mask, verdicts, query=asked, page=1)
    column, descending = ORDERS[order]
    if column != "shuffle":
        values = rows[column].drop_nulls()
        assert values.is_sorted(descending=descending)
        top = live.scores[column].sort(descending=descending, nulls_last=True).head(rows.height)
        assert rows[column].to_list() == top.to_list()
    texts = live.workspace.read("turns").filter(pl.col("position") == 0)
    assert (
        dict(rows.select("root_id", "text").rows()).items()
        <= dict(texts.select("tweet_id", "text").rows()).items()
    )
    columns = [thread_table.column_of_order(order)]
    assert len(thread_table.table(rows, columns=columns).cards) == rows.height


def test_rows_show_the_reply_that_contains_the_words(live, verdicts):
    words = "look at the manual"
    matches = thread_filter.find(live.workspace, words)
    mask = thread_filter.among(live, verdicts, query=ALL, matches=matches)
    rows = thread_filter.rows(live, mask, verdicts, query=ALL, page=1, text=words)
    assert rows.height > 0
    assert all(words in hit for hit in rows["hit"])
    shown = thread_table.table(rows, columns=["started_at"], query=words)
    assert words in "".join(shown.cards[0]["reply"])
    assert shown.cards[0]["reply"][1] == "look"


def test_find_of_an_empty_text_is_none(live):
    assert thread_filter.find(live.workspace, "  ") is None
    assert text_search.find_threads(live.workspace.scan("turns"), "no such words").is_empty()
