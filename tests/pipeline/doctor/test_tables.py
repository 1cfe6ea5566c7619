"""Check that damaged tables, records and exports are found, and what is said about them."""

import json

import pytest

from workbench.pipeline.doctor import tables

STAGE_OF = {
    "2_threads/turns.parquet": "threads",
    "2_threads/threads.parquet": "threads",
    "3_map.parquet": "embed",
    "4_scores/scores.parquet": "score",
    "4_scores/reply_scores.parquet": "score",
    "5_selection/verdicts.parquet": "select",
}


def _cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flip(path):
    """Change bytes in the middle, where the data is, and keep the size."""
    content = bytearray(path.read_bytes())
    for place in range(4, len(content) // 2, 7):
        content[place] ^= 0x5A
    path.write_bytes(content)


def _found(workspace):
    return {
        str(fault.path.relative_to(workspace.root)): fault for fault in tables.faults(workspace)
    }


def test_a_finished_workspace_has_no_faults(workspace):
    assert _found(workspace) == {}


@pytest.mark.parametrize("damage", [_cut, _flip])
@pytest.mark.parametrize("name", STAGE_OF)
def test_a_damaged_table_names_the_stage_that_makes_it_again(workspace, name, damage):
    damage(workspace.root / name)
    fault = _found(workspace)[name]
    assert fault.stage == STAGE_OF[name]
    assert fault.problem.startswith(("is damaged: ", "is not what its run wrote"))
    fault.fix()


def test_damaged_vectors_are_removed_unless_the_folder_has_other_files(workspace):
    path = workspace.embeddings_path
    for file in (path / "data").iterdir():
        _cut(file)
    assert _found(workspace)[path.name].stage == "embed"
    (path / "notes.txt").write_text("mine")
    assert not _found(workspace)[path.name].is_safe
    (path / "notes.txt").unlink()
    _found(workspace)[path.name].fix()
    assert not path.exists()


def test_a_damaged_index_of_the_vectors_counts(workspace):
    for file in workspace.embeddings_path.glob("_indices/*/*"):
        file.write_bytes(b"x" * file.stat().st_size)
    assert workspace.embeddings_path.name in _found(workspace)


def test_damaged_tweets_are_set_aside_with_the_ledger_and_the_dumps_are_named(workspace):
    ledger = workspace.path("ledger").read_bytes()
    part = next(workspace.path("tweets").iterdir())
    _cut(part)
    fault = _found(workspace)["1_tweets/tweets"]
    assert fault.problem.startswith(f"is damaged: {part.name}: ")
    assert "a.tar`" in fault.advice
    fault.fix()
    assert not workspace.has("tweets")
    assert not workspace.has("ledger")
    assert workspace.has("deletions")
    assert workspace.last_run("ingest") is None
    assert (workspace.root / "damaged" / "ledger.parquet-1").read_bytes() == ledger
    assert (workspace.root / "damaged" / "tweets-1" / part.name).exists()


def test_damaged_deletions_are_never_touched(workspace):
    _cut(workspace.path("deletions"))
    assert not _found(workspace)["1_tweets/deletions.parquet"].is_safe


def test_a_damaged_record_and_tables_without_a_run_are_found(workspace):
    (workspace.root / "runs" / "select.json").write_text("{")
    (workspace.root / "runs" / "score.json").unlink()
    faults = _found(workspace)
    assert faults["runs/select.json"].stage == "select"
    assert faults["4_scores/scores.parquet"].problem == "no finished run of `score` has written it"


def test_missing_and_foreign_tables_are_found(workspace):
    workspace.path("turns").unlink()
    workspace.write("scores", workspace.read("scores").head(3))
    faults = _found(workspace)
    assert faults["2_threads/turns.parquet"].problem == "is missing"
    assert faults["4_scores/scores.parquet"].problem.startswith("is not what its run wrote")


def test_a_damaged_export_is_told_and_never_rewritten(workspace):
    export = workspace.exports_path / "default"
    with (export / "ids.txt").open("a") as file:
        file.write("1\n")
    fault = _found(workspace)["6_exports/default"]
    assert fault.problem == "is damaged: ids.txt differs from its hash"
    assert f"`workbench export --redo -w {workspace.root}`" in fault.advice
    assert not fault.is_safe
    manifest = json.loads((export / "manifest.json").read_text())
    (export / "manifest.json").write_text(json.dumps(manifest)[:50])
    assert "manifest.json cannot be read" in _found(workspace)["6_exports/default"].problem
    (export / "manifest.json").unlink()
    assert _found(workspace)["6_exports/default"].problem.startswith("is not an export")
