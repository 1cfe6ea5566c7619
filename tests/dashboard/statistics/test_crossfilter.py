"""The charts of the statistics page count what a browser selects."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from tests.support import fakes
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.dashboard.statistics import crossfilter, views
from workbench.facets import bins, thread_facts
from workbench.facets.crossfilter import Crossfilter
from workbench.recipe import Recipe

THREADS = 400


@pytest.fixture(scope="module")
def crossfiltered():
    return Crossfilter(thread_facts.from_scores(fakes.scores(THREADS)), threads=THREADS)


def test_charts_count_again_when_a_browser_selects(crossfiltered):
    shown = crossfilter.Charts(crossfiltered, chosen={"turns": [0]})
    assert shown.now["words"] == {"turns": "2"}
    before = shown.now["turn"]
    shown.chosen = {"turns": [0], "language": [0], "junk": {"a": 1}}
    turns, language = crossfiltered.facets["turns"], crossfiltered.facets["language"]
    expected = ((turns.slots == 0) & (language.slots == 0)).sum()
    assert (shown.now["found"], shown.now["turn"]) == (expected, before + 1)
    assert shown.bins == {"turns": [0], "language": [0]}


def test_verdict_names_the_first_rule_that_removes(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=200)
    data = ScoresSession(workspace, workspace.read("scores"))
    verdicts = data.verdicts(Recipe().select)
    crossfiltered = crossfilter.of(data, verdicts)
    counts = dict(
        zip(
            crossfiltered.facets["verdict"].labels,
            crossfiltered.facets["verdict"].counts(),
            strict=True,
        )
    )
    assert counts["kept"] == verdicts["kept"].sum()
    assert sum(counts.values()) == 200
    assert views.mask(crossfiltered, {"verdict": [0]}).to_list() == verdicts["kept"].to_list()


@pytest.mark.parametrize("span", [timedelta(hours=3), timedelta(days=40), timedelta(days=3000)])
def test_ticks_of_a_chart_do_not_overlap(span):
    start = datetime(2019, 7, 3, tzinfo=UTC)
    times = pl.Series([start + span * place / 199 for place in range(200)])
    facet = bins.time(times.cast(pl.Datetime("ms", "UTC")), title="Opened")
    crossfiltered = Crossfilter([facet], threads=200)
    (described,) = crossfilter.Charts(crossfiltered).facets
    shown = [text for _, text in described["ticks"]]
    assert shown
    assert len("  ".join(shown)) <= 40


def test_names_sent_to_the_browser_are_harmless():
    values = pl.Series("hashtags", [[text] for text in fakes.HOSTILE])
    facet = thread_facts.choice(values, title="Hashtags")
    described = str(crossfilter.Charts(Crossfilter([facet], threads=len(values))).facets)
    assert "https://" not in described
    assert "\u202e" not in described
    assert "\x00" not in described
