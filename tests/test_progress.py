"""Check that progress is written rarely, read back, and never stops a stage."""

from workbench import progress


def test_to_file_writes_the_first_record_at_once_and_then_few(tmp_path, monkeypatch):
    path = tmp_path / "progress"
    assert progress.from_file(path) is None
    report = progress.to_file("embed", path)
    assert (progress.from_file(path).stage, progress.from_file(path).share) == ("embed", None)
    for done in range(1000):
        report(done, 1000)
    assert progress.from_file(path).done == 0
    monkeypatch.setattr(progress, "PAUSE", 0)
    report(250, 1000)
    assert progress.from_file(path).share == 0.25


def test_to_file_without_a_path_writes_nothing():
    assert progress.to_file("embed", None) is progress.silent


def test_a_file_that_cannot_be_written_stops_no_stage(tmp_path):
    (tmp_path / "file").write_text("")
    progress.to_file("embed", tmp_path / "file" / "progress")(1, 2)


def test_steps_are_written_at_once_and_estimate_only_themselves(tmp_path):
    path = tmp_path / "progress"
    write = progress.steps_to_file("trial", path)
    for step in [progress.Step("Read"), progress.Step("Fold", 1, 5, "folds")]:
        write(step)
        record = progress.from_file(path)
        assert (record.step, record.done, record.total) == (step, step.done, step.total)
    assert record.began_at == record.reported_at
    write(progress.Step("Fold", 2, 5, "folds"))
    assert progress.from_file(path).done == 1  # too soon after the last record
    progress.steps_to_file("trial", None)(step)
