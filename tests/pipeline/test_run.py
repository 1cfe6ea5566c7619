"""Run the stages in order."""

import pytest

from tests.support.pipelines import stale
from workbench import pipeline
from workbench.exceptions import ArchiveError, StageError, WorkbenchError
from workbench.storage import Workspace


def test_bring_up_to_date_counts_what_the_dump_contains(workspace, recipe, dump):
    truth = dump[1]
    ingest = workspace.last_run("ingest").counts
    assert ingest["lines"] == truth.lines
    assert (ingest["rows"], ingest["deleted"]) == (truth.distinct, truth.deleted)
    threads = workspace.last_run("threads").counts
    assert threads["linked"] == truth.linked_after
    assert threads["threads"] == truth.threads_after
    assert set(truth.questions) <= set(workspace.read("threads")["thread_id"])
    steps = {step.title: step.count for step in pipeline.funnel(workspace)}
    assert 0 < steps["threads kept"] == steps["threads exported"] < steps["threads scored"]


def test_bring_up_to_date_runs_nothing_twice(workspace, recipe):
    assert stale(workspace, recipe) == []
    assert pipeline.bring_up_to_date(workspace, recipe) == []


def test_run_stage_names_the_stage_to_run_first(tmp_path, recipe):
    empty = Workspace.create(tmp_path / "empty")
    with pytest.raises(StageError, match="workbench score"):
        pipeline.run_stage(empty, recipe, "select")


def test_a_stage_that_fails_at_its_input_stays_as_it_was(workspace, recipe):
    wrong_rule = recipe.with_(own={"mod": {"min": 1}})
    wrong_file = recipe.with_(score={"instructions": "no-such.txt"})
    for name, typo in (("select", wrong_rule), ("score", wrong_file)):
        with pytest.raises(WorkbenchError):
            pipeline.run_stage(workspace, typo, name)
        assert stale(workspace, recipe) == []
    with pytest.raises(ArchiveError):
        pipeline.ingest(workspace, recipe, paths=["no-such.tar"])
    assert stale(workspace, recipe) == []
