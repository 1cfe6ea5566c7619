"""Estimates of an export agree with the export."""

import polars as pl
import pytest

from tests.support import fakes
from workbench import pipeline
from workbench.dashboard.curate import export_estimates
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.export.formats import FORMATS
from workbench.export.manifest import Manifest
from workbench.export.roles import POLICIES
from workbench.recipe import Recipe


@pytest.fixture
def session(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=400)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("paths", ["best", "all"])
def test_estimate_of_few_threads_is_what_the_export_writes(session, policy, paths, monkeypatch):
    monkeypatch.setattr("workbench.pipeline.exports.provenance", lambda workspace, recipe: {})
    # `first_reply` leaves one reply to a prompt, so that there is nothing to compare.
    absent = {"ids", "preference"} if policy == "first_reply" else {"ids"}
    formats = [name for name in FORMATS if name not in absent]
    export = {"formats": formats, "roles": policy, "paths": paths}
    recipe = Recipe.model_validate({"export": export})
    estimate = export_estimates.of(session, session.verdicts(recipe.select), recipe=recipe)
    fakes.settle(session.workspace)
    pipeline.write_export(session.workspace, recipe, name="all")
    manifest = Manifest.load(session.workspace.exports_path / "all")
    written = [
        (entry.format, entry.records, entry.turns, entry.words)
        for entry in manifest.files
        if entry.format in formats
    ]
    by_policy = estimate.counts.filter(policy=policy)
    counts = by_policy.filter(pl.col("format").is_in(formats))
    if policy == "first_reply":
        assert by_policy.filter(format="preference")["records"].to_list() == [None]
    else:
        assert by_policy.filter(format="kto")["records"].item() > 0
    assert counts.drop("policy").rows() == written
    assert estimate.lost[policy] == manifest.threads_kept - manifest.threads_written
    assert estimate.kept == estimate.counted == manifest.threads_kept


def test_estimate_of_many_threads_is_scaled_up(session, monkeypatch):
    recipe = Recipe()
    verdicts = session.verdicts(recipe.select)
    exact = export_estimates.of(session, verdicts, recipe=recipe)
    monkeypatch.setattr(export_estimates, "THREADS", 60)
    estimate = export_estimates.of(session, verdicts, recipe=recipe)
    assert (estimate.counted, estimate.kept) == (60, exact.kept)
    near = estimate.counts["records"] / exact.counts["records"]
    assert near.min() > 0.6
    assert near.max() < 1.6
    again = export_estimates.of(session, verdicts, recipe=recipe)
    assert again.counts.equals(estimate.counts)
    assert "about" in export_estimates.show(session, verdicts, recipe=recipe).text


def test_formats_of_paths_contain_no_trees(session):
    recipe = Recipe.model_validate({"export": {"paths": "tree"}})
    estimate = export_estimates.of(session, session.verdicts(recipe.select), recipe=recipe).counts
    assert estimate.filter(format="messages")["records"].null_count() == len(POLICIES)
    assert estimate.filter(format="oasst")["records"].null_count() == 0


def test_estimate_of_no_thread_says_so(session):
    recipe = Recipe.model_validate({"select": {"turns": {"min": 10**6}}})
    shown = export_estimates.show(session, session.verdicts(recipe.select), recipe=recipe)
    assert "is kept" in shown.text


@pytest.mark.parametrize(("replies", "min_answer"), [(2, None), ("all", 0.5), ("best", 0.0)])
def test_estimate_counts_the_replies_that_the_recipe_chooses(
    session, replies, min_answer, monkeypatch
):
    monkeypatch.setattr("workbench.pipeline.exports.provenance", lambda workspace, recipe: {})
    options = {"formats": ["messages", "alpaca", "oasst"], "replies": replies}
    recipe = Recipe.model_validate({"export": options | {"min_answer": min_answer}})
    estimate = export_estimates.of(session, session.verdicts(recipe.select), recipe=recipe)
    fakes.settle(session.workspace)
    pipeline.write_export(session.workspace, recipe, name="some")
    manifest = Manifest.load(session.workspace.exports_path / "some")
    counts = estimate.counts.filter(policy=recipe.export.roles)
    for entry in manifest.files[:3]:
        counted = counts.filter(format=entry.format).row(0)[2:]
        assert counted == (entry.records, entry.turns, entry.words)
