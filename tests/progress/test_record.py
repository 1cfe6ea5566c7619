"""The progress file."""

import msgspec

from workbench import progress


def test_a_record_of_an_older_version_is_read(tmp_path):
    path = tmp_path / "progress"
    assert progress.from_file(path) is None
    older = {"stage": "embed", "done": 1, "total": 4, "began_at": 0.0, "reported_at": 2.0}
    path.write_bytes(msgspec.json.encode(older))
    record = progress.from_file(path)
    assert (record.stage, record.share, record.seconds_left(9.0)) == ("embed", 0.25, None)
    path.write_text("{")
    assert progress.from_file(path) is None
