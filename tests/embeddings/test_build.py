"""Embeddings: what is encoded, what survives a kill, what vanishes, and what a search finds."""

import numpy as np
import polars as pl
import pytest

from workbench import embeddings
from workbench.embeddings import build, embedders, lance_table, search
from workbench.exceptions import StageError
from workbench.recipe import EmbedSettings

ROOTS, ALL = EmbedSettings(turns="roots"), EmbedSettings(turns="all")


class Counting:
    """The hashing embedder, which notes what it was given."""

    name = "hashing"
    dimensions = 256

    def __init__(self, digest="a" * 64):
        self.digest = digest
        self.given = []
        self._hashing = embedders.load("hashing")

    def encode(self, texts, *, on_progress=embedders.silent):
        self.given += texts
        return self._hashing.encode(texts, on_progress=on_progress)


def make_turns(texts, *, per_thread=1):
    """Give one turn per text, the first of every `per_thread` a root."""
    ids = pl.int_range(1, len(texts) + 1, eager=True)
    return pl.DataFrame(
        {
            "tweet_id": ids,
            "thread_id": (ids - 1) // per_thread * per_thread + 1,
            "position": (ids - 1) % per_thread,
            "lang": ["en"] * len(texts),
            "text": texts,
        }
    )


def run(turns, path, *, embedder=None, settings=ROOTS, **options):
    embedder = embedder or Counting()
    counts = embeddings.from_threads(
        turns, embedder=embedder, path=path, settings=settings, **options
    )
    return counts, embedder


def content(path):
    """Read the whole table in the order of ids."""
    return pl.concat(
        lance_table.read(lance_table.open_table(path), *lance_table.open_table(path).schema.names)
    ).sort("tweet_id")


def bytes_on_disk(folder):
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "3_embeddings.lance"


def test_from_threads_encodes_the_bare_text_of_roots_once(path):
    turns = make_turns(["@a  hello\nyou https://t.co/x", "reply", "hello you", "r"], per_thread=2)
    counts, embedder = run(turns, path)
    assert embedder.given == ["hello you"]
    assert counts == {
        "turns": 2,
        "without_text": 0,
        "vectors": 2,
        "added": 2,
        "encoded": 1,
        "cached": 0,
        "erased": 0,
        "another_model": 0,
    }
    table = content(path)
    assert table.select("tweet_id", "thread_id", "is_root", "lang", "text").rows() == [
        (1, 1, True, "en", "hello you"),
        (3, 3, True, "en", "hello you"),
    ]
    assert table.schema["vector"] == pl.Array(pl.Float32, 256)
    assert np.allclose(table["vector"].to_numpy(), embedder.encode(["hello you"]))


def test_from_threads_counts_turns_without_text(path):
    counts, embedder = run(make_turns(["@a https://t.co/x", "", "x"]), path)
    assert (counts["turns"], counts["without_text"], counts["vectors"]) == (3, 2, 1)
    assert embedder.given == ["x"]


def test_from_threads_reads_a_lazy_frame_and_encodes_nothing_twice(path):
    turns = make_turns([f"text {i % 40}" for i in range(60)], per_thread=3)
    run(turns, path)
    counts, embedder = run(turns.lazy(), path)
    assert embedder.given == []
    assert (counts["added"], counts["erased"], counts["vectors"]) == (0, 0, 20)
    counts, embedder = run(turns.lazy(), path, settings=ALL)
    assert counts["vectors"] == 60
    assert len(embedder.given) == len(set(embedder.given)) == counts["encoded"] == 20
    counts, _ = run(turns, path)
    assert (counts["vectors"], counts["erased"]) == (20, 40)


def test_a_killed_run_goes_on_where_it_was(path, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "CHUNK", 10)
    monkeypatch.setattr(build, "PART", 25)
    turns = make_turns([f"text {i % 80}" for i in range(100)])

    def kill(done, total):
        if done >= 35:
            raise KeyboardInterrupt

    first = Counting()
    with pytest.raises(KeyboardInterrupt):
        run(turns, path, embedder=first, on_progress=kill)
    calls = []
    counts, second = run(turns, path, on_progress=lambda *call: calls.append(call))
    kept = set(first.given) - set(second.given)
    assert len(kept) > 0
    assert len(second.given) == len(set(second.given)) == counts["encoded"] == 80 - len(kept)
    assert calls[0] == (0, counts["encoded"])
    assert calls[-1] == (counts["encoded"], counts["encoded"])
    assert calls == sorted(calls)
    run(turns, tmp_path / "at_once.lance")
    assert content(path).equals(content(tmp_path / "at_once.lance"))


def test_another_model_makes_the_table_anew(path):
    turns = make_turns(["a b", "c d"])
    run(turns, path)
    counts, other = run(turns, path, embedder=Counting("b" * 64))
    assert counts["another_model"] == 2
    assert sorted(other.given) == ["a b", "c d"]
    assert counts["vectors"] == 2
    with pytest.raises(StageError, match="cannot be compared"):
        search.search(path, text="a", embedder=Counting())


def test_what_is_deleted_leaves_no_byte(path):
    secret = "Qz7#kV9!pL2@xW4"
    texts = [f"{i} {np.random.default_rng(i).bytes(8).hex()}" for i in range(40)]
    turns = make_turns([*texts, secret])
    run(turns, path)
    vector = embeddings.vectors(path, [41])["vector"].to_numpy().tobytes()
    assert secret.encode() in bytes_on_disk(path)
    assert vector in bytes_on_disk(path)
    counts, embedder = run(turns.filter(pl.col("tweet_id") != 41), path)
    assert (counts["erased"], counts["vectors"], embedder.given) == (1, 40, [])
    assert secret.encode() not in bytes_on_disk(path.parent)
    assert vector not in bytes_on_disk(path.parent)
    assert search.search(path, text=secret, embedder=embedder, mode="words").is_empty()


def test_changed_turns_are_brought_up_to_date(path):
    turns = make_turns(["a b", "c d", "e f"])
    run(turns, path)
    moved = turns.with_columns(
        thread_id=pl.lit(1), position=pl.int_range(3), text=pl.col("text").replace("e f", "g h")
    )
    counts, embedder = run(moved, path, settings=ALL)
    assert embedder.given == ["g h"]
    assert (counts["erased"], counts["added"]) == (1, 1)
    assert content(path).select("tweet_id", "thread_id", "is_root", "text").rows() == [
        (1, 1, True, "a b"),
        (2, 1, False, "c d"),
        (3, 1, False, "g h"),
    ]


def test_a_rewrite_killed_between_its_two_renames_is_finished(path):
    turns = make_turns(["a b", "c d"])
    run(turns, path)
    aside = path.with_name(".3_embeddings.lance.part")
    aside.mkdir()
    path.rename(aside / path.name)
    (aside / "old").mkdir()
    counts, embedder = run(turns, path)
    assert embedder.given == []
    assert counts["vectors"] == 2
    assert not aside.exists()


def test_no_turns_give_an_empty_table(path):
    counts, embedder = run(make_turns([]).cast({"lang": pl.String, "text": pl.String}), path)
    assert counts["vectors"] == 0
    assert embeddings.vectors(path, [1]).is_empty()
    assert search.search(path, text="a", embedder=embedder).is_empty()
    assert list(embeddings.batches(path, embedder=embedder)) == []


def test_a_table_past_the_limit_gets_a_vector_index(path, monkeypatch):
    monkeypatch.setattr(lance_table, "INDEXED_FROM", 300)
    turns = make_turns([f"text number {i} of {i * 7 % 13}" for i in range(400)])
    _, embedder = run(turns[:350], path)
    run(turns, path)
    indices = {index.columns[0]: index for index in lance_table.open_table(path).list_indices()}
    assert sorted(indices) == ["text", "thread_id", "tweet_id", "vector"]
    assert {index.num_unindexed_rows for index in indices.values()} == {0}
    found = search.nearest(path, embedder.encode(["text number 399 of 0"]), limit=1)
    assert "399" in found["text"][0]


@pytest.mark.parametrize(("dimensions", "kind"), [(64, "IvfRq"), (50, "IvfFlat")])
def test_a_search_by_the_vector_index_finds_the_nearest(path, monkeypatch, dimensions, kind):
    embedder = embedders.load("hashing")
    embedder.dimensions = dimensions
    monkeypatch.setattr(lance_table, "INDEXED_FROM", 300)
    rows = np.random.default_rng(1).normal(size=(4000, dimensions)).astype(np.float32)
    frame = pl.DataFrame(
        {
            "tweet_id": np.arange(4000),
            "thread_id": np.arange(4000),
            "is_root": True,
            "lang": "en",
            "text": "a",
            "text_hash": np.arange(4000),
            "vector": pl.Series(rows, dtype=pl.Array(pl.Float32, dimensions)),
        }
    )
    table = lance_table.make(path, embedder=embedder)
    lance_table.write(table, iter([frame]))
    lance_table.tidy(table)
    lance_table.tidy(table)
    assert [i.index_type for i in table.list_indices() if i.columns == ["vector"]] == [kind]
    asked = rows[:20]
    cosines = asked @ rows.T / np.linalg.norm(rows, axis=1)
    expected = np.argsort(-cosines, axis=1)[:, :10]
    found = search.nearest(path, asked, limit=10)["tweet_id"].to_numpy().reshape(20, 10)
    shared = [len(set(one) & set(other)) for one, other in zip(found, expected, strict=True)]
    assert np.mean(shared) > 9.5


def test_vectors_come_in_the_order_that_was_asked_for(path):
    turns = make_turns(["a b", "c d", "e f"])
    _, embedder = run(turns, path)
    found = embeddings.vectors(path, [3, 9, 1, 3])
    assert found["tweet_id"].to_list() == [3, 1, 3]
    assert np.allclose(found["vector"].to_numpy(), embedder.encode(["e f", "a b", "e f"]))


def test_nearest_equals_brute_force(path):
    texts = [f"word{i} word{i % 7} word{i % 11}" for i in range(120)]
    _, embedder = run(make_turns(texts), path)
    queries = embedder.encode(["word3 word5", "word10 word100"])
    found = search.nearest(path, queries, limit=5)
    cosines = queries @ embedder.encode(texts).T
    assert found["query"].to_list() == [0] * 5 + [1] * 5
    for row in range(2):
        ours = found.filter(pl.col("query") == row)
        assert np.allclose(ours["similarity"], np.sort(cosines[row])[::-1][:5], atol=1e-5)
        assert np.allclose(ours["similarity"], cosines[row][ours["tweet_id"] - 1], atol=1e-5)


@pytest.mark.parametrize("mode", ["vector", "words", "both"])
def test_search_finds_by_every_mode(path, mode):
    _, embedder = run(make_turns(["boil rice", "why is the sky blue", "sky sports", "cats"]), path)
    found = search.search(path, text="@me blue sky", embedder=embedder, mode=mode, limit=2)
    assert found["text"][0] == "why is the sky blue"
    assert found["similarity"][0] > 0.5
    assert found["relevance"].null_count() == (2 if mode == "vector" else 0)
    assert found.height == 2


HOSTILE = [
    "' OR 1=1 --",
    "x'; DROP TABLE t",
    '"unclosed phrase',
    "+a -b AND (",
    "a\x00b",
    "*",
    "🦊",
    "\\",
    "",
    "@a https://t.co/x",
    "z" * 5000,
]


@pytest.mark.parametrize("mode", ["vector", "words", "both"])
def test_search_takes_any_text_and_any_value(path, mode):
    texts = ["rice", *HOSTILE]
    turns = make_turns(texts).with_columns(lang=pl.Series(texts))
    _, embedder = run(turns, path)
    for text in HOSTILE:
        search.search(path, text=text, embedder=embedder, mode=mode)
        where = {"lang": [text]}
        found = search.search(path, text="rice", embedder=embedder, mode=mode, where=where)
        assert set(found["lang"]) <= {text}
    assert lance_table.open_table(path).count_rows() == 10


def test_search_keeps_to_all_conditions(path):
    turns = make_turns(["rice a", "rice b", "rice c"]).with_columns(
        lang=pl.Series(["en", "de", "en"])
    )
    _, embedder = run(turns, path)
    for mode in ("vector", "words", "both"):
        found = search.search(
            path,
            text="rice",
            embedder=embedder,
            mode=mode,
            where={"lang": ["en", "fr"], "tweet_id": [2, 3], "is_root": [True]},
        )
        assert found["tweet_id"].to_list() == [3]
    assert search.nearest(path, embedder.encode(["rice"]), where={"lang": []}).is_empty()
    with pytest.raises(StageError, match="no column colour"):
        search.nearest(path, embedder.encode(["rice"]), where={"colour": ["x"]})


def test_readers_say_what_is_wrong(path):
    with pytest.raises(StageError, match=r"(?s)no vectors in .*Hint"):
        embeddings.vectors(path, [1])
    path.mkdir()
    with pytest.raises(StageError, match="are damaged"):
        embeddings.vectors(path, [1])
    with pytest.raises(StageError, match="choose vector, words or both"):
        search.search(path, text="a", embedder=Counting(), mode="magic")
