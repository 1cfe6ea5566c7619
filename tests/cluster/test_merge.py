"""The tables of a cluster are those of one machine, row for row."""

import pytest

from tests.support import cluster
from tests.support.cluster import assert_same_tables
from workbench.cluster import cuts, merge
from workbench.ingest import build
from workbench.ingest import merge as merged_by_one
from workbench.storage import Workspace

pytestmark = cluster.needs_daft


@pytest.fixture
def many_buckets(monkeypatch):
    monkeypatch.setattr(cuts, "ROWS_A_BUCKET", 60)
    monkeypatch.setattr(cuts, "FEWEST_ROWS", 60)


def test_tables_and_counts_are_those_of_one_machine(dumps, engine, tmp_path, many_buckets):
    counts, workspaces = [], []
    for name, row_tables in (("local", merge.tables_of(None)), ("[a*b]", merge.tables_of(engine))):
        workspace = Workspace.create(tmp_path / name)
        build.from_archives(dumps[:1], workspace=workspace)
        staged = build.stage(dumps, workspace=workspace)
        merged = merged_by_one.merge(workspace, listed=staged.refused, row_tables=row_tables)
        counts.append(merged)
        workspaces.append(workspace)

    assert counts[0] == counts[1]
    assert all(counts[0][name] for name in ("edited", "replaced", "deleted", "damaged"))
    assert_same_tables(*workspaces)
    assert len(list(workspaces[1].path("tweets").iterdir())) > 3
    assert not (workspaces[1].root / ".shards").exists()


def test_a_workspace_without_tweets_is_merged(engine, tmp_path):
    (tmp_path / "a.jsonl").write_text("{}\n")
    workspace = Workspace.create(tmp_path / "workspace")
    build.stage([str(tmp_path / "a.jsonl")], workspace=workspace)

    counts = merged_by_one.merge(workspace, row_tables=merge.tables_of(engine))

    assert (counts["rows"], counts["rejected"]) == (0, 1)
    assert workspace.read("tweets").is_empty()
    assert workspace.read("deletions").is_empty()
