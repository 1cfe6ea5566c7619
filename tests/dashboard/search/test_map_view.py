"""The map contains every thread and draws a sample."""

import json

import numpy as np
import polars as pl
import pytest

from tests.support import fakes
from workbench import charts
from workbench.dashboard.search import map_view
from workbench.dashboard.search.brush import Atlas
from workbench.dashboard.search.map_view import COLOURS
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.embeddings import lance_table, projection
from workbench.recipe import EmbedSettings, Recipe
from workbench.schemas import Deletions

HASHING = EmbedSettings(model="hashing")
RECIPE = Recipe(embed=HASHING)


def opened(folder, *, threads, hostile=False):
    workspace = fakes.workspace(folder, threads=threads, hostile=hostile)
    fakes.embed(workspace)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture
def own(tmp_path):
    return opened(tmp_path / "ws", threads=60)


def everything(session):
    return pl.repeat(True, session.scores.height, dtype=pl.Boolean, eager=True)


def test_map_contains_every_thread_and_draws_a_stable_sample(own):
    atlas = map_view.load(own)
    assert isinstance(atlas, Atlas)
    assert sorted(atlas.places["tweet_id"]) == sorted(own.scores["root_id"])
    roots = own.scores["root_id"][atlas.places["place"]]
    assert roots.to_list() == atlas.places["tweet_id"].to_list()
    drawn = map_view.sample(atlas, everything(own), most=20)
    assert drawn.equals(map_view.sample(map_view.load(own), everything(own), most=20))
    half = pl.Series(np.arange(60) % 2 == 0)
    some = map_view.sample(atlas, half, most=20)
    assert half[some["place"]].all()
    wanted = set(drawn.filter(half[drawn["place"]])["tweet_id"])
    assert wanted <= set(some["tweet_id"])


def test_inside_marks_all_threads_in_the_rectangle(own):
    atlas = map_view.load(own)
    x, y = atlas.places["x"].median(), atlas.places["y"].median()
    half = pl.Series(np.arange(60) % 2 == 0)
    sides = {"x": [9.0, x], "y": [-9.0, y]}
    marked = map_view.inside(atlas, half, sides)
    expected = atlas.places.filter(pl.col("x") >= x, pl.col("y") <= y)["place"].sort()
    assert marked.arg_true().to_list() == [place for place in expected if place % 2 == 0]
    assert map_view.inside(atlas, half, {}).to_list() == half.to_list()


@pytest.mark.parametrize("colour", COLOURS)
def test_map_is_a_chart_of_a_few_thousand_points(own, colour, monkeypatch):
    monkeypatch.setattr(charts.maps, "MOST", 25)
    verdicts = own.verdicts(RECIPE.select)
    atlas = map_view.load(own)
    points = map_view.sample(atlas, everything(own), most=25)
    chart = map_view.chart(own, atlas, everything(own), verdicts, colour=colour)
    drawn = chart.dataframe
    assert drawn.select("x", "y").equals(points.select("x", "y"))
    assert drawn.height == 25
    assert drawn["value"].dtype in (pl.String, pl.Float32)


def test_map_of_hostile_texts_and_languages_is_plain(tmp_path):
    session = opened(tmp_path / "ws", threads=40, hostile=True)
    scores = session.scores.with_columns(language=pl.lit("<img src=https://evil.example/x.png>"))
    session = ScoresSession(session.workspace, scores)
    verdicts = session.verdicts(RECIPE.select)
    atlas = map_view.load(session)
    chart = map_view.chart(session, atlas, everything(session), verdicts, colour="Language")
    written = json.dumps(chart.dataframe.to_dicts()) + json.dumps(chart._spec.get("encoding", {}))
    assert "://" not in written
    assert "\\u202e" not in written


def test_map_leaves_out_tweets_that_were_deleted(own):
    gone = own.scores["root_id"][0]
    projection.make(own.workspace)
    rows = Deletions.validate(pl.DataFrame({"tweet_id": [gone], "had_row": [True]}))
    own.workspace.write("deletions", rows)
    atlas = map_view.load(own)
    assert gone not in atlas.places["tweet_id"]


def test_map_of_threads_without_vectors_says_how_many(own):
    table = lance_table.open_table(own.workspace.embeddings_path)
    table.delete(f"tweet_id = {own.scores['root_id'][5]}")
    atlas = map_view.load(own)
    none = map_view.inside(atlas, everything(own), {})
    caption = map_view.caption(atlas, everything(own), none, brushed=False).text
    assert "1 have no vector" in caption
    assert not none[5]
