"""The training starts, stops and is applied when buttons are clicked."""

import marimo as mo
import pytest

from tests.support import jobs as fake_jobs
from tests.support.marimo_state import fake_state
from workbench import progress
from workbench.classifiers import prompt_classifier
from workbench.classifiers import training as classifier_training
from workbench.dashboard.label import training
from workbench.dashboard.label.training import Training
from workbench.dashboard.session import jobs


@pytest.fixture
def session(workspace, monkeypatch):
    monkeypatch.setattr(mo, "state", fake_state)
    monkeypatch.setattr(jobs, "PROGRAM", ("/bin/sh", "-c", "sleep 60"))
    return Training(workspace)


def test_training_is_a_job_that_can_be_stopped(session):
    assert training.progress(session.workspace).text == ""
    session.start("trial", prompt_classifier.KIND)
    assert session.get_problem() == ""
    assert training.is_running(session.workspace)
    assert 'data-testid="training"' in training.progress(session.workspace).text
    session.start("trial", prompt_classifier.KIND)
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


def test_page_notices_when_a_job_ends_and_when_it_made_new_scores(session, monkeypatch):
    for program, status, scored in [("exit 1", "failed", ""), ("exit 0", "done", "2")]:
        monkeypatch.setattr(jobs, "PROGRAM", ("/bin/sh", "-c", program))
        session.start("apply", prompt_classifier.KIND)
        assert session.get_problem() == ""
        fake_jobs.ended(session.workspace)
        session.look()
        assert session.get_seen()[1] == status
        assert session.get_scored() == scored
    assert training.progress(session.workspace).text == ""


def test_progress_names_the_step_and_counts_its_units(session):
    session.start("trial", prompt_classifier.KIND)
    job = jobs.last(session.workspace)
    with progress.Reporter(job.folder / "progress").steps("trial") as write:
        write(progress.Step(classifier_training.VALIDATE, 3, 10, "folds"))
    shown = training.progress(session.workspace).text
    session.stop()
    assert "Step 5 of 7: Cross-validate" in shown
    assert "3 of 10 folds" in shown
    assert shown.count('data-state="done"') == 4
    assert shown.count('data-state="later"') == 2
