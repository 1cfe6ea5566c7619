"""The open thread follows the map and the list."""

import marimo as mo
import numpy as np
import polars as pl
import pytest

from tests.support.marimo_state import fake_state
from workbench.dashboard.components.thread_list import ThreadList
from workbench.dashboard.search.map_choice import MapChoice
from workbench.dashboard.search.map_view import Atlas
from workbench.dashboard.search.scatter import Scatter

IDS = pl.Series([10, 20, 30])


@pytest.fixture
def scatter():
    return Scatter(np.zeros((3, 2), dtype=np.uint16), clusters=[], describe=lambda _: ("", []))


def listing(*ids):
    card = {"text": [""], "reply": [], "verdict": "", "is_kept": True, "facts": [], "values": []}
    return ThreadList([{"id": str(thread_id), **card} for thread_id in ids])


def test_the_last_click_counts_until_there_is_a_new_list(monkeypatch, scatter):
    monkeypatch.setattr(mo, "state", fake_state)
    choice = MapChoice(30)
    atlas = Atlas("axes", pl.DataFrame({"place": [2, 0, 1]}))
    choice.follow_map(scatter, atlas, IDS)
    first = listing(10, 20)
    choice.follow_list(first)
    assert choice.opened(first) == 30
    first.widget.opened = "20"
    assert choice.opened(first) == 20
    scatter.clicked = {"place": 0, "turn": 1}
    assert choice.opened(first) == 30
    turn = choice.get_opened()
    scatter.clicked = {"place": 99, "turn": 2}
    assert choice.get_opened() == turn
    second = listing(20)
    choice.follow_list(second)
    assert choice.opened(second) == 20


def test_every_selection_is_noticed(monkeypatch, scatter):
    monkeypatch.setattr(mo, "state", fake_state)
    choice = MapChoice(None)
    choice.follow_map(scatter, Atlas("axes", pl.DataFrame({"place": [0]})), IDS)
    before = choice.get_selected()
    scatter.lasso = [[0, 0], [1, 0], [1, 1]]
    assert choice.get_selected() != before
