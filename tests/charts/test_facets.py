"""Pictures of facets."""

from xml.etree import ElementTree

import polars as pl
import pytest

from tests.support import fakes
from workbench import charts
from workbench.facets import bins, thread_facts


def test_pictures_of_hostile_names_are_harmless():
    values = pl.Series("hashtags", [[text] for text in [*fakes.HOSTILE, "=cmd()", "-1+1"]])
    facet = thread_facts.choice(values, title="Hashtags")
    drawn = charts.facets.picture(facet, charts.facets.frame(facet, facet.counts()))
    picture = charts.image_files.image(drawn, "svg").decode()
    assert "https://" not in picture.replace("http://www.w3.org", "")
    assert "\u202e" not in picture
    assert "\x00" not in picture
    elements = list(ElementTree.fromstring(picture).iter())
    kinds = {element.tag.rsplit("}")[-1] for element in elements}
    assert kinds <= {"svg", "rect", "g", "path", "text", "line", "title", "defs", "clipPath"}
    names = {name for element in elements for name in element.attrib}
    assert not any("href" in name or name.startswith("on") for name in names)
    assert charts.image_files.image(drawn, "png").startswith(b"\x89PNG")


def test_pictures_of_numbers_say_how_many_have_no_value():
    facet = bins.number(fakes.scores(400)["similarity"], title="Similarity")
    counts = facet.counts()
    rows = charts.facets.frame(facet, counts)
    spec = charts.facets.picture(facet, rows, subtitle="Turns: 2").to_dict()
    caption = f"Turns: 2; {counts[facet.unknown]} without a value"
    assert spec["title"]["subtitle"] == caption
    assert spec["description"].startswith(f"Similarity. {caption}. Threads by value. ")


def test_pictures_of_a_few_bins_draw_only_those():
    facet = bins.number(fakes.scores(400)["turns"], title="Turns")
    rows = charts.facets.frame(facet, facet.counts(), only=[1, 2, 3])
    assert rows["expected"].sum() == pytest.approx(rows["threads"].sum())
    spec = charts.facets.picture(facet, rows, is_log=True).to_dict()
    (drawn,) = spec["datasets"].values()
    assert [row["label"] for row in drawn] == list(facet.labels[1:4])
    assert spec["layer"][0]["encoding"]["y"]["scale"]["type"] == "symlog"
