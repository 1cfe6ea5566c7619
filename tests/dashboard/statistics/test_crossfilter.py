"""The charts of the statistics page count what a browser selects."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from tests.support import fakes
from workbench.dashboard.statistics.crossfilter import Charts, View
from workbench.facets import bins, thread_facts
from workbench.facets.crossfilter import MORE, Crossfilter

THREADS = 400


@pytest.fixture(scope="module")
def crossfiltered():
    return Crossfilter(thread_facts.from_scores(fakes.scores(THREADS)), threads=THREADS)


def described(*facets, threads):
    return Charts(Crossfilter(facets, threads=threads)).facets


def test_charts_count_again_when_a_browser_selects(crossfiltered):
    shown = Charts(crossfiltered, View({"turns": [0]}))
    assert shown.now["words"] == {"turns": "2"}
    before = shown.now["turn"]
    shown.chosen = {"turns": [0], "language": [0], "junk": {"a": 1}}
    turns, language = crossfiltered.facets["turns"], crossfiltered.facets["language"]
    expected = ((turns.slots == 0) & (language.slots == 0)).sum()
    assert (shown.now["found"], shown.now["turn"]) == (expected, before + 1)


def test_the_page_follows_a_settled_selection(crossfiltered):
    shown, views = Charts(crossfiltered), []
    shown.follow(views.append)
    shown.chosen = {"turns": [0]}
    assert views == []
    shown.settled = {"turns": [0], "junk": [1]}
    shown.is_log = True
    assert views == [View({"turns": [0]}), View({"turns": [0]}, is_log=True)]


def test_a_browser_gets_the_file_it_asks_for(crossfiltered, monkeypatch):
    sent = []
    monkeypatch.setattr(
        Charts, "send", lambda _, content, buffers=(): sent.append((content, buffers))
    )
    shown = Charts(crossfiltered)
    for wish in ["junk", {"save": "junk", "kind": "csv"}, {"save": "turns", "kind": "exe"}]:
        shown._handle_custom_msg(wish, [])
    assert sent == []
    shown._handle_custom_msg({"save": "turns", "kind": "csv", "chosen": {"turns": [0]}}, [])
    ((content, (data,)),) = sent
    assert content["file"] == {"name": "turns.csv", "mime": "text/csv"}
    assert data.decode().startswith("Turns,threads,")


@pytest.mark.parametrize("span", [timedelta(hours=3), timedelta(days=40), timedelta(days=3000)])
def test_ticks_of_a_chart_label_both_ends_and_do_not_overlap(span):
    start = datetime(2019, 7, 3, tzinfo=UTC)
    times = pl.Series([start + span * place / 199 for place in range(200)])
    facet = bins.time(times.cast(pl.Datetime("ms", "UTC")), title="Opened")
    (chart,) = described(facet, threads=200)
    ticks = chart["ticks"]
    assert [place for place, _ in ticks][:: len(ticks) - 1] == [0, len(facet.starts)]
    assert len("  ".join(text for _, text in ticks)) <= 44


def test_one_value_in_all_threads_is_a_sentence_and_no_chart():
    same = bins.number(pl.Series("not_placed", [0, 0, 0]), title="Turns not placed")
    (chart,) = described(same, threads=3)
    assert chart["only"] == "0"
    some = bins.number(pl.Series("likes", [7, None, 7]), title="Likes")
    (chart,) = described(some, threads=3)
    assert (chart["only"], chart["bins"]) == ("", 0)
    assert [chart["labels"][slot] for slot in chart["rows"]] == ["7", "unknown"]


def test_a_bin_without_an_end_is_marked():
    facet = bins.number(pl.Series("turns", [2, 3, 180]), title="Turns")
    (chart,) = described(facet, threads=3)
    assert [chart["labels"][slot] for slot in chart["open"]] == [f"150{MORE}"]


def test_every_chart_says_what_it_shows(crossfiltered):
    assert all(facet["about"] for facet in Charts(crossfiltered).facets)


def test_names_sent_to_the_browser_are_harmless():
    values = pl.Series("hashtags", [[text] for text in fakes.HOSTILE])
    text = str(described(thread_facts.choice(values, title="Hashtags"), threads=len(values)))
    assert "https://" not in text
    assert "\u202e" not in text
    assert "\x00" not in text
