"""Staged tasks are merged, also those of an earlier workspace format."""

import polars as pl
from polars.testing import assert_frame_equal

from tests.support.dumps import tar
from workbench.ingest import build, merge, staging
from workbench.storage import Workspace


def test_staged_tasks_of_workspace_format_1_are_merged_with_a_status(files, tmp_path):
    path = tar(tmp_path / "a.tar", files)
    new, old = (Workspace.create(tmp_path / name) for name in ("new", "old"))
    (tmp_path / "dump").mkdir()
    (tmp_path / "dump" / "link").symlink_to("nowhere")
    for workspace in (new, old):
        build.stage([path, str(tmp_path / "dump")], workspace=workspace)
    for ledger in staging.folder(old).glob("*/ledger.parquet"):
        pl.read_parquet(ledger).drop("status").write_parquet(ledger)
    assert merge.merge(old) == merge.merge(new)
    assert_frame_equal(old.read("ledger").drop("seconds"), new.read("ledger").drop("seconds"))
    assert new.read("ledger")["status"].value_counts().sort("status").rows() == [
        ("whole", len(files)),
        ("skipped", 1),
    ]
