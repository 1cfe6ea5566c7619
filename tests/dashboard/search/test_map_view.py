"""The map contains every thread."""

import numpy as np
import polars as pl
import pytest

from tests.support import fakes
from workbench.dashboard.search import map_view
from workbench.dashboard.search.map_view import COLOURS, Atlas
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.embeddings import lance_table, projection
from workbench.recipe import EmbedSettings, Recipe
from workbench.schemas import Deletions

RECIPE = Recipe(embed=EmbedSettings(model="hashing"))
NO_CORNERS = np.zeros((0, 2))


def opened(folder, *, threads, hostile=False):
    workspace = fakes.workspace(folder, threads=threads, hostile=hostile)
    fakes.embed(workspace)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture
def own(tmp_path):
    return opened(tmp_path / "ws", threads=60)


def everything(session):
    return pl.repeat(True, session.scores.height, dtype=pl.Boolean, eager=True)


def test_map_contains_every_thread_in_an_order_that_begins_with_a_sample(own):
    atlas = map_view.load(own)
    assert isinstance(atlas, Atlas)
    assert sorted(atlas.places["tweet_id"]) == sorted(own.scores["root_id"])
    roots = own.scores["root_id"][atlas.places["place"]]
    assert roots.to_list() == atlas.places["tweet_id"].to_list()
    spread = projection.spread_order(atlas.places["tweet_id"].to_numpy())
    assert spread.tolist() == list(range(60))
    assert atlas.coordinates.dtype == np.uint16
    assert atlas.coordinates.max() == map_view.FULL or atlas.coordinates.min() == 0


def test_inside_marks_all_threads_in_the_selection(own):
    atlas = map_view.load(own)
    x, y = (int(atlas.places[axis].cast(pl.Int64).median()) for axis in "xy")
    half = pl.Series(np.arange(60) % 2 == 0)
    full = float(map_view.FULL)
    corners = np.array([[x, 0], [full, 0], [full, y], [x, y]], dtype=float)
    marked = map_view.inside(atlas, half, corners)
    near = pl.col("x") > x + 100, pl.col("y") < y - 100
    surely = {place for place in atlas.places.filter(*near)["place"] if place % 2 == 0}
    far = (pl.col("x") < x - 100) | (pl.col("y") > y + 100)
    assert surely <= set(marked.arg_true())
    assert not set(marked.arg_true()) & set(atlas.places.filter(far)["place"])
    assert map_view.inside(atlas, half, NO_CORNERS).to_list() == half.to_list()


@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_paints_all_points(own, colour):
    atlas = map_view.load(own)
    painted = map_view.paint(own, atlas, own.verdicts(RECIPE.select), colour=colour)
    assert len(painted.slots) == 60


def test_map_of_hostile_texts_and_languages_is_plain(tmp_path):
    session = opened(tmp_path / "ws", threads=40, hostile=True)
    scores = session.scores.with_columns(language=pl.lit("<img src=https://evil.example/x.png>"))
    session = ScoresSession(session.workspace, scores)
    verdicts = session.verdicts(RECIPE.select)
    atlas = map_view.load(session)
    scatter = map_view.draw(session, atlas, verdicts)
    sent = []
    scatter.send = sent.append
    for place in [*range(40), -1, 40, "x", None, [1]]:
        scatter._answer(scatter, {"kind": "hover", "place": place}, [])
    scatter._answer(scatter, "hover", [])
    assert len(sent) == 40
    assert "\u202e" not in str(sent)
    assert "\u202e" not in str(scatter.clusters)


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
    some = map_view.inside(atlas, everything(own), NO_CORNERS)
    caption = map_view.caption(atlas, everything(own), some, is_selected=False).text
    assert "1 have no vector" in caption
    assert not some[5]
