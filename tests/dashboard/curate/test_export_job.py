"""Exports are written by jobs, which survive the page."""

import time

import pytest

from tests.support import fakes
from workbench import pipeline
from workbench.dashboard.curate import export_job
from workbench.dashboard.session import jobs
from workbench.export.manifest import Manifest
from workbench.recipe import Recipe

STRICT = Recipe.from_toml("[select.turns]\nmin = 3\n[export]\nformats = ['messages', 'tree']")


@pytest.fixture
def workspace(tmp_path):
    made = fakes.workspace(tmp_path / "ws")
    fakes.settle(made)
    return made


def ended(workspace):
    end = time.monotonic() + 60
    while jobs.last(workspace).is_running and time.monotonic() < end:
        time.sleep(0.05)
    return jobs.last(workspace)


def test_job_writes_the_same_files_as_the_pipeline(workspace):
    assert export_job.start(workspace, "first", recipe=STRICT) == ""
    assert export_job.is_running(workspace)
    job = ended(workspace)
    assert job.status == "done", job.log()
    assert not workspace.has("verdicts")
    pipeline.write_export(workspace, STRICT, name="second")
    first, second = (workspace.exports_path / name for name in ("first", "second"))
    for entry in Manifest.load(first).files:
        assert (first / entry.name).read_bytes() == (second / entry.name).read_bytes()
    assert Recipe.load(first / "recipe.toml") == STRICT
    shown = export_job.status(workspace).text
    assert "Written to" in shown
    assert "messages.jsonl" in shown


@pytest.mark.slow
def test_job_says_why_an_export_failed_and_replaces_one_if_asked(workspace):
    export_job.start(workspace, "first", recipe=STRICT)
    ended(workspace)
    export_job.start(workspace, "first", recipe=Recipe())
    assert ended(workspace).status == "failed"
    assert "already exists" in export_job.status(workspace).text
    assert Recipe.load(workspace.exports_path / "first" / "recipe.toml") == STRICT
    export_job.start(workspace, "first", recipe=Recipe(), overwrite=True)
    assert ended(workspace).status == "done"
    assert Recipe.load(workspace.exports_path / "first" / "recipe.toml") == Recipe()


def test_job_refuses_scores_of_another_recipe(workspace):
    other = Recipe.from_toml("[score]\nprofanity = 'words.txt'")
    export_job.start(workspace, "first", recipe=other)
    assert ended(workspace).status == "failed"
    assert "The result of `score` is stale" in export_job.status(workspace).text.replace(
        "&#x27;", "'"
    )
    assert not workspace.exports_path.exists()


def test_start_refuses_a_wrong_name_and_a_second_job(workspace, monkeypatch):
    assert "cannot be the name" in export_job.start(workspace, "../outside", recipe=STRICT)
    assert jobs.last(workspace) is None
    monkeypatch.setattr(jobs, "PROGRAM", ("/bin/sh", "-c", "sleep 60"))
    assert export_job.start(workspace, "first", recipe=STRICT) == ""
    assert "already running" in export_job.start(workspace, "second", recipe=STRICT)
    assert export_job.stop(workspace) == ""
    assert jobs.last(workspace).status == "stopped"


def test_stop_leaves_other_jobs_alone(workspace, monkeypatch):
    monkeypatch.setattr(jobs, "PROGRAM", ("/bin/sh", "-c", "sleep 60"))
    jobs.start(workspace, ["run"], title="Running every stage")
    assert not export_job.is_running(workspace)
    assert export_job.stop(workspace) == ""
    assert jobs.last(workspace).is_running
    assert "Running every stage" in export_job.status(workspace).text
    jobs.stop(workspace)


def test_only_a_few_recipes_of_jobs_are_kept(workspace, monkeypatch):
    monkeypatch.setattr(jobs, "PROGRAM", ("true",))
    for turns in range(2, jobs.KEPT + 6):
        recipe = Recipe.model_validate({"select": {"turns": {"min": turns}}})
        export_job.start(workspace, "first", recipe=recipe)
        ended(workspace)
    assert len(list((workspace.root / "jobs").glob("export-*.toml"))) == jobs.KEPT
    path = jobs.last(workspace).record.arguments[3]
    assert Recipe.load(path) == recipe


def test_status_of_a_deleted_export_is_empty(workspace, monkeypatch):
    assert export_job.status(workspace).text == ""
    monkeypatch.setattr(jobs, "PROGRAM", ("true",))
    export_job.start(workspace, "gone", recipe=STRICT)
    ended(workspace)
    assert export_job.status(workspace).text == ""


def test_all_files_are_offered_and_a_line_that_loads_one(workspace):
    pipeline.write_export(workspace, Recipe(), name="first")
    folder = workspace.exports_path / "first"
    manifest = Manifest.load(folder)
    shown = export_job._result(folder, manifest).text
    for entry in manifest.files:
        assert f'href="export-files/first/{entry.name}"' in shown
    assert 'href="export-files/first/first.zip"' in shown
    assert "load_dataset(" in shown
