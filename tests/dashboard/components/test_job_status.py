"""What people see of a job."""

import json

import pytest

from tests.support.jobs import begun, ended
from workbench import progress
from workbench.dashboard.components import job_status
from workbench.dashboard.session import jobs


@pytest.mark.parametrize(
    ("step", "description"),
    [("sample", "write a synthetic dump"), ("map", "place the threads on the map")],
)
def test_panel_shows_tasks_that_are_not_stages(workspace, monkeypatch, step, description):
    record = progress.ProgressRecord(step, 1, 4, began_at=1000.0, reported_at=1010.0)
    monkeypatch.setenv(
        "RECORD", json.dumps({f: getattr(record, f) for f in record.__struct_fields__})
    )
    begun(workspace, "tell")
    shown = job_status.panel(jobs.last(workspace), now=1010.0).text
    assert f"{step}: {description}, 25%, about 30 s left" in shown


def test_a_crashed_job_shows_its_last_line_as_text(workspace):
    jobs.start(workspace, ["crash"], title="Scoring")
    job = ended(workspace)
    assert job_status.failure(job)[0] == "ValueError: <b>no</b>"
    assert "<b>no" not in job_status.panel(job).text
