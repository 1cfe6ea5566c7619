"""Every stage runs on frames in memory, and says what a frame lacks."""

import polars as pl
import pytest

from tests.library.conftest import RECIPE
from workbench import stages
from workbench.exceptions import StageError


def test_stages_in_memory_are_those_of_a_workspace(dump, ready):
    read = stages.ingest(dump)
    assert read.tweets.equals(ready.read("tweets"))
    assert read.ledger["lines"].sum() == ready.read("ledger")["lines"].sum()
    forest = stages.threads(read.tweets, recipe=RECIPE)
    assert forest.turns.equals(ready.read("turns"))
    vectors = stages.embed(forest.turns, recipe=RECIPE)
    assert vectors.height == ready.last_run("embed").counts["vectors"]
    scored = stages.score(forest.threads, forest.turns, vectors, recipe=RECIPE)
    burst = pl.exclude("burst")  # Only a workspace counts tweets without replies, too.
    assert scored.threads.select(burst).equals(ready.read("scores").select(burst))
    assert scored.replies.equals(ready.read("reply_scores"))
    verdicts = stages.select(scored.threads, recipe=RECIPE)
    records = stages.export(
        forest.turns, scored.threads, verdicts, replies=scored.replies, recipe=RECIPE
    )
    path = ready.exports_path / "default" / "messages.jsonl"
    assert len(records) == path.read_bytes().count(b"\n")
    one = stages.export(forest.turns, scored.threads, verdicts, recipe=RECIPE, limit=1)
    assert len(one) == 1


def test_vectors_that_are_there_are_not_made_again(ready, monkeypatch):
    turns, threads = ready.read("turns"), ready.read("threads")
    vectors = stages.embed(turns, recipe=RECIPE)
    made = []
    embedder = stages.embedders.load("hashing")
    encode = type(embedder).encode

    def counted(self, texts, **options):
        made.extend(texts)
        return encode(self, texts, **options)

    monkeypatch.setattr(type(embedder), "encode", counted)
    known = stages.instructions.load("starter").head(3)
    stages.score(threads, turns, vectors, recipe=RECIPE, known=known)
    assert not set(ready.read("scores")["prompt"]) & set(made)
    with pytest.raises(StageError, match=r"stages\.embed"):
        stages.score(threads, turns, vectors.with_columns(vector=pl.lit([0.0] * 2)), recipe=RECIPE)


def test_a_frame_of_ones_own_needs_only_ids_and_texts():
    rows = {"tweet_id": [1, 2], "text": ["why?", "because"], "reply_to_id": [None, 1]}
    forest = stages.threads(pl.DataFrame(rows | {"mood": ["a", "b"]}))
    assert forest.turns["parent_id"].to_list() == [None, 1]
    assert forest.turns["source"].unique().to_list() == ["frame"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"tweet_id": [1]}, "lacks `text`"),
        ({"tweet_id": ["a"], "text": ["b"]}, "not a table of tweets"),
        ({"tweet_id": [1, 1], "text": ["b", "c"]}, "tweet ids repeat in 2 rows"),
        ({"tweet_id": [1, 2], "text": "b", "reply_to_id": [None, 1.0]}, "`reply_to_id` are floats"),
        ({"tweet_id": [1], "text": [None]}, "text"),
    ],
)
def test_a_wrong_frame_is_refused_by_name(rows, words):
    with pytest.raises(StageError, match=words):
        stages.threads(pl.DataFrame(rows))


def test_select_refuses_ids_that_are_floats():
    with pytest.raises(StageError, match="`thread_id` are floats"):
        stages.select(pl.DataFrame({"thread_id": [1.0]}), recipe=RECIPE)


def test_score_refuses_code_that_it_would_ignore():
    recipe = RECIPE.with_(score={"code": ["polite.py"]})
    with pytest.raises(StageError, match=r"polite\.py(.|\n)*measures\.add"):
        stages.score(pl.DataFrame(), pl.DataFrame(), recipe=recipe)


def test_only_the_stages_are_listed():
    names = ["embed", "export", "ingest", "score", "select", "threads"]
    assert set(names) <= set(dir(stages)) == set(stages.__all__)


def test_a_rule_without_its_column_is_named():
    with pytest.raises(StageError, match=r"lack `prompt_characters`(.|\n)*prompt_characters=None"):
        stages.select(
            pl.DataFrame({"thread_id": [1], "turns": [2]}),
            recipe=RECIPE.with_(
                select=dict.fromkeys(
                    set(type(RECIPE.select).model_fields) - {"turns", "prompt_characters"}
                )
            ),
        )
