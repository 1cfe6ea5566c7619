"""A table that was written outside a run is never told as that of the run."""

import json

import lancedb
import polars as pl
import pytest

from tests.support.command_line import FAST_RECIPE, call
from tests.support.pipelines import stale
from workbench import pipeline, threads
from workbench.dashboard.components import stale_notice
from workbench.dashboard.home.workspace_state import View
from workbench.exceptions import StageError
from workbench.ingest import merge
from workbench.pipeline import stages, table_stamps
from workbench.recipe import Recipe, ThreadSettings
from workbench.schemas import Gone

pytestmark = pytest.mark.slow  # runs all stages again and again

ORDER = [stage.name for stage in stages.STAGES]


def flip(workspace, table):
    """Write a table again with other values or fewer rows."""
    if table == "embeddings":
        lancedb.connect(workspace.root).open_table("3_embeddings").delete("tweet_id % 2 = 0")
    elif table == "exports":
        path = workspace.exports_path / stages.DEFAULT_EXPORT / "manifest.json"
        path.write_text(path.read_text() + " ")
    elif table == "tweets":
        for part in sorted(workspace.path("tweets").glob("*.parquet")):
            pl.read_parquet(part).head(-1).write_parquet(part)
    elif table == "verdicts":
        frame = workspace.read(table)
        workspace.write(table, frame.with_columns(~pl.col("kept")))
    else:
        workspace.write(table, workspace.read(table).head(-1))


@pytest.mark.parametrize(
    ("stage", "table"), [(stage.name, table) for stage in stages.STAGES for table in stage.makes]
)
def test_a_table_written_by_hand_makes_its_stage_stale_and_a_run_mends_it(
    workspace, recipe, stage, table
):
    before = pipeline.funnel(workspace)
    flip(workspace, table)
    state = next(s for s in pipeline.states(workspace, recipe) if s.stage.name == stage)
    assert state.reason == f"`{table}` was written outside a run"
    assert stale(workspace, recipe) == ORDER[ORDER.index(stage) :]
    assert (state.counts, state.last is None) == ({}, False)
    left = {step.title for step in pipeline.funnel(workspace)}
    assert {step.title for step in before} > left or stage == "embed"
    pipeline.bring_up_to_date(workspace, recipe)
    assert stale(workspace, recipe) == []
    if stage != "ingest":
        assert pipeline.funnel(workspace) == before


def test_status_home_and_the_pages_warn_of_threads_of_a_library_call(workspace, recipe):
    forest = threads.from_tweets(workspace.scan("tweets"), settings=ThreadSettings(min_turns=3))
    workspace.write("turns", forest.turns)
    workspace.write("threads", forest.threads)
    workspace.write_text("recipe.toml", FAST_RECIPE)
    output = " ".join(call("status", "-w", workspace.root)[1].split())
    assert "`turns`, `threads` were written outside a run" in output
    assert "workbench run" in output
    view = View(workspace=workspace, states=tuple(pipeline.states(workspace, recipe)))
    assert view.stale[0] == "threads"
    assert view.may_run
    assert "written outside a run" in stale_notice.problem(workspace, recipe)
    with pytest.raises(StageError, match="`threads` is stale: `turns`, `threads` were written"):
        pipeline.write_export(workspace, recipe, name="other")


def test_verdicts_written_by_hand_are_neither_counted_nor_exported(workspace, recipe):
    kept = pipeline.write_export(workspace, recipe, name="before")["threads"]
    flip(workspace, "verdicts")
    view = View(workspace=workspace, states=tuple(pipeline.states(workspace, recipe)))
    assert view.kept == 0
    assert pipeline.write_export(workspace, recipe, name="after")["threads"] == kept


def test_tweets_written_by_hand_are_merged_again_and_all_stages_follow(workspace, recipe):
    flip(workspace, "tweets")
    left = workspace.scan("tweets").select(pl.len()).collect().item()
    ran = [run.stage for run in pipeline.bring_up_to_date(workspace, recipe)]
    assert ran == ORDER
    assert workspace.last_run("ingest").counts["tweets"] == left
    assert stale(workspace, recipe) == []


def test_a_merge_that_was_killed_is_done_again(workspace, recipe, monkeypatch):
    flip(workspace, "tweets")

    def die(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(merge, "merge", die)
        with pytest.raises(KeyboardInterrupt):
            pipeline.bring_up_to_date(workspace, recipe)
    assert pipeline.states(workspace, recipe)[0].is_rewritten
    pipeline.bring_up_to_date(workspace, recipe)
    assert stale(workspace, recipe) == []


def test_tables_that_ingest_writes_only_sometimes_count_too(workspace, recipe):
    gone = pl.DataFrame({"tweet_id": [1], "reason": ["protected"]})
    workspace.write("gone", gone.pipe(Gone.validate))
    assert pipeline.states(workspace, recipe)[0].reason == "`gone` was written outside a run"
    pipeline.bring_up_to_date(workspace, recipe)
    workspace.path("rejects").unlink()
    assert pipeline.states(workspace, recipe)[0].is_rewritten
    pipeline.bring_up_to_date(workspace, recipe)
    assert stale(workspace, recipe) == []


def test_what_was_made_of_a_table_written_by_hand_is_made_again_after_it(workspace, recipe):
    flip(workspace, "threads")
    pipeline.run_stage(workspace, recipe, "score")
    pipeline.run_stage(workspace, recipe, "threads")
    assert stale(workspace, recipe) == ["score", "select", "export"]


def test_what_was_made_of_tables_of_another_recipe_is_made_again_after_them(workspace, recipe):
    other = Recipe.from_toml(FAST_RECIPE + "[threads]\nmin_turns = 3")
    pipeline.run_stage(workspace, other, "threads")
    pipeline.run_stage(workspace, recipe, "score")
    pipeline.run_stage(workspace, recipe, "threads")
    assert stale(workspace, recipe) == ["score", "select", "export"]


def test_records_without_stamps_count_as_before(workspace, recipe):
    for path in (workspace.root / "runs").glob("*.json"):
        record = json.loads(path.read_text())
        record.pop("stamps", None)
        path.write_text(json.dumps(record))
    flip(workspace, "scores")
    assert stale(workspace, recipe) == []
    assert table_stamps.rewritten(workspace, stages.BY_NAME["score"], None) == {}


def test_the_default_export_written_by_its_own_command_is_up_to_date(workspace, recipe):
    pipeline.write_export(workspace, recipe, name=stages.DEFAULT_EXPORT, overwrite=True)
    assert stale(workspace, recipe) == []
    strict = Recipe.from_toml(FAST_RECIPE + "[select.turns]\nmin = 3")
    pipeline.write_export(workspace, strict, name=stages.DEFAULT_EXPORT, overwrite=True)
    assert stale(workspace, recipe) == ["export"]


def test_the_stamps_of_a_repeated_run_are_the_same(workspace, recipe):
    before = {name: workspace.last_run(name).stamps for name in ("threads", "score", "select")}
    for name in before:
        pipeline.run_stage(workspace, recipe, name)
    assert {name: workspace.last_run(name).stamps for name in before} == before
