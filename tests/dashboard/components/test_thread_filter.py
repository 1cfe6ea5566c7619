"""Which threads are listed, and in which order."""

import polars as pl
import pytest

from tests.support.reader import newest
from workbench.dashboard.components import (
    thread_cards,
    thread_filter,
)
from workbench.dashboard.components.thread_filter import ANY, KINDS
from workbench.dashboard.session.scores_session import ORDERS
from workbench.threads import text_search


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["ja", ANY])
def test_among_marks_the_matching_threads(live, verdicts, kind, language):
    mask = thread_filter.among(live, verdicts, kind=kind, language=language)
    rows = zip(live.scores["language"], verdicts["kept"], strict=True)
    expected = [KINDS[kind] in (None, kept) and language in (ANY, spoken) for spoken, kept in rows]
    assert mask.to_list() == expected


@pytest.mark.parametrize("order", ORDERS)
def test_rows_are_in_the_order_of_all_threads_by_value_and_have_their_texts(live, verdicts, order):
    mask = pl.repeat(True, live.scores.height, dtype=pl.Boolean, eager=True)
    rows = thread_filter.rows(live, mask, verdicts, order=order, page=1)
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
    columns = [thread_cards.column_of_order(order)]
    assert len(thread_cards.table(rows, columns=columns).cards) == rows.height


def test_rows_show_the_reply_that_contains_the_words(live, verdicts):
    words = "look at the manual"
    matches = thread_filter.find(live.workspace, words)
    mask = live.scores["thread_id"].is_in(matches.implode())
    rows = thread_filter.rows(live, mask, verdicts, order="Newest first", page=1, text=words)
    assert rows.height > 0
    assert all(words in hit for hit in rows["hit"])
    shown = thread_cards.table(rows, columns=["started_at"], query=words)
    assert words in "".join(shown.cards[0]["reply"])
    assert shown.cards[0]["reply"][1] == "look"


def test_find_of_an_empty_text_is_none(live, verdicts):
    assert thread_filter.find(live.workspace, "  ") is None
    assert text_search.find_threads(live.workspace.scan("turns"), "no such words").is_empty()
    assert newest(live, verdicts)["hit"].null_count() == thread_filter.SIZE
