"""An open workspace: what it shows, its tables, search, threads, funnel and attribution."""

import polars as pl
import pytest

import workbench as wb
from tests.library.conftest import RECIPE
from tests.support import fakes
from workbench.exceptions import RecipeError, StageError, WorkspaceError


def test_it_shows_its_stages_rows_and_what_is_stale(ready):
    assert "everything is up to date" in repr(ready).lower()
    other = wb.open(ready.root, recipe=RECIPE.with_(turns={"min": 3}))
    assert "Call run() to bring up to date: select, export." in repr(other)
    assert "the recipe has changed" in repr(other)
    shown = other._repr_html_()
    assert f"{ready.tweets.select(pl.len()).collect().item():,} tweets" in shown
    assert shown.count("<tr>") == 7


def test_an_empty_or_broken_workspace_still_shows_itself(tmp_path):
    empty = wb.Workspace.create(tmp_path / "<b>new</b>")
    assert 'Call run("july.tar") to read tweets.' in repr(empty)
    assert "<b>new</b>" not in empty._repr_html_()
    empty.write_text("recipe.toml", "[select.turn]")
    assert "did you mean `turns`" in repr(empty)
    with pytest.raises(RecipeError):
        _ = empty.recipe


def test_the_recipe_is_the_one_in_use_until_it_is_saved(tmp_path):
    workspace = wb.Workspace(fakes.workspace(tmp_path / "ws", threads=5).root)
    assert workspace.recipe == wb.Recipe()
    workspace.recipe = RECIPE
    assert wb.open(workspace.root).recipe == wb.Recipe()
    workspace.save_recipe()
    assert wb.open(workspace.root).recipe == workspace.recipe == RECIPE


@pytest.mark.parametrize("mode", ["hybrid", "meaning", "words"])
def test_search_finds_the_thread_whose_words_it_gets(ready, mode):
    text = ready.scores.select("prompt").head(1).collect().item()
    words = " ".join(text.split()[:4])
    matches = ready.search(words, mode=mode, limit=3)
    assert matches.mode == mode
    assert 1 <= len(matches) <= 3
    kept = ready.search(words, mode="meaning", only_kept=True)
    assert kept.frame["kept"].all()


def test_recipes_may_be_paths_and_mappings(ready, tmp_path):
    path = tmp_path / "strict.toml"
    strict = RECIPE.with_(turns={"min": 3})
    path.write_text(strict.to_toml())
    assert wb.open(ready.root, recipe=str(path)).recipe == strict
    assert ready.attribution(path).equals(ready.attribution(strict))
    assert "turns" in ready.attribution({"select": {"turns": {"min": 3}}})["rule"]
    with pytest.raises(RecipeError, match="cannot be read"):
        wb.open(ready.root, recipe=tmp_path / "none.toml")


def test_labels_are_empty_before_the_first(ready):
    assert ready.labels.collect().is_empty()
    assert "labelled_at" in ready.describe("labels")["column"]


def test_search_says_what_it_cannot_do(ready):
    with pytest.raises(StageError, match="hybrid, meaning, words"):
        ready.search("x", mode="both")
    with pytest.raises(StageError, match="at least 1"):
        ready.search("x", limit=0)
    for nothing in (None, "", " "):
        with pytest.raises(StageError, match="nothing to search for"):
            ready.search(nothing)


def test_thread_is_found_by_any_of_its_ids(ready):
    turns = ready.turns.filter(pl.col("position") == 1).head(1).collect()
    thread = ready.thread(int(turns["tweet_id"][0]))
    assert thread.id == turns["thread_id"][0]
    with pytest.raises(StageError, match="not the id"):
        ready.thread("cats")


def test_funnel_ends_with_the_exported_threads(ready):
    steps = ready.funnel()
    assert steps["step"][0] == "lines read"
    assert steps["step"][-1] == "threads exported"
    assert steps["count"][-1] == ready.verdicts.select(pl.col("kept").sum()).collect().item()
    assert steps["share"][-1] == 1


def test_attribution_follows_the_recipe_and_writes_nothing(ready):
    before = ready.path("verdicts").stat()
    assert "similarity" in ready.attribution()["rule"]
    strict = ready.attribution(RECIPE.with_(turns={"min": 3}))
    turns = strict.row(by_predicate=pl.col("rule") == "turns", named=True)
    short = ready.threads.filter(pl.col("turns") < 3).select(pl.len()).collect().item()
    assert turns["removed_at_all"] == short > 0
    assert ready.select(RECIPE).equals(ready.verdicts.collect())
    assert ready.path("verdicts").stat() == before


def test_a_damaged_table_is_named(tmp_path):
    workspace = wb.Workspace(fakes.workspace(tmp_path / "ws", threads=5).root)
    path = workspace.path("scores")
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(WorkspaceError, match=r"scores\.parquet is damaged"):
        workspace.attribution()


def test_export_writes_a_folder_by_the_recipe(ready, tmp_path):
    with pytest.raises(StageError, match="keeps none"):
        ready.export("none", RECIPE.with_(turns={"min": 99}))
    folder = ready.export("few", RECIPE.with_(export={"formats": ["messages"]}), overwrite=True)
    assert (folder / "messages.jsonl").stat().st_size > 0
