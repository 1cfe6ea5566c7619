"""The map: what it is made of, when it is made anew, and who is not on it."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.embeddings import embedders, lance_table, projection, projection_methods
from workbench.exceptions import StageError
from workbench.schemas import Deletions
from workbench.storage import Workspace

IDS = st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=60)


def clusters(count=90, *, seed=3):
    """Three groups of unit vectors, and the group of each."""
    draw = np.random.default_rng(seed)
    group = np.arange(count) % 3
    rows = draw.normal(size=(3, 256))[group] + 0.3 * draw.normal(size=(count, 256))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), group


def put(workspace, vectors, *, order=None, replies=0):
    """Write vectors of tweets 1, 2, 3... in any order; the last ones are no first turns."""
    ids = np.arange(1, len(vectors) + 1)
    frame = pl.DataFrame(
        {
            "tweet_id": ids,
            "thread_id": ids,
            "is_root": ids <= len(ids) - replies,
            "lang": "en",
            "text": "a",
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
def test_make_gives_equal_bytes_for_equal_vectors(workspace, method):
    put(workspace, clusters()[0])
    projection.make(workspace, method=method)
    first = projection.path(workspace).read_bytes()
    projection.path(workspace).unlink()
    projection.make(workspace, method=method)
    assert projection.path(workspace).read_bytes() == first


def test_make_does_not_depend_on_the_order_of_the_vectors(tmp_path):
    vectors, _ = clusters()
    found = []
    for name, order in [("a", None), ("b", np.random.default_rng(0).permutation(len(vectors)))]:
        workspace = Workspace.create(tmp_path / name)
        put(workspace, vectors, order=order)
        projection.make(workspace)
        found.append(projection.path(workspace).read_bytes())
    assert found[0] == found[1]


@pytest.mark.parametrize("method", ["axes", "neighbours"])
@pytest.mark.parametrize("fitted", [5000, 40])
def test_make_puts_like_beside_like(workspace, monkeypatch, method, fitted):
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


def test_load_shows_no_tweet_that_was_deleted_since(workspace):
    put(workspace, clusters(20)[0])
    projection.make(workspace)
    delete(workspace, 7)
    found = projection.load(workspace)
    assert found is not None
    assert found.points["tweet_id"].to_list() == [*range(1, 7), *range(8, 21)]


def test_load_gives_what_was_made(workspace):
    put(workspace, clusters(20)[0])
    made = projection.make(workspace, seed=5)
    found = projection.load(workspace)
    assert found is not None
    assert (found.method, found.seed) == ("axes", 5)
    assert found.points.equals(made.points)


def test_load_gives_no_map_of_other_vectors(workspace):
    put(workspace, clusters(20)[0])
    projection.make(workspace)
    table = lance_table.open_table(workspace.embeddings_path)
    table.delete("tweet_id = 9")
    assert projection.load(workspace) is None


def test_renew_makes_a_map_of_other_vectors_only(workspace):
    put(workspace, clusters(20)[0])
    assert projection.renew(workspace)
    projection.make(workspace, method="neighbours")
    assert not projection.renew(workspace)
    lance_table.open_table(workspace.embeddings_path).delete("tweet_id = 9")
    assert projection.renew(workspace)
    found = projection.load(workspace)
    assert found is not None
    assert found.method == "axes"
    assert 9 not in found.points["tweet_id"]


def test_renew_leaves_no_map_of_tweets_that_may_be_gone(workspace, monkeypatch):
    put(workspace, clusters(20)[0])
    projection.make(workspace)
    lance_table.open_table(workspace.embeddings_path).delete("tweet_id = 9")
    monkeypatch.setattr(projection, "make", lambda workspace: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        projection.renew(workspace)
    assert not projection.path(workspace).exists()


def test_make_tells_how_far_it_is(workspace):
    put(workspace, clusters(30)[0])
    told = []
    projection.make(workspace, on_progress=lambda done, work: told.append((done, work)))
    assert told == [(0, 60), (30, 60), (60, 60)]


@given(IDS, st.integers(0, 2**31))
def test_sample_is_the_beginning_of_the_order(ids, seed):
    every = np.array(sorted(ids), dtype=np.int64)
    first = every[projection.order(every, seed=seed)[:5]]
    assert sorted(first.tolist()) == projection.sample(every, most=5, seed=seed).tolist()


@pytest.mark.parametrize("content", [b"", b"PAR1 rubbish"])
def test_load_takes_a_damaged_map_for_none(workspace, content):
    put(workspace, clusters(20)[0])
    projection.path(workspace).write_bytes(content)
    assert projection.load(workspace) is None


@pytest.mark.parametrize("method", ["axes", "neighbours"])
@pytest.mark.parametrize("count", [0, 1, 2, 9, 10])
def test_make_of_a_handful_is_a_map(workspace, method, count):
    put(workspace, clusters(30)[0][:count])
    points = projection.make(workspace, method=method).points
    assert points.height == count
    assert points.select(pl.col("x", "y").is_finite().all()).row(0) == (True, True)


def test_make_of_equal_vectors_is_one_spot(workspace):
    put(workspace, np.repeat(clusters(1)[0], 30, axis=0))
    points = projection.make(workspace, method="axes").points
    assert points.select("x", "y").unique().height == 1


def test_make_without_vectors_or_method_says_what_to_do(workspace):
    with pytest.raises(StageError, match="no vectors"):
        projection.make(workspace)
    put(workspace, clusters(5)[0])
    with pytest.raises(StageError, match="axes or neighbours"):
        projection.make(workspace, method="magic")


def test_axes_find_the_directions_that_differ_most():
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(500, 8)).astype(np.float32) * [9, 1, 1, 1, 5, 1, 1, 1]
    rows = rows.astype(np.float32)
    places = projection_methods.axes(rows)(rows)
    centred = rows - rows.mean(axis=0)
    for axis, column in [(0, 0), (1, 4)]:
        assert abs(np.corrcoef(places[:, axis], centred[:, column])[0, 1]) > 0.97
    _, _, right = np.linalg.svd(centred, full_matrices=False)
    assert np.abs(np.abs(places) - np.abs(centred @ right[:2].T)).max() < 1e-2


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
