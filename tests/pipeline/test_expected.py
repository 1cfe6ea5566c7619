"""How long a stage will take."""

import pytest

from workbench.pipeline import expected
from workbench.storage import Workspace


def test_seconds_are_measured_or_typical_or_unknown(tmp_path):
    workspace = Workspace.create(tmp_path / "ws")

    def record(stage, seconds, **counts):
        workspace.record(stage, fingerprint="", seconds=seconds, counts=counts)

    assert expected.seconds(workspace, "score") is None
    assert expected.seconds(workspace, "ingest") is None
    record("threads", 1.0, tweets=9000, threads=4000)
    assert expected.seconds(workspace, "score") == pytest.approx(5)
    assert expected.seconds(workspace, "embed") is None
    record("embed", 40.0, encoded=2000)
    assert expected.seconds(workspace, "embed") == pytest.approx(80)
    record("embed", 5.0, encoded=0)
    assert expected.seconds(workspace, "embed") is None
    record("export", 8.0, threads=2000)
    assert expected.seconds(workspace, "export") == pytest.approx(16)
