"""The projection of a workspace: its contents, when it is made again, and who is left out."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.embeddings import embedders, lance_table, projection
from workbench.exceptions import StageError
from workbench.schemas import Deletions
from workbench.storage import Workspace

IDS = st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=60)


def clusters(count=90, *, seed=3):
    """Return unit vectors in three groups, and the group of each."""
    draw = np.random.default_rng(seed)
    group = np.arange(count) % 3
    rows = draw.normal(size=(3, 256))[group] + 0.3 * draw.normal(size=(count, 256))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), group


def put(workspace, vectors, *, order=None, replies=0, texts="a"):
    """Write vectors of tweets 1, 2, 3... in any order; the last `replies` are not first turns."""
    ids = np.arange(1, len(vectors) + 1)
    frame = pl.DataFrame(
        {
            "tweet_id": ids,
            "thread_id": ids,
            "is_root": ids <= len(ids) - replies,
            "lang": "en",
            "text": texts,
            "text_hash": ids * 7,
            "vector": pl.Series(vectors, dtype=pl.Array(pl.Float32, vectors.shape[1])),
        }
    )
    table = lance_table.make(workspace.embeddings_path, embedder=embedders.load("hashing"))
    lance_table.write(table, iter([frame if order is None else frame[order]]))


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "ws")


def delete(workspace, *ids):
    rows = pl.DataFrame({"tweet_id": list(ids), "had_row": [True] * len(ids)})
    workspace.write("deletions", Deletions.validate(rows))


@pytest.mark.parametrize("method", ["axes", "neighbours"])
def test_make_writes_equal_bytes_for_equal_vectors(workspace, method):
    put(workspace, clusters()[0])
    projection.make(workspace, method=method)
    first = projection.path(workspace).read_bytes()
    projection.path(workspace).unlink()
    projection.make(workspace, method=method)
    assert projection.path(workspace).read_bytes() == first


def test_make_does_not_depend_on_the_order_of_the_vectors(tmp_path):
    vectors, _ = clusters()
    loaded = []
    for name, order in [("a", None), ("b", np.random.default_rng(0).permutation(len(vectors)))]:
        workspace = Workspace.create(tmp_path / name)
        put(workspace, vectors, order=order)
        projection.make(workspace)
        loaded.append(projection.path(workspace).read_bytes())
    assert loaded[0] == loaded[1]


@pytest.mark.parametrize("method", ["axes", "neighbours"])
@pytest.mark.parametrize("fitted", [5000, 40])
def test_make_places_similar_vectors_together(workspace, monkeypatch, method, fitted):
    monkeypatch.setitem(projection.FITTED, method, fitted)
    vectors, group = clusters()
    put(workspace, vectors)
    points = projection.make(workspace, method=method).points
    assert points["tweet_id"].to_list() == list(range(1, 91))
    places = points.select("x", "y").to_numpy()
    assert np.abs(places).max() == pytest.approx(1)
    far = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    np.fill_diagonal(far, np.inf)
    assert (group[far.argmin(axis=1)] == group).mean() > 0.95


def test_make_leaves_out_replies_and_deleted_tweets(workspace):
    put(workspace, clusters(20)[0], replies=5)
    delete(workspace, 3, 4)
    projection.make(workspace)
    stored = pl.read_parquet(projection.path(workspace))["tweet_id"].to_list()
    assert stored == [1, 2, *range(5, 16)]


def test_load_leaves_out_tweets_deleted_since(workspace):
    put(workspace, clusters(20)[0])
    projection.make(workspace)
    delete(workspace, 7)
    loaded = projection.load(workspace)
    assert loaded is not None
    assert loaded.points["tweet_id"].to_list() == [*range(1, 7), *range(8, 21)]


def test_load_returns_what_was_made(workspace):
    put(workspace, clusters(20)[0])
    made = projection.make(workspace, seed=5)
    loaded = projection.load(workspace)
    assert loaded is not None
    assert (loaded.method, loaded.seed) == ("axes", 5)
    assert loaded.points.equals(made.points)
    assert loaded.clusters == made.clusters


def test_make_names_clusters_by_the_texts_of_their_threads(workspace):
    vectors, group = clusters(120)
    words = np.array(["bake bread", "fix a bike", "learn to swim"])[group]
    put(
        workspace,
        vectors,
        texts=[f"how do I {what} {'so ' * (n % 7)}" for n, what in enumerate(words)],
    )
    made = projection.make(workspace)
    assert {name.split(",")[0] for name in (hill.name for hill in made.clusters)} <= {
        "bake",
        "bread",
        "bike",
        "fix",
        "learn",
        "swim",
    }
    assert sum(hill.threads for hill in made.clusters) == (made.points["cluster"] > 0).sum()
    for number, hill in enumerate(made.clusters, start=1):
        inside = made.points.filter(cluster=number)
        assert inside.height == hill.threads
        assert set(group[inside["tweet_id"].to_numpy() - 1]) == {group[inside["tweet_id"][0] - 1]}


def test_load_returns_none_for_other_vectors(workspace):
    put(workspace, clusters(20)[0])
    projection.make(workspace)
    table = lance_table.open_table(workspace.embeddings_path)
    table.delete("tweet_id = 9")
    assert projection.load(workspace) is None


def test_refresh_replaces_only_an_outdated_projection(workspace):
    put(workspace, clusters(20)[0])
    assert projection.refresh(workspace)
    projection.make(workspace, method="neighbours")
    assert not projection.refresh(workspace)
    lance_table.open_table(workspace.embeddings_path).delete("tweet_id = 9")
    assert projection.refresh(workspace)
    loaded = projection.load(workspace)
    assert loaded is not None
    assert loaded.method == "axes"
    assert 9 not in loaded.points["tweet_id"]


def test_refresh_keeps_neighbours_near_unless_there_are_few(workspace):
    put(workspace, clusters(60)[0])
    assert projection.refresh(workspace)
    loaded = projection.load(workspace)
    assert loaded is not None
    assert loaded.method == "neighbours"


def test_load_ignores_a_file_of_an_earlier_version(workspace, monkeypatch):
    put(workspace, clusters(20)[0])
    projection.make(workspace)
    monkeypatch.setattr(projection, "FORMAT", 3)
    assert projection.load(workspace) is None


def test_refresh_deletes_an_outdated_projection_first(workspace, monkeypatch):
    put(workspace, clusters(20)[0])
    projection.make(workspace)
    lance_table.open_table(workspace.embeddings_path).delete("tweet_id = 9")
    monkeypatch.setattr(projection, "make", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        projection.refresh(workspace)
    assert not projection.path(workspace).exists()


def test_make_reports_progress(workspace):
    put(workspace, clusters(30)[0])
    calls = []
    projection.make(workspace, on_progress=lambda done, work: calls.append((done, work)))
    assert calls == [(0, 60), (30, 60), (60, 60)]


@given(IDS, st.integers(0, 2**31))
def test_sample_is_the_beginning_of_the_order(ids, seed):
    every = np.array(sorted(ids), dtype=np.int64)
    first = every[projection.spread_order(every, seed=seed)[:5]]
    assert sorted(first.tolist()) == projection.sample(every, most=5, seed=seed).tolist()


@pytest.mark.parametrize("content", [b"", b"PAR1 rubbish"])
def test_load_ignores_a_damaged_file(workspace, content):
    put(workspace, clusters(20)[0])
    projection.path(workspace).write_bytes(content)
    assert projection.load(workspace) is None


@pytest.mark.parametrize("method", ["axes", "neighbours"])
@pytest.mark.parametrize("count", [0, 1, 2, 9, 10])
def test_make_works_with_a_few_threads(workspace, method, count):
    put(workspace, clusters(30)[0][:count])
    points = projection.make(workspace, method=method).points
    assert points.height == count
    assert points.select(pl.col("x", "y").is_finite().all()).row(0) == (True, True)


def test_make_places_equal_vectors_at_one_point(workspace):
    put(workspace, np.repeat(clusters(1)[0], 30, axis=0))
    points = projection.make(workspace, method="axes").points
    assert points.select("x", "y").unique().height == 1


def test_make_explains_missing_vectors_and_unknown_methods(workspace):
    with pytest.raises(StageError, match="no vectors"):
        projection.make(workspace)
    put(workspace, clusters(5)[0])
    with pytest.raises(StageError, match="axes or neighbours"):
        projection.make(workspace, method="magic")


@given(IDS, IDS, st.integers(0, 9), st.integers(0, 2**31))
def test_sample_is_the_same_whatever_else_there_is(ids, others, most, seed):
    every = np.array(sorted({*ids, *others}), dtype=np.int64)
    large = set(projection.sample(every, most=most, seed=seed).tolist())
    small = set(projection.sample(np.array(ids, dtype=np.int64), most=most, seed=seed).tolist())
    assert len(small) == min(most, len(ids))
    assert large & set(ids) <= small


def test_sample_is_spread_evenly():
    chosen = projection.sample(np.arange(100_000), most=1000)
    counts = np.bincount(chosen // 10_000, minlength=10)
    assert counts.min() > 60
    assert counts.max() < 150
    assert set(chosen) != set(projection.sample(np.arange(100_000), most=1000, seed=1))
