"""Find threads by meaning, by words and character by character."""

import polars as pl
import pytest

from tests.support import fakes
from workbench import pipeline
from workbench.embeddings import embedders
from workbench.embeddings.engines.hashing import HashingEmbedder
from workbench.exceptions import StageError
from workbench.library import thread_search
from workbench.recipe import Recipe
from workbench.schemas import Deletions

RECIPE = Recipe.from_toml("[embed]\nmodel = 'hashing'\n[select.turns]\nmin = 3")


@pytest.fixture
def workspace(tmp_path):
    """A workspace with vectors and verdicts; some opening tweets have texts of their own."""
    made = fakes.workspace(tmp_path / "ws", threads=200)
    own = {0: "why do cats purr?", 1: "😂😂", 2: "el gato duerme"}
    roots = made.read("turns")["thread_id"].unique().sort()
    turns = made.read("turns")
    for place, text in own.items():
        is_it = (pl.col("tweet_id") == roots[place]) & (pl.col("position") == 0)
        turns = turns.with_columns(text=pl.when(is_it).then(pl.lit(text)).otherwise("text"))
    made.write("turns", turns)
    fakes.embed(made)
    fakes.settle(made, RECIPE)
    pipeline.run_stage(made, RECIPE, "select")
    return made


def find(workspace, text, **options):
    return thread_search.find(workspace, RECIPE, text, **options)


@pytest.mark.parametrize("by", ["meaning", "words", "both"])
def test_find_lists_the_thread_with_the_words_first(workspace, by):
    first = find(workspace, "cats purr", by=by).rows.row(0, named=True)
    assert first["text"] == "why do cats purr?"
    assert (first["similarity"] is None) == (by == "words")
    verdict = workspace.read("verdicts").filter(pl.col("thread_id") == first["thread_id"])
    assert (first["kept"], first["removed_by"]) == verdict.select("kept", "removed_by").row(0)


def test_find_by_words_loads_no_model(workspace, monkeypatch):
    monkeypatch.setattr(embedders, "load", None)
    assert find(workspace, "purr", by="words").rows.height == 1


def test_a_text_that_the_model_cannot_read_is_found_by_words(workspace, monkeypatch):
    monkeypatch.setattr(HashingEmbedder, "can_read", lambda *_: False)
    matches = find(workspace, "😂")
    assert matches.by == "words"
    assert "The model cannot read “😂”" in matches.notes[0]
    assert matches.rows["text"].to_list() == ["😂😂"]


@pytest.mark.parametrize("by", ["meaning", "words", "both"])
def test_quotes_and_minus_hold_in_every_mode(workspace, by):
    rows = find(workspace, '"bake bread" -tell -why', by=by, limit=200).rows
    assert rows.height > 0
    assert rows["text"].str.contains("bake bread").all()
    assert not rows["text"].str.contains("tell|why").any()


def test_find_by_words_needs_all_words_and_knows_prefixes(workspace):
    assert find(workspace, "cats dogs", by="words").rows.is_empty()
    assert find(workspace, "DÚERM*", by="words").rows["text"].to_list() == ["el gato duerme"]
    assert find(workspace, "purr OR duerme", by="words").rows.height == 2


def test_only_something_to_leave_out_is_a_search_by_words(workspace):
    matches = find(workspace, "-bread -swim -bike -map -tomatoes -letter")
    assert set(matches.rows["text"]) == {"why do cats purr?", "😂😂", "el gato duerme"}
    assert "leave out" in matches.notes[0]


def test_find_lists_a_thread_once_and_as_many_as_there_are(workspace):
    rows = find(workspace, "bake bread", by="words", limit=50).rows
    assert rows["thread_id"].n_unique() == rows.height == min(50, rows.height)
    assert find(workspace, "bake bread", by="words", limit=3).rows.height == 3


def test_only_kept_threads_are_found_however_far_down_they_are(workspace):
    kept = workspace.read("verdicts").filter("kept")["thread_id"]
    rows = find(workspace, "bake bread", only_kept=True, limit=20).rows
    assert rows.height == 20
    assert rows["thread_id"].is_in(kept.implode()).all()


def test_only_kept_needs_a_selection_of_this_recipe(workspace):
    other = Recipe.from_toml("[embed]\nmodel = 'hashing'\n[select.turns]\nmin = 4")
    rows = thread_search.find(workspace, other, "purr").rows
    assert rows["kept"].null_count() == rows.height > 0
    with pytest.raises(StageError, match="not up to date"):
        thread_search.find(workspace, other, "purr", only_kept=True)


def test_find_by_language(workspace):
    rows = find(workspace, "bake bread", lang="ja", limit=20).rows
    assert rows.height > 0
    assert rows["lang"].unique().to_list() == ["ja"]


def test_deleted_tweets_are_not_found(workspace):
    tweet_id = find(workspace, "purr", by="words").rows["tweet_id"][0]
    deleted = pl.DataFrame({"tweet_id": [tweet_id], "had_row": [True]})
    workspace.write("deletions", Deletions.validate(deleted))
    assert find(workspace, "purr", by="words").rows.is_empty()
