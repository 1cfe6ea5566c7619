"""Take-downs: a deleted tweet leaves every table, and packs that hold it are named."""

import polars as pl
import pytest
from typer.testing import CliRunner

from tests.support.command_line import FAST_RECIPE
from workbench import embeddings, pipeline, sample
from workbench.cli import app
from workbench.cluster import shard_folders
from workbench.exceptions import ExportError, StageError
from workbench.export import manifest, verification
from workbench.pipeline import deletions
from workbench.recipe import Recipe

pytestmark = pytest.mark.slow  # runs all stages again and again

RECIPE = Recipe.from_toml(FAST_RECIPE)


@pytest.fixture
def victim(workspace):
    """The opening tweet of a kept thread of three turns or more."""
    kept = workspace.read("verdicts").filter("kept")
    long = workspace.read("threads").filter(pl.col("turns") >= 3)
    return kept.join(long, on="thread_id", how="semi")["thread_id"][0]


def holds(workspace, table, tweet_id):
    return tweet_id in workspace.read(table)["tweet_id"]


def test_add_removes_the_tweet_from_every_table(workspace, victim, tmp_path):
    text = workspace.read("turns").filter(pl.col("tweet_id") == victim)["text"][0]
    run = pipeline.delete(workspace, [victim, 999])
    assert (run.counts["asked"], run.counts["known"]) == (2, 0)
    assert not holds(workspace, "tweets", victim)
    pipeline.bring_up_to_date(workspace, RECIPE)
    assert not holds(workspace, "turns", victim)
    assert embeddings.vectors(workspace.embeddings_path, [victim]).is_empty()
    tables = [workspace.path("tweets"), workspace.path("turns").parent, workspace.embeddings_path]
    for table in tables:
        for path in table.rglob("*"):
            assert path.is_dir() or text.encode() not in path.read_bytes(), path


def test_a_deleted_tweet_stays_deleted_when_it_is_read_again(workspace, victim, tmp_path):
    pipeline.delete(workspace, [victim])
    sample.write(tmp_path / "again.tar", lines=3_000, compression="gz")
    before = workspace.read("ledger").height
    pipeline.ingest(workspace, RECIPE, paths=[str(tmp_path / "again.tar")])
    assert workspace.read("ledger").height > before
    assert not holds(workspace, "tweets", victim)


def test_shards_of_a_killed_run_go_when_a_tweet_is_deleted(workspace, victim):
    texts = shard_folders.folder(workspace, "embed", key="model") / "texts.parquet"
    texts.parent.mkdir(parents=True)
    texts.touch()

    pipeline.delete(workspace, [1])
    assert texts.exists()

    pipeline.delete(workspace, [victim])
    assert not texts.exists()


def test_add_twice_changes_nothing(workspace, victim):
    first = pipeline.delete(workspace, [victim])
    second = pipeline.delete(workspace, [victim])
    assert second.counts["known"] == 1
    assert second.fingerprint == first.fingerprint


def test_exports_with_deleted_tweets_are_listed_and_redone(workspace, victim):
    pipeline.write_export(workspace, RECIPE, name="mine")
    assert deletions.in_exports(workspace) == {}
    pipeline.delete(workspace, [victim])
    assert deletions.in_exports(workspace) == {"default": [victim], "mine": [victim]}
    assert not verification.verify(
        workspace.exports_path / "mine", deleted=workspace.scan("deletions")
    ).is_ok
    pipeline.redo(workspace, name="mine")
    pipeline.bring_up_to_date(workspace, RECIPE)
    assert deletions.in_exports(workspace) == {}
    assert verification.verify(
        workspace.exports_path / "mine", deleted=workspace.scan("deletions")
    ).is_ok


def test_write_export_refuses_until_the_stages_ran_without_the_deleted_tweet(workspace, victim):
    pipeline.delete(workspace, [victim])
    with pytest.raises(StageError, match="The result of `threads` is stale"):
        pipeline.write_export(workspace, RECIPE, name="late")
    assert not (workspace.exports_path / "late").exists()


def test_redo_writes_an_export_again_from_the_command_line(workspace, victim):
    pipeline.write_export(workspace, RECIPE, name="mine")
    pipeline.delete(workspace, [victim])
    command = ["export", "mine", "--redo", "-w", str(workspace.root)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert deletions.in_exports(workspace) == {"default": [victim]}
    done = CliRunner().invoke(app, [*command, "--recipe", "mine.toml"])
    assert done.exit_code == 2
    assert "with its own recipe" in done.output


def test_a_damaged_export_is_reported_and_stops_nothing(workspace, victim):
    pipeline.delete(workspace, [victim])
    ids = workspace.exports_path / "default" / manifest.IDS
    ids.write_text(f"hello world\n{'9' * 5000}\n{victim}\n")
    result = CliRunner().invoke(app, ["status", "-w", str(workspace.root)])
    assert result.exit_code == 0, result.output
    assert "The export `default` contains 1 tweet deleted since" in result.output
    result = CliRunner().invoke(app, ["verify", str(ids.parent), "-w", str(workspace.root)])
    assert result.exit_code == 1, result.output
    assert "ids.txt: 2 of 3 lines contain no tweet id." in result.output


def test_redo_of_a_missing_export_lists_the_others(workspace):
    with pytest.raises(ExportError, match="default"):
        pipeline.redo(workspace, name="mine")


def test_read_accepts_ids_comments_and_blank_lines(tmp_path):
    path = tmp_path / "ids.txt"
    path.write_text("\ufeff12\n\n# asked for by mail\n34 # urgent\n", encoding="utf-8")
    assert deletions.read(path) == [12, 34]


@pytest.mark.parametrize("line", ["0", "-1", "x", "1.5", "12 13", str(2**63)])
def test_read_refuses_lines_that_are_not_ids(tmp_path, line):
    path = tmp_path / "ids.txt"
    path.write_text(f"12\n{line}\n")
    with pytest.raises(StageError, match="1 of 2 lines"):
        deletions.read(path)


def test_read_reports_a_missing_file(tmp_path):
    with pytest.raises(StageError, match="cannot be read"):
        deletions.read(tmp_path / "ids.txt")
