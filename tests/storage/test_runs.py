"""The record of a stage is read back, or ignored if it is damaged."""

from workbench.storage import Run, runs


def test_record_is_read_as_it_was_written(tmp_path):
    assert runs.read(tmp_path, "select") is None
    run = Run("select", "abc", 12.0, 1.5, {"kept": 2}, {"program": "8"}, {"verdicts": "x"})
    runs.write(tmp_path, run)
    assert runs.read(tmp_path, "select") == run


def test_damaged_record_is_ignored(tmp_path):
    runs.path(tmp_path, "select").parent.mkdir()
    runs.path(tmp_path, "select").write_text('{"stage": "sel')
    assert runs.read(tmp_path, "select") is None
