"""What an export would hold, before it is written."""

import polars as pl
import pytest

from tests.support import fakes
from workbench.dashboard.curate import export_estimates, export_panel
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.export.formats import FORMATS
from workbench.export.roles import POLICIES
from workbench.recipe import Recipe


@pytest.fixture
def live(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=400)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("paths", ["best", "all"])
def test_estimate_of_few_threads_is_what_the_export_writes(live, policy, paths, monkeypatch):
    monkeypatch.setattr("workbench.pipeline.stages.provenance", lambda workspace, recipe: {})
    formats = [name for name in FORMATS if name != "ids"]
    export = {"formats": formats, "roles": policy, "paths": paths}
    recipe = Recipe.model_validate({"export": export})
    found = export_estimates.of(live, live.verdicts(recipe.select), recipe=recipe)
    fakes.settle(live.workspace)
    _, manifest = export_panel.pack(live, "all", recipe=recipe)
    written = [
        (entry.format, entry.records, entry.turns, entry.words)
        for entry in manifest.files
        if entry.format in formats
    ]
    counts = found.counts.filter(pl.col("policy") == policy, pl.col("format") != "ids")
    assert counts.drop("policy").rows() == written
    assert found.lost[policy] == manifest.threads_kept - manifest.threads_written
    assert found.kept == found.counted == manifest.threads_kept


def test_estimate_of_many_threads_is_scaled_up(live, monkeypatch):
    recipe = Recipe()
    verdicts = live.verdicts(recipe.select)
    exact = export_estimates.of(live, verdicts, recipe=recipe)
    monkeypatch.setattr(export_estimates, "THREADS", 60)
    found = export_estimates.of(live, verdicts, recipe=recipe)
    assert (found.counted, found.kept) == (60, exact.kept)
    near = found.counts["records"] / exact.counts["records"]
    assert near.min() > 0.6
    assert near.max() < 1.6
    again = export_estimates.of(live, verdicts, recipe=recipe)
    assert again.counts.equals(found.counts)
    assert "about" in export_estimates.show(live, verdicts, recipe=recipe).text


def test_formats_of_paths_hold_nothing_of_trees(live):
    recipe = Recipe.model_validate({"export": {"paths": "tree"}})
    found = export_estimates.of(live, live.verdicts(recipe.select), recipe=recipe).counts
    assert found.filter(format="messages")["records"].null_count() == len(POLICIES)
    assert found.filter(format="oasst")["records"].null_count() == 0


def test_nothing_kept_is_told(live):
    recipe = Recipe.model_validate({"select": {"turns": {"min": 10**6}}})
    shown = export_estimates.show(live, live.verdicts(recipe.select), recipe=recipe)
    assert "is kept" in shown.text
