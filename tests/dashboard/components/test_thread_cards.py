"""Cards of a list of threads: their order, the open one, their texts."""

from datetime import UTC, datetime

import polars as pl
import pytest

from tests.support import fakes
from tests.support.reader import newest
from workbench.dashboard.components import (
    thread_cards,
)


def test_the_named_thread_is_open_first(live, verdicts):
    rows = newest(live, verdicts)
    first, named = rows["thread_id"][0], rows["thread_id"][7]
    for asked, opened in [(named, named), (5, first), (None, first)]:
        assert thread_cards.table(rows, thread_id=asked).value.opened == opened


def test_a_list_may_be_empty(live, verdicts):
    rows = newest(live, verdicts, text="a").clear()
    for shown in (thread_cards.table(rows, columns=["started_at"]), thread_cards.nearest(rows)):
        assert (shown.cards, shown.value.opened, shown.value.ticked) == ([], None, [])


def test_cards_show_facts_verdict_and_the_language_of_the_rule(live, verdicts):
    rows = live.openings(live.some(~verdicts["kept"], verdicts)).with_columns(
        lang=pl.lit("xx"), language=pl.lit("en"), turns=1, participants=2
    )
    card = thread_cards.table(rows).cards[0]
    assert card["facts"] == ["1 turn", "2 people", "en"]
    assert card["verdict"] != "Kept"
    assert not card["is_kept"]
    kept = live.openings(live.some(verdicts["kept"], verdicts))
    assert {card["verdict"] for card in thread_cards.table(kept).cards} == {""}


def test_values_of_a_card_are_readable(live, verdicts):
    rows = live.openings(live.some(verdicts["kept"], verdicts).head(1)).with_columns(
        started_at=datetime(2019, 7, 3, 6, 29, tzinfo=UTC), span_seconds=3660, answer=0.5
    )
    card = thread_cards.table(rows, columns=["started_at", "span_seconds", "answer"]).cards[0]
    assert [value for _, value, _ in card["values"]] == [
        "3 Jul 2019, 06:29 UTC",
        "1 h 1 min",
        "0.50",
    ]
    assert "reply" in card["values"][-1][2]


def test_matches_are_pieces_of_their_own(live, verdicts):
    rows = live.some(verdicts["kept"], verdicts).head(1)
    rows = rows.with_columns(
        text=pl.lit("x" * 300 + " Why is the sky blue?"), hit=pl.lit("the SKY")
    )
    card = thread_cards.table(rows, query='"the sky"').cards[0]
    assert card["text"][1] == "the sky"
    assert card["reply"] == ["", "the SKY", ""]


@pytest.mark.parametrize("text", fakes.HOSTILE)
def test_cards_contain_plain_text_only(live, verdicts, text):
    rows = live.some(verdicts["kept"], verdicts).head(1)
    rows = rows.with_columns(text=pl.lit(text), hit=pl.lit(text), reply_text=pl.lit(text))
    for shown in (
        thread_cards.table(rows, columns=["started_at"], query="e"),
        thread_cards.nearest(rows),
    ):
        opening = "".join(shown.cards[0]["text"])
        assert "://" not in opening
        assert "\u202e" not in opening
        assert "data:image" not in opening
