"""Scores: similarity by brute force, lengths and shares by hand."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workbench import embedders, embeddings, scores
from workbench.exceptions import StageError
from workbench.schemas import Instructions, Scores, Threads
from workbench.settings import EmbedSettings

HASHING = embedders.load("hashing")


def known(*texts):
    return pl.DataFrame(
        {
            "instruction_id": [f"known-{i}" for i in range(len(texts))],
            "text": list(texts),
            "source": ["test"] * len(texts),
            "topic": [None] * len(texts),
        },
        schema_overrides={"topic": pl.String, "text": pl.String, "instruction_id": pl.String},
    ).pipe(Instructions.validate, cast=True)


def make_threads(roots):
    """Give threads with these ids, each its own root."""
    return Threads.sample(len(roots), overrides={"thread_id": roots, "root_id": roots})


def make_turns(rows):
    """Give turns from (thread, tweet, parent, text); a turn without parent is first."""
    return pl.DataFrame(
        rows,
        schema={
            "thread_id": pl.Int64,
            "tweet_id": pl.Int64,
            "parent_id": pl.Int64,
            "text": pl.String,
        },
        orient="row",
    ).with_columns(
        lang=pl.lit("en"), position=pl.int_range(pl.len()).over("thread_id").cast(pl.UInt32)
    )


def score(threads, turns, tmp_path, instructions, *, embed="roots"):
    path = tmp_path / "3_embeddings.lance"
    settings = EmbedSettings(model="hashing", turns=embed)
    embeddings.from_threads(turns, embedder=HASHING, path=path, settings=settings)
    return scores.from_threads(
        threads, turns, path=path, embedder=HASHING, instructions=instructions
    )


whole = st.integers(-3, 3)


@given(data=st.data(), block=st.integers(1, 9) | st.none())
def test_nearest_instructions_equals_brute_force(data, block):
    n, m, d = (data.draw(st.integers(low, 12)) for low in (0, 1, 1))
    vectors = data.draw(arrays(np.float32, (n, d), elements=whole))
    instructions = data.draw(arrays(np.float32, (m, d), elements=whole))
    similarity, nearest = scores.nearest_instructions(vectors, instructions, block=block)
    products = [[float(v @ k) for k in instructions] for v in vectors]
    assert similarity.tolist() == [max(row) for row in products]
    assert nearest.tolist() == [row.index(max(row)) for row in products]
    assert (similarity.dtype, nearest.dtype) == (np.float32, np.int64)


def test_from_threads_measures_by_hand(tmp_path):
    turns = make_turns(
        [
            (1, 1, None, "@a why is it? https://t.co/x"),
            (1, 2, 1, "@b no"),
            (1, 3, 1, "because it is so"),
            (1, 4, 2, "@a @b a much longer text, but no direct reply"),
            (5, 5, None, "@a @b"),
            (5, 6, 5, "https://t.co/y"),
        ]
    )
    threads = make_threads([5, 1, 9])
    found = score(threads, turns, tmp_path, known("cook rice", "why is it?"), embed="all")
    assert Scores.is_valid(found)
    assert found.select(Threads.column_names()).equals(threads)
    assert found.select("prompt_characters", "reply_characters").rows() == [
        (0, 0),
        (10, 16),
        (0, 0),
    ]
    # Thread 1 has 5 + 2 + 4 + 10 words, one of them a link, four of them mentions.
    assert found["link_share"].to_list() == pytest.approx([1 / 3, 1 / 21, 0])
    assert found["mention_share"].to_list() == pytest.approx([2 / 3, 4 / 21, 0])
    assert found["nearest_instruction"].to_list() == [None, "known-1", None]
    assert found["similarity"].to_list() == [None, pytest.approx(1, abs=1e-5), None]


def test_similarity_is_the_greatest_cosine_of_the_root(tmp_path):
    roots = [f"word{i} word{i % 5} word{i % 3}" for i in range(50)]
    asked = ["word4 word1", "word2", "word30 word0 word9"]
    turns = make_turns([(i + 1, i + 1, None, text) for i, text in enumerate(roots)])
    found = score(make_threads(list(range(1, 51))), turns, tmp_path, known(*asked))
    cosines = HASHING.encode(roots) @ HASHING.encode(asked).T
    assert np.allclose(found["similarity"], cosines.max(axis=1), atol=1e-6)
    assert found["nearest_instruction"].to_list() == [f"known-{i}" for i in cosines.argmax(axis=1)]


def test_no_instruction_leaves_similarity_unknown(tmp_path):
    turns = make_turns([(1, 1, None, "why?"), (1, 2, 1, "so")])
    found = score(make_threads([1]), turns, tmp_path, known())
    assert found.select("similarity", "nearest_instruction").rows() == [(None, None)]
    assert found["prompt_characters"].to_list() == [4]


def test_no_thread_gives_an_empty_valid_frame(tmp_path):
    found = scores.from_threads(
        Threads.create_empty(),
        make_turns([]),
        path=tmp_path / "none.lance",
        embedder=HASHING,
        instructions=known("why?"),
    )
    assert found.is_empty()
    assert Scores.is_valid(found)


def test_from_threads_without_vectors_says_so(tmp_path):
    with pytest.raises(StageError, match="no vectors"):
        scores.from_threads(
            make_threads([1]),
            make_turns([(1, 1, None, "why?")]),
            path=tmp_path / "none.lance",
            embedder=HASHING,
            instructions=known("why?"),
        )


def test_progress_ends_at_all_threads(tmp_path):
    turns = make_turns([(1, 1, None, "why?"), (2, 2, None, "@a")])
    path = tmp_path / "3_embeddings.lance"
    settings = EmbedSettings(model="hashing")
    embeddings.from_threads(turns, embedder=HASHING, path=path, settings=settings)
    calls = []
    scores.from_threads(
        make_threads([1, 2]),
        turns.lazy(),
        path=path,
        embedder=HASHING,
        instructions=known("why?"),
        on_progress=lambda *call: calls.append(call),
    )
    assert calls == [(0, 2), (1, 2), (2, 2)]
