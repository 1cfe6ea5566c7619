"""Check that what is damaged and safe to make again comes back, and the rest stays."""

import shutil
import threading

import pytest

from tests.support.pipelines import stale
from workbench import pipeline
from workbench.exceptions import WorkspaceError
from workbench.pipeline import doctor
from workbench.recipe import Recipe
from workbench.storage import TABLES

DERIVED = [
    "2_threads/turns.parquet",
    "2_threads/threads.parquet",
    "3_map.parquet",
    "3_embeddings.lance/data",
    "4_scores/scores.parquet",
    "4_scores/reply_scores.parquet",
    "5_selection/verdicts.parquet",
    "runs/ingest.json",
    "runs/embed.json",
    "runs/score.json",
]


def _bytes(workspace):
    """Return the final tables: their bytes do not depend on what happened before."""
    paths = [workspace.path(name) for name in TABLES if workspace.has(name)]
    files = [file for path in paths for file in ([path] if path.is_file() else path.iterdir())]
    exports = [path for path in workspace.exports_path.glob("*/*") if path.suffix == ".jsonl"]
    return {str(file.relative_to(workspace.root)): file.read_bytes() for file in files + exports}


def _damage(path):
    files = [path] if path.is_file() else [file for file in path.iterdir() if file.is_file()]
    for file in files:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize("name", DERIVED)
def test_a_damaged_file_comes_back_with_the_same_bytes(workspace, recipe, name):
    before = _bytes(workspace)
    _damage(workspace.root / name)
    assert doctor.examine(workspace.root) != []
    result = doctor.repair(workspace.root, recipe)
    assert result.left == []
    assert result.fixed
    assert bool(result.runs) == (name != "3_map.parquet")
    assert (workspace.root / name).exists()
    assert _bytes(workspace) == before
    assert stale(workspace, recipe) == []


def test_only_the_stages_that_ran_before_run_again(workspace, recipe):
    for name in ("4_scores", "5_selection", "6_exports", "runs/score.json", "runs/select.json"):
        path = workspace.root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    (workspace.root / "runs/export.json").unlink()
    _damage(workspace.path("turns"))
    result = doctor.repair(workspace.root, recipe)
    assert [run.stage for run in result.runs] == ["threads"]
    assert result.left == []


def test_tables_of_another_recipe_are_not_made_with_this_one(workspace):
    _damage(workspace.path("turns"))
    result = doctor.repair(workspace.root, Recipe())
    assert result.runs == []
    assert "with another recipe" in result.note
    assert [fault.problem for fault in result.left][:1] == ["is missing"]


def test_damaged_tweets_are_read_again_from_the_dumps(workspace, recipe, finished):
    before = _bytes(workspace)
    _damage(workspace.path("tweets"))
    result = doctor.repair(workspace.root, recipe)
    assert [fault.path for fault in result.fixed] == [workspace.path("tweets")]
    pipeline.ingest(workspace, recipe, paths=[str(finished.root.parent / "a.tar")])
    pipeline.bring_up_to_date(workspace, recipe)
    after = {name: content for name, content in _bytes(workspace).items() if "ledger" not in name}
    assert after == {name: content for name, content in before.items() if "ledger" not in name}
    assert doctor.examine(workspace.root) == []


def test_a_newer_workspace_stays_as_it_is(workspace, recipe):
    (workspace.root / "workspace.json").write_text('{"format": 99}')
    _damage(workspace.path("turns"))
    result = doctor.repair(workspace.root, recipe)
    assert (result.fixed, len(result.left)) == ([], 1)
    assert workspace.path("turns").exists()


def test_a_mark_that_was_cut_off_is_mended_with_the_rest(workspace, recipe):
    (workspace.root / "workspace.json").write_text("{")
    _damage(workspace.path("verdicts"))
    result = doctor.repair(workspace.root, recipe)
    assert result.left == []
    assert [fault.path.name for fault in result.fixed] == ["workspace.json", "verdicts.parquet"]


def test_nothing_is_repaired_while_another_thread_writes(workspace, recipe):

    problems = []

    def repair():
        try:
            doctor.repair(workspace.root, recipe)
        except WorkspaceError as error:
            problems.append(error.problem)

    _damage(workspace.path("turns"))
    with workspace.locked():
        other = threading.Thread(target=repair)
        other.start()
        other.join()
    assert "is in use" in problems[0]
    assert workspace.path("turns").exists()
