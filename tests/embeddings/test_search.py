"""Search by vector, words and both, with and without an index, and with hostile input."""

import numpy as np
import polars as pl
import pytest

from tests.support.embedding import embed, make_turns
from workbench.embeddings import embedders, lance_index, lance_table, search
from workbench.exceptions import StageError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "3_embeddings.lance"


@pytest.mark.parametrize(("dimensions", "kind"), [(64, "IvfRq"), (50, "IvfFlat")])
def test_a_search_by_the_vector_index_finds_the_nearest(path, monkeypatch, dimensions, kind):
    embedder = embedders.load("hashing")
    embedder.dimensions = dimensions
    monkeypatch.setattr(lance_index, "INDEXED_FROM", 300)
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
    lance_index.tidy(table)
    lance_index.tidy(table)
    assert [i.index_type for i in table.list_indices() if i.columns == ["vector"]] == [kind]
    queries = rows[:20]
    cosines = queries @ rows.T / np.linalg.norm(rows, axis=1)
    expected = np.argsort(-cosines, axis=1)[:, :10]
    results = search.nearest(path, queries, limit=10)["tweet_id"].to_numpy().reshape(20, 10)
    common = [len(set(one) & set(other)) for one, other in zip(results, expected, strict=True)]
    assert np.mean(common) > 9.5


def test_nearest_equals_brute_force(path):
    texts = [f"word{i} word{i % 7} word{i % 11}" for i in range(120)]
    _, embedder = embed(make_turns(texts), path)
    queries = embedder.encode(["word3 word5", "word10 word100"])
    results = search.nearest(path, queries, limit=5)
    cosines = queries @ embedder.encode(texts).T
    assert results["query"].to_list() == [0] * 5 + [1] * 5
    for row in range(2):
        ours = results.filter(pl.col("query") == row)
        assert np.allclose(ours["similarity"], np.sort(cosines[row])[::-1][:5], atol=1e-5)
        assert np.allclose(ours["similarity"], cosines[row][ours["tweet_id"] - 1], atol=1e-5)


@pytest.mark.parametrize("mode", ["vector", "words", "both"])
def test_search_finds_by_every_mode(path, mode):
    _, embedder = embed(
        make_turns(["boil rice", "why is the sky blue", "sky sports", "cats"]), path
    )
    results = search.search(path, text="@me blue sky", embedder=embedder, mode=mode, limit=2)
    assert results["text"][0] == "why is the sky blue"
    assert results["similarity"][0] > 0.5
    assert results["relevance"].null_count() == (2 if mode == "vector" else 0)
    assert results.height == 2


UNSPACED = [
    "夏の庭で雑草を減らすにはどうしたらいいですか",
    "怎么把窗台上的花盆洗干净",
    "ทำอย่างไรให้ข้าวไม่ติดหม้อ",
    "weeds in the garden",
]


@pytest.mark.parametrize(
    ("word", "row"),
    [
        ("雑草", 0),
        ("庭", 0),
        ("減らす", 0),
        ("窗台", 1),
        ("花盆", 1),
        ("ข้าว", 2),
        ("หม้อ", 2),
        ("weeds", 3),
    ],
)
def test_search_finds_a_word_in_scripts_without_spaces(path, word, row):
    _, embedder = embed(make_turns(UNSPACED), path)
    results = search.search(path, text=word, embedder=embedder, mode="words")
    assert results["text"][0] == UNSPACED[row]


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
def test_search_accepts_any_text_and_any_value(path, mode):
    texts = ["rice", *HOSTILE]
    turns = make_turns(texts).with_columns(lang=pl.Series(texts))
    _, embedder = embed(turns, path)
    for text in HOSTILE:
        search.search(path, text=text, embedder=embedder, mode=mode)
        where = {"lang": [text]}
        results = search.search(path, text="rice", embedder=embedder, mode=mode, where=where)
        assert set(results["lang"]) <= {text}
    assert lance_table.open_table(path).count_rows() == 10


def test_search_by_words_needs_no_embedder_and_the_others_do(path):
    embed(make_turns(["why do cats purr?", "bake bread"]), path)
    rows = search.search(path, text="purr", embedder=None, mode="words")
    assert rows["text"].to_list() == ["why do cats purr?"]
    assert rows["similarity"].null_count() == 1
    assert search.search(path, text="zzz", embedder=None, mode="words").is_empty()
    for mode in ("vector", "both"):
        with pytest.raises(StageError, match="needs an embedder"):
            search.search(path, text="purr", embedder=None, mode=mode)


def test_search_applies_all_conditions(path):
    turns = make_turns(["rice a", "rice b", "rice c"]).with_columns(
        lang=pl.Series(["en", "de", "en"])
    )
    _, embedder = embed(turns, path)
    for mode in ("vector", "words", "both"):
        results = search.search(
            path,
            text="rice",
            embedder=embedder,
            mode=mode,
            where={"lang": ["en", "fr"], "tweet_id": [2, 3], "is_root": [True]},
        )
        assert results["tweet_id"].to_list() == [3]
    assert search.nearest(path, embedder.encode(["rice"]), where={"lang": []}).is_empty()
    with pytest.raises(StageError, match="no column colour"):
        search.nearest(path, embedder.encode(["rice"]), where={"colour": ["x"]})


def test_examples_without_words_are_ignored(path):
    texts = ["how do I read a map", "😂😂", "🔥", "how do I read a clock", "bread"]
    embed(make_turns(texts), path)
    alone = search.alike(path, tweet_ids=[1])
    assert search.alike(path, tweet_ids=[1, 2]).equals(alone.filter(pl.col("tweet_id") != 2))
    with pytest.raises(StageError, match="has words"):
        search.alike(path, tweet_ids=[2, 3])
