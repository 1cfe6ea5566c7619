"""Examples are found by id, and become known instructions."""

from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from tests.support import fakes
from workbench import instructions
from workbench.dashboard.search import examples
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import EmbedSettings, Recipe
from workbench.schemas import Scores

HASHING = EmbedSettings(model="hashing")
RECIPE = Recipe(embed=HASHING)


def opened(folder, *, threads, hostile=False):
    workspace = fakes.workspace(folder, threads=threads, hostile=hostile)
    fakes.embed(workspace)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture
def own(tmp_path):
    return opened(tmp_path / "ws", threads=60)


def test_examples_are_resolved_from_ids_of_threads_and_tweets_and_addresses(own):
    row = own.scores.filter(pl.col("turns") > 1).row(0, named=True)
    reply = own.turns(row["thread_id"])["tweet_id"][1]
    other = own.scores["thread_id"][-1]
    typed = f"https://twitter.com/x/status/{reply}, {other} 5 <script>"
    threads, error = examples.resolve(own, typed)
    assert threads == [row["thread_id"], other]
    assert "5, <script>" in error
    assert examples.resolve(own, " ") == ([], "")


def test_instructions_are_added_once_and_stale_stages_are_named(own):
    ids = own.scores["thread_id"][:3].to_list()
    texts = set(examples.openings(own, ids)["text"])
    shown = examples.add_instructions(own, [*ids, 5], source="mine", recipe=RECIPE).text
    assert instructions.counts(own.workspace) == {"mine": len(texts)}
    assert set(instructions.own(own.workspace)["text"]) == texts
    assert "score" in shown
    assert "file=home.py" in shown
    again = examples.add_instructions(own, ids, source="mine", recipe=RECIPE).text
    assert "0 of 3 texts are new" in again
    assert instructions.counts(own.workspace) == {"mine": len(texts)}


def test_changes_counts_threads_that_became_more_similar(own):
    assert examples.changes(own).startswith("0 of 60 threads are more similar")
    more = own.workspace.read("scores").with_columns(
        similarity=pl.when(pl.int_range(pl.len()) < 3).then(1.0).otherwise("similarity")
    )
    own.workspace.write("scores", more.pipe(Scores.validate, cast=True))
    assert examples.changes(own).startswith("3 of 60")


def test_instructions_are_refused_while_somebody_else_writes(own):
    ids = own.scores["thread_id"][:3].to_list()

    def add():
        return examples.add_instructions(own, ids, source="mine", recipe=RECIPE).text

    with ThreadPoolExecutor(1) as another, own.workspace.locked():
        shown = another.submit(add).result()
    assert "is in use: " in shown
    assert instructions.counts(own.workspace) == {}
    assert "need a source" in examples.add_instructions(own, ids, source=" ", recipe=RECIPE).text
