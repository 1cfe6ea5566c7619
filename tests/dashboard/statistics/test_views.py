"""Selections in addresses, and numbers to download."""

import polars as pl

from tests.support import fakes
from workbench import charts
from workbench.dashboard.statistics import views
from workbench.facets import thread_facts


def test_a_selection_survives_the_address_and_junk_is_ignored():
    bins = {"turns": [0, 2]}
    assert views.from_query(views.to_query(bins)) == bins
    assert views.from_query("{" * 100_000) is None
    assert views.from_query(None) is None


def test_no_name_in_the_csv_is_a_formula():
    values = pl.Series("hashtags", [[text] for text in [*fakes.HOSTILE, "=cmd()", "-1+1"]])
    facet = thread_facts.choice(values, title="Hashtags")
    rows = charts.facets.frame(facet, facet.counts()).select("label", "threads")
    lines = views._safe_csv(rows).splitlines()
    assert not any(line.startswith(("=", "-", "+", "@")) for line in lines)
