"""Progress is written rarely, says what happens, and never stops a stage."""

import pytest

from workbench import progress
from workbench.progress import Reporter, reporter


@pytest.fixture
def path(tmp_path):
    return tmp_path / "progress"


def test_the_first_record_is_written_at_once_and_then_few(path, monkeypatch):
    with Reporter(path).stage("embed") as report:
        assert progress.from_file(path).share is None
        for done in range(1000):
            report(done, 1000)
        assert progress.from_file(path).done == 0
        monkeypatch.setattr(reporter, "PAUSE", 0)
        report(250, 1000)
        assert progress.from_file(path).share == 0.25


def test_a_job_counts_its_stages_and_adds_up_what_is_left(path, monkeypatch):
    monkeypatch.setattr(reporter, "PAUSE", 0)
    clock = [1000.0]
    monkeypatch.setattr(reporter.time, "time", lambda: clock[0])
    expected = {"threads": None, "embed": 40.0, "score": 2.0}
    job = Reporter(path)
    job.plan(["threads", "embed", "score"], expected=expected.get)

    def run(name):
        with job.stage(name) as report:
            for done in range(11):
                report(done * 10, 1000)
                clock[0] += 1
        return progress.from_file(path)

    first = run("threads")
    assert (first.number, first.stages) == (1, 3)
    assert first.rate == pytest.approx(10)
    assert first.left == pytest.approx(90 + 42)
    assert run("embed").left == pytest.approx(90 + 2, rel=0.3)
    expected["score"] = None
    assert job._later(1) is None
    assert run("map").number == 0


def test_loading_says_so_at_once_and_spoils_no_rate(path, monkeypatch):
    monkeypatch.setattr(reporter, "PAUSE", 0)
    clock = [0.0]
    monkeypatch.setattr(reporter.time, "time", lambda: clock[0])
    with progress.doing("nothing listens"):
        pass
    with Reporter(path).stage("embed") as report:
        with progress.doing("Loading the model x (90 MB)"):
            assert progress.from_file(path).doing == "Loading the model x (90 MB)"
            clock[0] += 60
        assert progress.from_file(path).doing == ""
        for done in range(6):
            report(done, 100)
            clock[0] += 1
    assert progress.from_file(path).rate == pytest.approx(1)
    assert progress.from_file(path).left == pytest.approx(95)


def test_a_file_that_cannot_be_written_stops_no_stage(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (None, tmp_path / "file" / "progress"):
        with Reporter(path).stage("embed") as report:
            report(1, 2)


def test_steps_are_written_at_once_and_estimate_only_themselves(path):
    with Reporter(path).steps("trial") as write:
        for step in [progress.Step("Read"), progress.Step("Fold", 1, 5, "folds")]:
            write(step)
            record = progress.from_file(path)
            assert (record.step, record.done, record.total) == (step, step.done, step.total)
        write(progress.Step("Fold", 2, 5, "folds"))
        assert progress.from_file(path).done == 1  # too soon after the last record
    words = progress.text(record, record.reported_at)
    assert words.endswith("· Fold · 1 of 5 folds (20%) · time left not known yet")
