"""The list of near duplicates of a thread."""

import polars as pl
import pytest

from tests.support import fakes
from tests.support.reader import delete, show
from workbench.dashboard.components import (
    near_duplicates,
)
from workbench.dashboard.session.scores_session import ScoresSession


def twinned(live, *thread_ids):
    fakes.twin(live.workspace, *thread_ids)
    return ScoresSession(live.workspace, live.workspace.read("scores"))


def _of(live, place):
    row = live.scores.row(place, named=True)
    return near_duplicates.read(live, row), row


def test_near_duplicates_are_listed_with_the_representative(own):
    ids = own.scores.sort("turns", "thread_id", descending=[True, False])["thread_id"].to_list()
    group = [ids[0], ids[4], ids[9]]
    live = twinned(own, *group)
    texts = dict(own.openings(own.scores).select("thread_id", "text").rows())
    rows = {row["thread_id"]: row for row in live.scores.iter_rows(named=True)}
    for thread_id in group:
        duplicates = near_duplicates.read(live, rows[thread_id])
        assert duplicates["thread_id"].to_list() == [other for other in group if other != thread_id]
        assert duplicates["text"].to_list() == [texts[other] for other in duplicates["thread_id"]]
        assert duplicates.filter("is_representative")["thread_id"].to_list() == [
            other for other in group[:1] if other != thread_id
        ]
    html = show(live, group[1])
    assert "2 near duplicates; the representative is marked" in html
    assert html.index(">representative<") < html.index(f"thread={group[0]}")
    assert html.index(f"thread={group[0]}") < html.index(f"thread={group[2]}")
    html = show(live, group[0])
    assert "2 near duplicates; the representative is this thread" in html
    assert ">representative<" not in html
    assert "near duplicate" not in show(live, ids[1])


def test_only_the_first_near_duplicates_of_a_large_group_are_listed(own):
    ids = own.scores["thread_id"].to_list()
    live = twinned(own, *ids[:30])
    html = show(live, ids[3])
    assert "29 near duplicates" in html
    assert html.count("<li>") == near_duplicates.MOST + 1
    assert "and 9 more" in html
    assert '<details class="wb-twins"><summary>' in html


def test_deleted_near_duplicates_show_no_text(own):
    ids = own.scores["thread_id"].to_list()
    live = twinned(own, *ids[:2])
    text = live.openings(live.scores[:2])["text"][1]
    assert f">{text}<" in near_duplicates.draw(*_of(live, 0))
    delete(live, ids[1])
    html = near_duplicates.draw(*_of(live, 0))
    assert text not in html
    assert ">(deleted)<" in html


def test_scores_of_earlier_versions_have_no_near_duplicates(own):
    ids = own.scores["thread_id"].to_list()
    live = twinned(own, *ids[:2])
    old = ScoresSession(live.workspace, live.scores.drop("representative_id", "twins"))
    assert near_duplicates.draw(*_of(old, 0)) == ""


@pytest.mark.parametrize("text", fakes.HOSTILE)
def test_near_duplicates_are_plain_text(own, text):
    turns = own.workspace.read("turns").with_columns(text=pl.lit(text))
    own.workspace.write("turns", turns)
    ids = own.scores["thread_id"].to_list()
    html = near_duplicates.draw(*_of(twinned(own, *ids[:2]), 0))
    for markup in ("<script", "<img", "<iframe", "<style", "<h1", "<svg", "://", "\u202e"):
        assert markup not in html
    assert html.count("<a ") == 1
