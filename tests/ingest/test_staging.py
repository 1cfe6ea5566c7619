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


def test_staged_rejects_of_older_versions_keep_their_reasons(tmp_path):
    (tmp_path / "a.jsonl").write_text("{odd\n[1]\n")
    workspace = Workspace.create(tmp_path / "workspace")
    build.stage([str(tmp_path / "a.jsonl")], workspace=workspace)
    [task] = staging.folder(workspace).iterdir()
    rejects = pl.read_parquet(task / "rejects.parquet").drop("kind")
    rejects.write_parquet(task / "rejects.parquet")
    reasons = [{"kind": reason, "count": 1} for reason in rejects["reason"]]
    ledger = pl.read_parquet(task / "ledger.parquet")
    ledger.with_columns(reject_reasons=pl.lit(reasons)).write_parquet(task / "ledger.parquet")
    merge.merge(workspace)
    assert workspace.read("rejects")["reason"].to_list() == rejects["reason"].to_list()
    assert workspace.read("rejects")["kind"].unique().to_list() == ["other"]
    [row] = workspace.read("ledger").to_dicts()
    assert row["reject_reasons"] == [
        {"kind": "other", "reason": each["kind"], "count": 1} for each in reasons
    ]
