"""Pictures of facets."""

from xml.etree import ElementTree

import polars as pl

from tests.support import fakes
from workbench import charts
from workbench.facets import bins, thread_facts


def test_pictures_of_hostile_names_are_harmless():
    values = pl.Series("hashtags", [[text] for text in [*fakes.HOSTILE, "=cmd()", "-1+1"]])
    facet = thread_facts.choice(values, title="Hashtags")
    drawn = charts.facets.picture(facet, facet.counts())
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
    spec = charts.facets.picture(facet, counts, subtitle="Turns: 2").to_dict()
    assert spec["title"]["subtitle"] == f"Turns: 2; {counts[facet.unknown]} without a value"
