"""Run stages on an engine: their tables are those of this machine."""

import shutil

import polars as pl
from polars.testing import assert_frame_equal

from tests.support import cluster
from tests.support.engines import InThisProcess, OtherMachine
from workbench.cluster import score as cluster_score
from workbench.embeddings import lance_table
from workbench.pipeline import cluster_runners, runners
from workbench.pipeline.stages import DEFAULT_EXPORT
from workbench.progress import silent
from workbench.recipe import Recipe
from workbench.storage import Workspace


def vectors(workspace):
    """Count the vectors, of which each is written once."""
    return lance_table.open_table(workspace.embeddings_path).count_rows()


def exported(workspace):
    """Read the files of the export, without those that contain the time."""
    folder = workspace.exports_path / DEFAULT_EXPORT
    names = {path.name for path in folder.iterdir()} - {"manifest.json"}
    return {name: (folder / name).read_bytes() for name in names}


def test_stages_on_an_engine_write_the_tables_of_this_machine(finished_workspace, monkeypatch):
    monkeypatch.setattr(cluster_score, "TURNS_A_RANGE", 50)
    workspace, engine = finished_workspace, InThisProcess()
    recipe = Recipe.load(workspace.root / "recipe.toml")
    local = [workspace.read(name) for name in ("scores", "reply_scores")]
    before, rows = exported(workspace), vectors(workspace)
    performed = []

    # An export reads only tables that a whole run has written, so it is written again first.
    for stage in ("export", "embed", "score"):
        if stage == "embed":
            shutil.rmtree(workspace.embeddings_path)
        counts = runners.RUNNERS[stage](workspace, recipe, silent, engine=engine)
        assert counts == workspace.last_run(stage).counts
        performed.append(engine.performed)

    assert 0 < performed[0] < performed[1] < performed[2]
    assert vectors(workspace) == rows
    for name, table in zip(("scores", "reply_scores"), local, strict=True):
        assert_frame_equal(workspace.read(name), table, abs_tol=1e-6, rel_tol=0)
    assert exported(workspace) == before
    assert not (workspace.root / ".shards").exists()


def _cut(table):
    """Write a table in parts, as a cluster does."""
    rows = pl.read_parquet(table).sort("thread_id", maintain_order=True)
    table.unlink()
    table.mkdir()
    for number, part in enumerate(rows.iter_slices(rows.height // 5)):
        part.write_parquet(table / f"part-{number:05}.parquet")


@cluster.needs_daft
def test_nodes_that_see_only_a_bucket_write_the_tables_of_this_machine(
    finished_workspace, bucket, tmp_path, monkeypatch
):
    monkeypatch.setattr(cluster_score, "TURNS_A_RANGE", 50)
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "driver"))
    workspace = Workspace.create("s3://dumps/july")
    shutil.copytree(finished_workspace.root, workspace.root, dirs_exist_ok=True)
    recipe = Recipe.load(workspace.root / "recipe.toml")
    local = [workspace.read(name) for name in ("scores", "reply_scores")]
    before, rows = exported(workspace), vectors(workspace)
    engine = OtherMachine(cache=tmp_path / "node")

    for stage in ("export", "embed", "score"):
        if stage == "embed":
            shutil.rmtree(workspace.embeddings_path)
        if stage == "score":
            _cut(workspace.path("turns"))
        already = len(engine.items)
        counts = cluster_runners.runner(stage, engine)(workspace, recipe, silent)
        assert counts == workspace.last_run(stage).counts
        assert len(engine.items) > already

    assert vectors(workspace) == rows
    for name, table in zip(("scores", "reply_scores"), local, strict=True):
        assert_frame_equal(workspace.read(name), table, abs_tol=1e-6, rel_tol=0)
    assert exported(workspace) == before
    assert not bucket.listed("july/.shards")
    assert not [path for path in engine.cache.rglob("*") if path.is_file()]
