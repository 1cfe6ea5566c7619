"""What the page says if nothing is listed, and what it reads from the address."""

import marimo as mo
import pytest

from workbench.dashboard.read import layout
from workbench.dashboard.read.filters import Filters
from workbench.dashboard.session import query_params


@pytest.fixture
def address(monkeypatch):
    values = {}
    monkeypatch.setattr(query_params, "read", lambda name, *_, **__: values.get(name, ""))
    return values


def test_nothing_says_what_to_loosen(live, verdicts):
    matches = live.scores["thread_id"].clear()
    filters = Filters(live, verdicts, matches=matches, words="<b>xyz")
    text = layout.nothing(filters, {}, mo.ui.button(label="Clear all filters")).text
    assert "Without <b>Find: &lt;b&gt;xyz</b>: 300 threads" in text


def test_address_names_bins_or_links(live, verdicts, address):
    filters = Filters(live, verdicts)
    address.update(kind="Kept", chosen='{"turns":[[0,1]],"x":[3]}')
    assert layout.chosen(filters) == {"verdict": [0], "turns": [0, 1]}
    address.clear()
    assert layout.chosen(filters) == {}


def test_only_an_opening_tweet_that_is_here_can_be_labelled(live):
    assert layout.labels(live, None) is None
