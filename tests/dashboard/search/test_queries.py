"""Threads found by a text, by examples, and on the map."""

import json

import numpy as np
import polars as pl
import pytest

from tests.support import fakes
from workbench import charts, embeddings, instructions
from workbench.dashboard.components import thread_filter
from workbench.dashboard.search import controls, examples, map_view, queries
from workbench.dashboard.search.brush import Atlas
from workbench.dashboard.search.map_view import COLOURS
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.embeddings import lance_table, projection, search
from workbench.exceptions import StageError
from workbench.recipe import EmbedSettings, Recipe
from workbench.schemas import Deletions

HASHING = EmbedSettings(model="hashing")
RECIPE = Recipe(embed=HASHING)


def opened(folder, *, threads, hostile=False):
    workspace = fakes.workspace(folder, threads=threads, hostile=hostile)
    fakes.embed(workspace)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    return opened(tmp_path_factory.mktemp("finding") / "ws", threads=300)


@pytest.fixture(scope="module")
def verdicts(live):
    return live.verdicts(RECIPE.select)


@pytest.fixture
def own(tmp_path):
    return opened(tmp_path / "ws", threads=60)


def everything(live):
    return pl.repeat(True, live.scores.height, dtype=pl.Boolean, eager=True)


def vectors(live, ids):
    return embeddings.vectors(live.workspace.embeddings_path, ids)["vector"].to_numpy()


def nearness(live, ids):
    """Cosine of every thread to the mean of some, by brute force."""
    mean = vectors(live, ids).mean(axis=0)
    rows = vectors(live, live.scores["root_id"])
    return rows @ mean / np.linalg.norm(mean)


@pytest.mark.parametrize("among", ["all", "kept", "few"])
def test_by_examples_finds_the_nearest_of_those_that_may_be_found(
    live, verdicts, among, monkeypatch
):
    monkeypatch.setattr(queries, "FEW", 200)
    ids = live.scores["thread_id"][[3, 77, 150]].to_list()
    mask = {
        "all": everything(live),
        "kept": ~verdicts["kept"],
        "few": verdicts["kept"],
    }[among]
    found = queries.by_examples(live, ids, mode="vector", mask=mask, verdicts=verdicts, limit=20)
    near = pl.DataFrame(
        {"thread_id": live.scores["thread_id"], "near": nearness(live, ids)}
    ).filter(mask & ~live.scores["thread_id"].is_in(ids))
    expected = near["near"].sort(descending=True).head(20)
    assert found.problem == ""
    assert not set(found.rows["thread_id"]) & set(ids)
    assert found.rows["nearness"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-4)
    assert live.scores.filter(mask)["thread_id"].is_in(found.rows["thread_id"].implode()).sum() == (
        found.rows.height
    )


def test_by_examples_says_how_far_it_looked_where_few_were_found(live, verdicts, monkeypatch):
    monkeypatch.setattr(queries, "FEW", 0)
    monkeypatch.setattr(queries, "MOST", 40)
    ids = live.scores["thread_id"][[0]].to_list()
    far = np.argsort(nearness(live, live.scores["root_id"][[0]]))[:5]
    mask = pl.Series(np.isin(np.arange(live.scores.height), far))
    found = queries.by_examples(live, ids, mode="vector", mask=mask, verdicts=verdicts, limit=5)
    assert found.rows.height == 0
    assert found.looked == 40


@pytest.mark.parametrize("mode", ["vector", "words", "both"])
def test_by_text_finds_what_says_so(live, verdicts, mode):
    found = queries.by_text(
        live,
        "grow tomatoes",
        settings=HASHING,
        mode=mode,
        mask=everything(live),
        verdicts=verdicts,
        limit=10,
    )
    assert found.rows.height == 10
    assert all("grow tomatoes" in text for text in found.rows["text"])


@pytest.mark.parametrize("text", ["", "  ", "@a https://t.co/x", '"* AND (', *fakes.HOSTILE])
def test_by_text_takes_any_text(live, verdicts, text):
    for mode in queries.MODES.values():
        found = queries.by_text(
            live,
            text,
            settings=HASHING,
            mode=mode,
            mask=everything(live),
            verdicts=verdicts,
            limit=3,
        )
        assert found.problem == ""
        assert found.rows.height <= 3


def test_search_by_another_model_says_what_to_do(live, verdicts, monkeypatch):
    class Other(queries.embedders.HashingEmbedder):
        digest = "another"

    monkeypatch.setattr(queries, "embedder", lambda settings: Other())
    found = queries.by_text(
        live,
        "a",
        settings=HASHING,
        mode="vector",
        mask=everything(live),
        verdicts=verdicts,
        limit=3,
    )
    assert "another model" in found.problem
    assert found.rows.is_empty()


def test_search_without_vectors_says_what_to_do(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=20)
    live = ScoresSession(workspace, workspace.read("scores"))
    verdicts = live.verdicts(RECIPE.select)
    ids = live.scores["thread_id"][:2].to_list()
    found = queries.by_examples(
        live, ids, mode="vector", mask=everything(live), verdicts=verdicts, limit=3
    )
    assert "no vectors" in found.problem
    assert "no vectors" in map_view.load(live)


def test_embedder_is_loaded_once():
    assert queries.embedder(HASHING) is queries.embedder(EmbedSettings(model="hashing"))


def test_alike_needs_an_example_with_a_vector(live):
    with pytest.raises(StageError, match="None of 1 examples"):
        search.alike(live.workspace.embeddings_path, tweet_ids=[5])


def test_deleted_tweets_are_not_found(own):
    verdicts = own.verdicts(RECIPE.select)
    ids = own.scores["thread_id"][[0]].to_list()
    how = {"mode": "vector", "mask": everything(own), "verdicts": verdicts, "limit": 60}
    before = queries.by_examples(own, ids, **how)
    gone = before.rows["root_id"][0]
    rows = Deletions.validate(pl.DataFrame({"tweet_id": [gone], "had_row": [True]}))
    own.workspace.write("deletions", rows)
    after = queries.by_examples(own, ids, **how)
    assert after.rows["root_id"].to_list() == before.rows["root_id"].to_list()[1:]


def test_examples_are_resolved_from_ids_of_threads_and_tweets_and_addresses(own):
    row = own.scores.filter(pl.col("turns") > 1).row(0, named=True)
    reply = own.turns(row["thread_id"])["tweet_id"][1]
    other = own.scores["thread_id"][-1]
    typed = f"https://twitter.com/x/status/{reply}, {other} 5 <script>"
    threads, complaint = examples.resolve(own, typed)
    assert threads == [row["thread_id"], other]
    assert "5, <script>" in complaint
    assert examples.resolve(own, " ") == ([], "")


def test_joined_puts_the_ticked_threads_to_the_examples(own):
    found = own.scores.head(4)
    ids = found["thread_id"].to_list()
    chosen = pl.DataFrame({"place": [0, 2]})
    assert examples.with_selected([ids[2], 9], found, chosen) == [ids[2], 9, ids[0]]


def test_make_rule_adds_the_texts_once_and_says_what_is_stale(own):
    ids = own.scores["thread_id"][:3].to_list()
    texts = set(examples.openings(own, ids)["text"])
    said = examples.add_instructions(own, [*ids, 5], source="mine", recipe=RECIPE).text
    assert instructions.counts(own.workspace) == {"mine": len(texts)}
    assert set(instructions.own(own.workspace)["text"]) == texts
    assert "score" in said
    assert "file=home.py" in said
    again = examples.add_instructions(own, ids, source="mine", recipe=RECIPE).text
    assert "0 of 3 texts are new" in again
    assert instructions.counts(own.workspace) == {"mine": len(texts)}


def test_make_rule_waits_for_nobody(own):
    ids = own.scores["thread_id"][:3].to_list()
    with own.workspace.locked():
        said = examples.add_instructions(own, ids, source="mine", recipe=RECIPE).text
    assert "Another process is writing" in said
    assert "need a source" in examples.add_instructions(own, ids, source=" ", recipe=RECIPE).text


def test_map_holds_every_thread_and_draws_a_sample_that_stays(own):
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
    live = opened(tmp_path / "ws", threads=40, hostile=True)
    scores = live.scores.with_columns(language=pl.lit("<img src=https://evil.example/x.png>"))
    live = ScoresSession(live.workspace, scores)
    verdicts = live.verdicts(RECIPE.select)
    atlas = map_view.load(live)
    chart = map_view.chart(live, atlas, everything(live), verdicts, colour="Language")
    told = json.dumps(chart.dataframe.to_dicts()) + json.dumps(chart._spec.get("encoding", {}))
    assert "://" not in told
    assert "\\u202e" not in told


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
    said = map_view.caption(atlas, everything(own), none, brushed=False).text
    assert "1 have no vector" in said
    assert not none[5]


def test_busy_shows_the_name_of_a_model_as_text():
    recipe = Recipe.from_toml('[embed]\nmodel = "<img src=x>"')
    assert "the model &lt;img src=x&gt;, some seconds" in controls.busy("Text", recipe)


def test_ask_for_kept_threads_only(live, verdicts):
    kept = controls.among(
        live, verdicts, asked=controls.SearchQuery("Meaning", "Kept", thread_filter.ANY, "20")
    )
    assert kept.to_list() == verdicts["kept"].to_list()
