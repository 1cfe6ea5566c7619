"""The training starts, stops and is put to use when buttons are clicked."""

import marimo as mo
import pytest

from tests.support.marimo_state import fake_state
from workbench import progress
from workbench.classifiers import experiments, prompt_classifier
from workbench.classifiers import training as classifier_training
from workbench.dashboard.label import training
from workbench.dashboard.label.training import Training
from workbench.dashboard.session import jobs
from workbench.exceptions import WorkspaceError


@pytest.fixture
def session(workspace, monkeypatch):
    monkeypatch.setattr(mo, "state", fake_state)
    monkeypatch.setattr(jobs, "PROGRAM", ("/bin/sh", "-c", "sleep 60"))
    return Training(workspace)


def test_training_is_a_job_that_can_be_stopped(session):
    assert training.progress(session.workspace).text == ""
    session.start(prompt_classifier.KIND)
    assert session.get_problem() == ""
    assert training.is_running(session.workspace)
    assert 'data-testid="training"' in training.progress(session.workspace).text
    session.start(prompt_classifier.KIND)
    assert "already running" in session.get_problem()
    session.stop()
    assert session.get_problem() == ""
    assert not training.is_running(session.workspace)
    assert "was stopped" in training.progress(session.workspace).text


def test_stop_leaves_other_jobs_alone(session):
    jobs.start(session.workspace, ["run"], title="Running every stage")
    session.stop()
    assert jobs.last(session.workspace).is_running
    assert "Running every stage" in training.progress(session.workspace).text


def test_page_says_that_a_classifier_is_used_or_why_not(session, monkeypatch):
    trial = type("Trial", (), {"model": type("Model", (), {"kind": prompt_classifier.KIND})})()
    monkeypatch.setattr(experiments, "use", lambda workspace, trial: workspace.root / "recipe.toml")
    session.put_to_use(trial)
    assert "The recipe uses the new prompt classifier now" in session.get_used().text

    def refuse(workspace, trial):
        msg = "The recipe is damaged."
        raise WorkspaceError(msg, hint="mend it.")

    monkeypatch.setattr(experiments, "use", refuse)
    session.put_to_use(trial)
    assert "The recipe is damaged." in session.get_used().text
    session.start(prompt_classifier.KIND)
    assert session.get_used().text == ""


def test_progress_names_the_step_and_counts_its_units(session):
    session.start(prompt_classifier.KIND)
    job = jobs.last(session.workspace)
    with progress.Reporter(job.folder / "progress").steps("trial") as write:
        write(progress.Step(classifier_training.VALIDATE, 3, 10, "folds"))
    shown = training.progress(session.workspace).text
    session.stop()
    assert "Step 4 of 6: Cross-validate" in shown
    assert "3 of 10 folds" in shown
    assert shown.count('data-state="done"') == 3
    assert shown.count('data-state="later"') == 2
