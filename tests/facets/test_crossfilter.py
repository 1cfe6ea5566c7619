"""Facets: every thread is in a bin of each fact, and counts are those of a plain filter."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import fakes
from workbench import charts
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.dashboard.statistics import crossfilter, views
from workbench.exceptions import StageError
from workbench.facets import bins, thread_facts
from workbench.facets.crossfilter import MORE, Crossfilter
from workbench.recipe import Recipe

THREADS = 400


@pytest.fixture(scope="module")
def crossfiltered():
    return Crossfilter(thread_facts.from_scores(fakes.scores(THREADS)), threads=THREADS)


def brute(crossfiltered, bins, *, but=None):
    """Mark the threads chosen in every facet but one, a thread at a time."""
    marked = []
    for thread in range(crossfiltered.threads):
        inside = True
        for name, slots in bins.items():
            facet = crossfiltered.facets[name]
            own = facet.slots[[thread]] if facet.rows is None else facet.slots[facet.rows == thread]
            inside &= name == but or bool(set(own.tolist()) & set(slots))
        marked.append(inside)
    return np.array(marked)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_counts_are_those_of_a_plain_filter(crossfiltered, data):
    names = data.draw(st.sets(st.sampled_from(sorted(crossfiltered.facets)), max_size=4))
    bins = {
        name: sorted(
            data.draw(
                st.sets(
                    st.integers(0, len(crossfiltered.facets[name].labels) - 1),
                    min_size=1,
                    max_size=12,
                )
            )
        )
        for name in names
    }
    assert crossfiltered.mask(bins).tolist() == brute(crossfiltered, bins).tolist()
    counts = crossfiltered.counts(bins)
    for name, facet in crossfiltered.facets.items():
        assert counts[name] == facet.counts(brute(crossfiltered, bins, but=name))


def test_bins_hold_every_thread_once_and_are_few(crossfiltered):
    for facet in crossfiltered.facets.values():
        assert len(facet.labels) <= bins.MOST
        if facet.rows is None:
            assert sum(facet.counts()) == THREADS
        else:
            assert set(facet.rows.tolist()) == set(range(THREADS))


@given(st.lists(st.integers(0, 10**7) | st.integers(0, 2**53) | st.none(), min_size=1, max_size=50))
def test_number_puts_whole_numbers_where_the_label_says(values):
    facet = bins.number(pl.Series("likes", values, dtype=pl.Int64), title="Likes")
    for value, slot in zip(values, facet.slots, strict=True):
        label = facet.labels[slot].replace(",", "")
        if value is None:
            assert label == "unknown"
        elif label.endswith(MORE):
            assert value >= int(label.split()[0])
        else:
            low, high = int(label.split(" to ")[0]), int(label.split(" to ")[-1])
            assert low <= value <= high


def test_number_opens_the_last_bin_where_there_are_too_many():
    facet = bins.number(pl.Series("likes", [0, 50, 10**18, None]), title="Likes")
    assert len(facet.labels) == bins.MOST
    told = [facet.labels[slot] for slot in facet.slots]
    assert (told[0], told[1], told[3]) == ("0", "50 to 69", "unknown")
    assert told[2] == facet.labels[-2]
    assert told[2].endswith(MORE)


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=40))
def test_number_puts_other_numbers_where_the_label_says(values):
    facet = bins.number(pl.Series("answer", values, dtype=pl.Float32), title="Answer")
    assert len(facet.labels) <= bins.MOST
    for value, slot in zip(values, facet.slots, strict=True):
        low, high = map(float, facet.labels[slot].split(" to "))
        assert low - 1e-6 <= value <= high + 1e-6


def test_time_takes_longer_bins_where_times_reach_further():
    start = datetime(2019, 7, 3, 6, tzinfo=UTC)
    kinds = {
        timedelta(minutes=30): "3 Jul 2019, 06:00",
        timedelta(days=2): "3 Jul 2019, 06:00",
        timedelta(days=40): "3 Jul 2019",
        timedelta(days=3000): "Jul 2019",
        timedelta(days=20_000): "2019",
    }
    for reach, first in kinds.items():
        times = pl.Series([start + reach * place / 199 for place in range(200)])
        facet = bins.time(times.cast(pl.Datetime("ms", "UTC")), title="Begun")
        assert facet.labels[0] == first
        assert len(facet.labels) <= bins.MOST


def test_time_gathers_strays_and_leaves_out_what_cannot_be():
    start = datetime(2019, 7, 3, tzinfo=UTC)
    stamps = [int((start + timedelta(hours=hour)).timestamp() * 1000) for hour in range(1000)]
    stamps += [1_200_000_000_000, 10**15, -5, None]
    times = pl.Series(stamps, dtype=pl.Int64).cast(pl.Datetime("ms", "UTC"))
    facet = bins.time(times, title="Begun")
    found = dict(zip(facet.labels, facet.counts(), strict=True))
    assert found["before 3 Jul 2019"] == 1
    assert found["4 Jul 2019"] == 24
    assert found["unknown"] == 3


def test_choice_counts_the_frequent_and_gathers_the_others():
    names = [f"tag{place:02}" for place in range(40) for _ in range(40 - place)]
    lists = pl.Series("hashtags", [[name, name] for name in names] + [[], None])
    facet = thread_facts.choice(lists, title="Hashtags", none="none")
    counts = dict(zip(facet.labels, facet.counts(), strict=True))
    assert counts["tag00"] == 40
    assert counts["10 others"] == sum(range(1, 11))
    assert counts["none"] == 2


def test_facets_of_no_thread_at_all_are_empty():
    found = Crossfilter(thread_facts.from_scores(fakes.scores(5).clear()), threads=0)
    assert all(sum(counts) == 0 for counts in found.counts({}).values())


def test_checked_leaves_only_bins_that_there_are(crossfiltered):
    wild = {"turns": [0, 1, 10**9, -1, "2", None, 1.5], "nonsense": [1], "depth": "0", "likes": []}
    assert crossfiltered.checked(wild) == {"turns": [0, 1]}
    assert crossfiltered.checked(["turns"]) == {}


def test_mask_names_the_facets_that_there_are(crossfiltered):
    with pytest.raises(StageError, match="turns"):
        crossfiltered.mask({"nonsense": [0]})


def test_charts_count_again_when_a_browser_chooses(crossfiltered):
    shown = crossfilter.Charts(crossfiltered, chosen={"turns": [0]})
    assert shown.now["told"] == {"turns": "2"}
    before = shown.now["turn"]
    shown.chosen = {"turns": [0], "language": [0], "junk": {"a": 1}}
    expected = brute(crossfiltered, {"turns": [0], "language": [0]})
    assert (shown.now["found"], shown.now["turn"]) == (expected.sum(), before + 1)
    assert shown.bins == {"turns": [0], "language": [0]}


def test_verdict_names_the_first_rule_that_removes(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=200)
    data = ScoresSession(workspace, workspace.read("scores"))
    verdicts = data.verdicts(Recipe().select)
    found = crossfilter.of(data, verdicts)
    counts = dict(
        zip(
            found.facets["verdict"].labels,
            found.facets["verdict"].counts(),
            strict=True,
        )
    )
    assert counts["kept"] == verdicts["kept"].sum()
    assert sum(counts.values()) == 200
    assert views.mask(found, {"verdict": [0]}).to_list() == verdicts["kept"].to_list()


def test_pictures_and_numbers_of_hostile_names_are_harmless():
    values = pl.Series("hashtags", [[text] for text in [*fakes.HOSTILE, "=cmd()", "-1+1"]])
    facet = thread_facts.choice(values, title="Hashtags")
    found = Crossfilter([facet], threads=len(values))
    described = crossfilter.Charts(found).facets
    drawn = charts.facets.picture(facet, facet.counts(), subtitle=views.sentence(found, {}))
    picture = charts.image_files.image(drawn, "svg").decode()
    for written in [picture, str(described)]:
        assert "https://" not in written.replace("http://www.w3.org", "")
        assert "\u202e" not in written
        assert "\x00" not in written
    elements = list(ElementTree.fromstring(picture).iter())
    kinds = {element.tag.rsplit("}")[-1] for element in elements}
    assert kinds <= {"svg", "rect", "g", "path", "text", "line", "title", "defs", "clipPath"}
    names = {name for element in elements for name in element.attrib}
    assert not any("href" in name or name.startswith("on") for name in names)
    assert charts.image_files.image(drawn, "png").startswith(b"\x89PNG")
    rows = charts.facets.frame(facet, facet.counts()).select("label", "threads")
    assert not any(
        line.startswith(("=", "-", "+", "@")) for line in views._safe_csv(rows).splitlines()
    )


def test_pictures_of_numbers_say_how_many_have_no_value(crossfiltered):
    facet = crossfiltered.facets["similarity"]
    counts = facet.counts()
    spec = charts.facets.picture(facet, counts, subtitle="Turns: 2").to_dict()
    assert spec["title"]["subtitle"] == f"Turns: 2; {counts[facet.unknown]} without a value"


@pytest.mark.parametrize("reach", [timedelta(hours=3), timedelta(days=40), timedelta(days=3000)])
def test_ticks_of_a_chart_have_room_beside_each_other(reach):
    start = datetime(2019, 7, 3, tzinfo=UTC)
    times = pl.Series([start + reach * place / 199 for place in range(200)])
    facet = bins.time(times.cast(pl.Datetime("ms", "UTC")), title="Begun")
    found = Crossfilter([facet], threads=200)
    (described,) = crossfilter.Charts(found).facets
    shown = [text for _, text in described["ticks"]]
    assert shown
    assert len("  ".join(shown)) <= 40


def test_query_of_what_is_chosen_comes_back_and_junk_is_nothing():
    bins = {"turns": [0, 2]}
    assert views.from_query(views.to_query(bins)) == bins
    assert views.from_query("{" * 100_000) is None
    assert views.from_query(None) is None
