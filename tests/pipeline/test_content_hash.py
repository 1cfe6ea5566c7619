"""The hash of ingest depends on what was read, not on how much of it fits in memory."""

from workbench.pipeline import content_hash


def test_pieces_give_the_hash_of_the_record(workspace, monkeypatch):
    assert workspace.read("deletions").height > 3
    assert content_hash.of(workspace) == workspace.last_run("ingest").fingerprint
    monkeypatch.setattr(content_hash, "IDS_AT_ONCE", 3)
    assert content_hash.of(workspace) == workspace.last_run("ingest").fingerprint


def test_another_deletion_gives_another_hash(workspace):
    before = content_hash.of(workspace)
    deletions = workspace.read("deletions")
    workspace.write("deletions", deletions.head(deletions.height - 1))
    assert content_hash.of(workspace) != before
    workspace.write("deletions", deletions)
    assert content_hash.of(workspace) == before
