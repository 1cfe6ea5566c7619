"""Live counts of an export agree with the export."""

import pytest

from tests.support import fakes
from workbench import pipeline
from workbench.dashboard.curate import live_counts
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.exceptions import ExportError
from workbench.export.manifest import Manifest
from workbench.recipe import Recipe


@pytest.fixture
def session(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=300)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.mark.parametrize("replies", ["auto", 2, "all"])
@pytest.mark.parametrize("min_answer", [None, 0.0, 0.7])
def test_live_counts_are_what_the_export_writes(session, replies, min_answer, monkeypatch):
    monkeypatch.setattr("workbench.pipeline.exports.provenance", lambda workspace, recipe: {})
    options = {"formats": ["messages", "oasst"], "replies": replies, "min_answer": min_answer}
    recipe = Recipe.model_validate({"export": options})
    counts = live_counts.of(session, session.verdicts(recipe.select), recipe=recipe)
    fakes.settle(session.workspace)
    pipeline.write_export(session.workspace, recipe, name="some")
    manifest = Manifest.load(session.workspace.exports_path / "some")
    written = {file.format: file.records for file in manifest.files}
    assert {name: counts.records[name] for name in options["formats"]} == {
        name: written[name] for name in options["formats"]
    }
    assert counts.too_low == manifest.cut["alternating"].get("below_the_answer_threshold", 0)
    assert (counts.too_low > 0) == (recipe.export_settings.min_answer > 0)
    assert counts.counted == counts.kept == manifest.threads_kept


def test_live_counts_read_the_turns_once_for_the_same_threads(session, monkeypatch):
    recipe, more = Recipe(), Recipe.model_validate({"export": {"replies": "all"}})
    verdicts = session.verdicts(recipe.select)
    first = live_counts.of(session, verdicts, recipe=recipe)
    monkeypatch.setattr(live_counts.Sample, "of", None)
    assert live_counts.of(session, verdicts, recipe=more).records != first.records


def test_live_counts_of_many_threads_are_scaled_up(session, monkeypatch):
    monkeypatch.setattr(live_counts, "THREADS", 60)
    counts = live_counts.of(session, session.verdicts(Recipe().select), recipe=Recipe())
    shown = live_counts.sentence(counts, recipe=Recipe())
    assert ">About <" in shown.text


def test_live_counts_say_what_cannot_be_exported(session):
    strict = Recipe.model_validate({"select": {"turns": {"min": 10**6}}})
    with pytest.raises(ExportError, match="is kept"):
        live_counts.of(session, session.verdicts(strict.select), recipe=strict)
    tree = Recipe.model_validate({"export": {"paths": "tree"}})
    with pytest.raises(ExportError, match="cannot branch"):
        live_counts.of(session, session.verdicts(tree.select), recipe=tree)
