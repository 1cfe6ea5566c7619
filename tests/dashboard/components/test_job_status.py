"""What people see of a job."""

import msgspec

from tests.support.jobs import begun, ended
from workbench import progress
from workbench.dashboard.components import job_status
from workbench.dashboard.session import activity, jobs


def test_panel_shows_progress_in_the_words_of_the_terminal(workspace, monkeypatch):
    record = progress.ProgressRecord("map", 1, 4, began_at=1000.0, reported_at=1010.0, left=30.0)
    monkeypatch.setenv("RECORD", msgspec.json.encode(record).decode())
    begun(workspace, "tell")
    running = activity.now(workspace, at=1010.0)
    shown = job_status.panel(jobs.last(workspace), running=running, now=1010.0).text
    assert progress.text(record, 1010.0) in shown
    assert 'value="0.2500"' in shown


def test_a_crashed_job_shows_its_last_line_as_text(workspace):
    jobs.start(workspace, ["crash"], title="Scoring")
    job = ended(workspace)
    assert job_status.failure(job)[0] == "ValueError: <b>no</b>"
    assert "<b>no" not in job_status.panel(job).text
