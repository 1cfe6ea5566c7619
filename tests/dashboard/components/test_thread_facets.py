"""The facets of all threads, with the verdict of the recipe."""

import numpy as np

from workbench.dashboard.components import thread_facets
from workbench.facets import thread_facts


def test_verdict_names_the_first_rule_that_removes(live, verdicts):
    facets = thread_facets.of(live, verdicts)
    verdict = facets.facets["verdict"]
    counts = dict(zip(verdict.labels, verdict.counts(), strict=True))
    assert counts["kept"] == verdicts["kept"].sum()
    assert sum(counts.values()) == live.scores.height
    assert facets.mask({"verdict": [0]}).tolist() == verdicts["kept"].to_list()


def test_sessions_share_the_facets_and_a_page_can_add_its_own(live, verdicts):
    slots = np.ones(live.scores.height, dtype=np.uint8)
    own = thread_facts.of_slots(slots, ["no", "yes"], title="Find", name="found")
    first, second = thread_facets.of(live, verdicts), thread_facets.of(live, verdicts, also=[own])
    assert first.facets["turns"] is second.facets["turns"]
    assert set(second.facets) - set(first.facets) == {"found"}
