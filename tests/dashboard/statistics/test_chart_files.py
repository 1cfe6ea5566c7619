"""Each file of a chart holds exactly the threads of its caption."""

import io
import re

import polars as pl
import pytest

from tests.support import fakes
from workbench import charts
from workbench.dashboard.statistics import chart_files
from workbench.facets import thread_facts
from workbench.facets.crossfilter import Crossfilter

CHOSEN = {"turns": [1, 2, 3], "language": [0]}


@pytest.fixture(scope="module")
def scores():
    return fakes.scores(400)


@pytest.fixture(scope="module")
def crossfiltered(scores):
    return Crossfilter(thread_facts.from_scores(scores), threads=400)


def facets():
    return [facet.name for facet in thread_facts.from_scores(fakes.scores(20))]


@pytest.mark.parametrize("name", facets())
def test_the_table_holds_what_its_caption_says(crossfiltered, scores, name):
    data = chart_files.write(crossfiltered, CHOSEN, name=name, kind="csv")
    rows = pl.read_csv(io.BytesIO(data), infer_schema=False).with_columns(
        pl.col("threads").cast(pl.Int64)
    )
    (caption,) = rows["caption"].unique()
    count = int(re.match(r"([\d,]+) of 400 threads; Turns: 3 to 5; Language: ", caption)[1])
    language = crossfiltered.facets["language"].labels[0]
    chosen = scores.filter(pl.col("turns").is_between(3, 5), language=language)
    assert count == chosen.height
    total = rows["threads"].sum()
    assert total >= count if name == "hashtags" else total == count
    if name == "turns":
        assert rows["Turns"].to_list() == ["3", "4", "5"]


def test_the_picture_draws_only_what_its_caption_says(crossfiltered, monkeypatch):
    pictures = []
    monkeypatch.setattr(charts.image_files, "image", lambda chart, kind: pictures.append(chart))
    chart_files.write(crossfiltered, CHOSEN, name="turns", kind="svg")
    spec = pictures[0].to_dict()
    (rows,) = spec["datasets"].values()
    assert [row["label"] for row in rows] == ["3", "4", "5"]
    count = sum(row["threads"] for row in rows)
    assert spec["title"]["subtitle"].startswith(f"{count} of 400 threads; Turns: 3 to 5;")


def test_no_name_in_the_table_is_a_formula():
    values = pl.Series("hashtags", [[text] for text in [*fakes.HOSTILE, "=cmd()", "-1+1"]])
    facet = thread_facts.choice(values, title="Hashtags")
    crossfiltered = Crossfilter([facet], threads=len(values))
    data = chart_files.write(crossfiltered, {"hashtags": [0]}, name="hashtags", kind="csv")
    data += chart_files.write(crossfiltered, {}, name="hashtags", kind="csv")
    lines = data.decode().splitlines()
    assert not any(line.startswith(("=", "-", "+", "@")) for line in lines)
