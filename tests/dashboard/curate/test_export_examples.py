"""One record of each format as an example."""

import json

import polars as pl
import pytest

from tests.support import fakes
from workbench.dashboard.curate import export_examples, live_counts
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.export.formats import FORMATS
from workbench.recipe import Recipe
from workbench.schemas import Deletions

NAMES = [name for name in FORMATS if name != "ids"]
DEFAULT = Recipe()


@pytest.fixture
def session(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=60)
    return ScoresSession(workspace, workspace.read("scores"))


def of_all(session, recipe=DEFAULT, **options):
    verdicts = session.verdicts(recipe.select)
    return export_examples.of(session, verdicts, recipe=recipe, formats=NAMES, **options)


def test_every_format_has_a_record_or_a_reason(session):
    counts = live_counts.of(session, session.verdicts(Recipe().select), recipe=Recipe())
    examples = of_all(session, counts=counts)
    assert list(examples) == NAMES
    for example in examples.values():
        assert bool(example.example) != bool(example.problem)
    assert "user" in examples["messages"].example
    assert examples["messages"].records == f"{counts.records['messages']:,} records"


def test_a_format_that_cannot_express_the_recipe_says_why(session):
    examples = of_all(session, Recipe.model_validate({"export": {"paths": "tree"}}))
    assert "cannot branch" in examples["messages"].problem
    assert not examples["oasst"].problem


def test_without_kept_threads_every_card_says_so(session):
    examples = of_all(session, Recipe.model_validate({"select": {"turns": {"min": 10**6}}}))
    assert {example.problem for example in examples.values()} == {"No thread is kept."}


def test_threads_with_deleted_tweets_are_left_out(session):
    recipe = Recipe.model_validate({"select": {"suitability": {}, "answer": {}}})
    root = int(json.loads(of_all(session, recipe)["dialog"].example)["meta"]["post_id"])
    deleted = pl.DataFrame({"tweet_id": [root], "had_row": [True]})
    session.workspace.write("deletions", Deletions.validate(deleted))
    other = json.loads(of_all(session, recipe)["dialog"].example)["meta"]["post_id"]
    assert int(other) != root


def test_a_long_record_is_cut(session, monkeypatch):
    monkeypatch.setattr(export_examples, "MOST_LINES", 3)
    shown = of_all(session)["messages"].example.split("\n")
    assert len(shown) == 4
    assert shown[-1] == "…"
