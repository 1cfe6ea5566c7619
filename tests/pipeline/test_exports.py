"""Write exports of a workspace."""

import json

import pytest

from tests.support.command_line import FAST_RECIPE
from tests.support.pipelines import stale
from workbench import export, pipeline, selection
from workbench.exceptions import ExportError, StageError
from workbench.export.manifest import Manifest
from workbench.pipeline import deletions, stages
from workbench.recipe import Recipe


def test_write_export_refuses_to_overwrite_and_names_outside_the_folder(workspace, recipe):
    with pytest.raises(ExportError, match="default"):
        pipeline.write_export(workspace, recipe, name=stages.DEFAULT_EXPORT)
    with pytest.raises(ExportError):
        pipeline.write_export(workspace, recipe, name="../elsewhere")


def test_write_export_without_kept_threads_says_what_to_do(workspace):
    strict = Recipe.from_toml(FAST_RECIPE + "[select.turns]\nmin = 1000")
    pipeline.bring_up_to_date(workspace, strict)
    with pytest.raises(StageError, match="loosen the rules"):
        pipeline.write_export(workspace, strict, name="none")


def test_write_export_applies_the_rules_of_its_own_recipe(workspace, recipe):
    pipeline.bring_up_to_date(workspace, recipe)
    before = workspace.path("verdicts").read_bytes()
    strict = Recipe.from_toml(FAST_RECIPE + "[select.turns]\nmin = 3")
    written = pipeline.write_export(workspace, strict, name="strict")
    kept = selection.from_scores(workspace.scan("scores"), settings=strict.select)["kept"]
    assert written["threads"] == kept.sum() < workspace.read("verdicts")["kept"].sum()
    assert workspace.path("verdicts").read_bytes() == before
    assert stale(workspace, recipe) == []


def test_write_export_is_the_same_with_and_without_the_table_of_verdicts(workspace, recipe):
    strict = Recipe.from_toml(FAST_RECIPE + "[select.turns]\nmin = 3")
    pipeline.bring_up_to_date(workspace, recipe)
    pipeline.write_export(workspace, strict, name="computed")
    pipeline.run_stage(workspace, strict, "select")
    pipeline.write_export(workspace, strict, name="read")
    computed, read = (workspace.exports_path / name for name in ("computed", "read"))
    files = sorted(path.name for path in read.iterdir())
    assert files == sorted(path.name for path in computed.iterdir())
    for file in files:
        if file.endswith((".jsonl", ".parquet")):
            assert (read / file).read_bytes() == (computed / file).read_bytes()


def test_write_export_refuses_scores_that_another_recipe_made(workspace, recipe):
    pipeline.bring_up_to_date(workspace, recipe)
    other = Recipe.from_toml(FAST_RECIPE + "[threads]\nmin_turns = 3")
    with pytest.raises(StageError, match="The result of `threads` is stale"):
        pipeline.write_export(workspace, other, name="other")
    assert not (workspace.exports_path / "other").exists()


SIDECARS = """[export]
formats = ["kto"]
meta = "sidecar"
validation = 0.3
kto_good = 1.0
kto_bad = 0.99
"""


def test_exports_have_the_scores_and_the_near_duplicates_of_the_workspace(workspace, recipe):
    pipeline.bring_up_to_date(workspace, recipe)
    described = Recipe.from_toml(FAST_RECIPE + SIDECARS)
    pipeline.write_export(workspace, described, name="described")
    folder = workspace.exports_path / "described"
    assert Manifest.load(folder).split_by == "representative_id"
    metas = [
        json.loads(line)
        for split in ("train", "validation")
        for line in (folder / f"kto.{split}.meta.jsonl").read_text().splitlines()
    ]
    assert metas
    scores = workspace.read("scores", columns=["thread_id", "suitability", "twins"])
    by_thread = {thread: (suitability, twins) for thread, suitability, twins in scores.iter_rows()}
    for meta in metas:
        suitability, twins = by_thread[int(meta["thread_id"])]
        assert meta["suitability"] == pytest.approx(suitability, abs=1e-4)
        assert meta["near_duplicates"] == twins


def test_a_deleted_reply_that_is_only_a_bad_example_is_found_in_the_export(workspace, recipe):
    pipeline.bring_up_to_date(workspace, recipe)
    described = Recipe.from_toml(FAST_RECIPE + SIDECARS)
    pipeline.write_export(workspace, described, name="described")
    folder = workspace.exports_path / "described"
    records, metas = (
        [json.loads(line) for line in (folder / f"kto.train{part}.jsonl").read_text().splitlines()]
        for part in ("", ".meta")
    )
    tweet_id = next(
        int(meta["tweet_ids"][-1])
        for record, meta in zip(records, metas, strict=True)
        if not record["label"]
    )
    deletions.add([tweet_id], workspace=workspace)
    assert deletions.in_exports(workspace)["described"] == [tweet_id]
    assert not export.verify(folder, deleted=workspace.scan("deletions")).is_ok
