"""Tables of threads: their order, their first row, their texts."""

from datetime import UTC, datetime

import polars as pl
import pytest

from tests.support import fakes
from tests.support.reader import ALL
from workbench.dashboard.components import (
    thread_filter,
    thread_table,
)


def test_the_named_thread_is_selected_first(live, verdicts):
    mask = thread_filter.among(live, verdicts, query=ALL)
    rows = thread_filter.rows(live, mask, verdicts, query=ALL, page=1)
    for named, place in [(rows["thread_id"][7], 7), (5, 0), (None, 0)]:
        shown = thread_table.table(rows, thread_id=named)
        assert shown.value["place"].to_list() == [place]


def test_a_table_may_be_empty(live, verdicts):
    rows = thread_filter.rows(live, verdicts["kept"] & False, verdicts, query=ALL, page=3, text="a")
    assert thread_table.table(rows, column="started_at").value.height == 0
    assert thread_table.nearest(rows).value.height == 0


def test_values_of_a_list_are_readable():
    moment = datetime(2019, 7, 3, 6, 29, tzinfo=UTC)
    written = [
        thread_table._value(value, column)
        for value, column in [(moment, "started_at"), (3660, "span_seconds"), (None, "likes")]
    ]
    assert written == ["2019-07-03 06:29", "1 h 1 min", "-"]


@pytest.mark.parametrize("text", fakes.HOSTILE)
def test_tables_contain_plain_text_only(live, verdicts, text):
    rows = live.some(verdicts["kept"], verdicts).head(1)
    rows = rows.with_columns(text=pl.lit(text), hit=pl.lit(text), reply_text=pl.lit(text))
    for shown in (
        thread_table.table(rows, column="started_at", query="e"),
        thread_table.nearest(rows),
    ):
        cell = shown._data["Opening tweet"][0]
        assert "://" not in cell
        assert "\u202e" not in cell
        assert "data:image" not in cell
