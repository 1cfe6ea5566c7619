"""All scores of a thread: similarity by brute force, lengths and shares by hand."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from workbench import embeddings, scores
from workbench.embeddings import embedders
from workbench.exceptions import StageError
from workbench.recipe import EmbedSettings, ScoreSettings
from workbench.schemas import Instructions, ReplyScores, Scores, Threads

HASHING = embedders.load("hashing")
NOON = datetime(2019, 7, 3, 12, tzinfo=UTC)


def known(*texts):
    return pl.DataFrame(
        {
            "instruction_id": [f"known-{i}" for i in range(len(texts))],
            "text": list(texts),
            "source": ["test"] * len(texts),
            "topic": [None] * len(texts),
            "tweet_id": [None] * len(texts),
        },
        schema_overrides={"topic": pl.String, "text": pl.String, "instruction_id": pl.String},
    ).pipe(Instructions.validate, cast=True)


def make_threads(roots):
    """Make threads with these ids; each is its own root."""
    return Threads.sample(len(roots), overrides={"thread_id": roots, "root_id": roots})


def make_turns(rows):
    """Make turns from (thread, tweet, parent, text); a turn without a parent is a root."""
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
        lang=pl.lit("en"),
        author_id=pl.lit(7),
        created_at=pl.lit(None, pl.Datetime("ms", "UTC")),
        retweets=pl.lit(None, pl.Int64),
        likes=pl.lit(None, pl.Int64),
        replies=pl.lit(None, pl.Int64),
        has_media=pl.lit(value=False),
        is_placed=pl.lit(value=True),
        position=pl.int_range(pl.len()).over("thread_id").cast(pl.UInt32),
    )


def score(threads, turns, tmp_path, instructions, *, embed="roots"):
    path = tmp_path / "3_embeddings.lance"
    settings = EmbedSettings(model="hashing", turns=embed)
    embeddings.from_threads(turns, embedder=HASHING, path=path, settings=settings)
    return scores.from_threads(
        threads, turns, path=path, embedder=HASHING, instructions=instructions
    ).threads


def test_from_threads_measures_texts(tmp_path):
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
    rows = score(threads, turns, tmp_path, known("cook rice", "why is it?"), embed="all")
    assert Scores.is_valid(rows)
    assert rows.select(Threads.column_names()).equals(threads)
    assert rows.select("prompt_characters", "reply_characters").rows() == [
        (0, 0),
        (10, 16),
        (0, 0),
    ]
    # Thread 1 has 5 + 2 + 4 + 10 words, one of them a link, four of them mentions.
    assert rows["link_share"].to_list() == pytest.approx([1 / 3, 1 / 21, 0])
    assert rows["mention_share"].to_list() == pytest.approx([2 / 3, 4 / 21, 0])
    assert rows["nearest_instruction"].to_list() == [None, "known-1", None]
    assert rows["similarity"].to_list() == [None, pytest.approx(1, abs=1e-5), None]
    assert rows["nearest_instructions"].to_list() == [None, ["known-1", "known-0"], None]
    cosines = HASHING.encode(["cook rice", "why is it?"]) @ HASHING.encode(["why is it?"])[0]
    assert rows["similarity_mean"][1] == pytest.approx(cosines.mean(), abs=1e-5)


def test_turns_without_a_known_place_are_no_replies(tmp_path):
    rows = [(1, 1, None, "why is it?"), (1, 2, 1, "because"), (1, 3, 1, "a much longer text")]
    turns = make_turns(rows).with_columns(is_placed=pl.col("tweet_id") != 3)
    assert score(make_threads([1]), turns, tmp_path, known())["reply_characters"].to_list() == [7]


def test_from_threads_describes_the_first_turns(tmp_path):
    turns = make_turns(
        [
            (1, 1, None, "@a How do I bake bread at home without any yeast?"),
            (1, 2, 1, "shit, no idea. Damn!"),
            (3, 3, None, "how do i bake bread at home, without any yeast https://t.co/x"),
            (3, 4, 3, "wait"),
            (5, 5, None, "¿Alguien sabe cómo puedo guardar el pan toda la semana?"),
            (7, 7, None, "@a"),
        ]
    ).with_columns(
        author_id=pl.col("tweet_id"),
        created_at=pl.lit(NOON),
        retweets=pl.when(pl.col("tweet_id") == 1).then(4),
        replies=pl.when(pl.col("tweet_id") == 1).then(9),
    )
    threads = Threads.sample(
        5,
        overrides={
            "thread_id": [1, 3, 5, 7, 9],
            "root_id": [1, 3, 5, 7, 9],
            "turns": [2, 2, 1, 1, 1],
            "lang": ["en", "und", None, None, None],
        },
    )
    rows = score(threads, turns, tmp_path, known("cook rice"))
    assert rows.select("prompt", "language", "retweets", "replies_told", "profanity").rows() == [
        ("How do I bake bread at home without any yeast?", "en", 4, 9, 2),
        ("how do i bake bread at home, without any yeast", "en", None, None, 0),
        ("¿Alguien sabe cómo puedo guardar el pan toda la semana?", "es", None, None, 0),
        ("", None, None, None, 0),
        ("", None, None, None, 0),
    ]
    assert rows.select("representative_id", "is_duplicate", "twins", "burst").rows() == [
        (1, False, 1, 2),
        (1, True, 1, 2),
        (5, False, 0, 1),
        (7, False, 0, 0),
        (9, False, 0, 0),
    ]


def test_from_threads_reads_a_list_of_profane_words(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("# mine\nbread*  # all of it\n\n")
    turns = make_turns([(1, 1, None, "bread and breadcrumbs, damn")])
    vectors = tmp_path / "3_embeddings.lance"
    embeddings.from_threads(turns, embedder=HASHING, path=vectors, settings=EmbedSettings())
    options = {"path": vectors, "embedder": HASHING, "instructions": known("cook rice")}
    threads = make_threads([1])
    settings = ScoreSettings(profanity=str(path), near_duplicates="words and vectors")
    rows = scores.from_threads(threads, turns, settings=settings, **options).threads
    assert rows["profanity"].to_list() == [2]
    path.write_text("# nothing\n")
    with pytest.raises(StageError, match="contains 0 words"):
        scores.from_threads(threads, turns, settings=settings, **options)
    with pytest.raises(StageError, match="cannot be read"):
        scores.from_threads(threads, turns, settings=ScoreSettings(profanity="none.txt"), **options)


def test_similarity_is_the_highest_cosine_of_the_root(tmp_path):
    roots = [f"word{i} word{i % 5} word{i % 3}" for i in range(50)]
    known_texts = ["word4 word1", "word2", "word30 word0 word9"]
    turns = make_turns([(i + 1, i + 1, None, text) for i, text in enumerate(roots)])
    rows = score(make_threads(list(range(1, 51))), turns, tmp_path, known(*known_texts))
    cosines = HASHING.encode(roots) @ HASHING.encode(known_texts).T
    assert np.allclose(rows["similarity"], cosines.max(axis=1), atol=1e-6)
    assert rows["nearest_instruction"].to_list() == [f"known-{i}" for i in cosines.argmax(axis=1)]


def test_similarity_is_null_without_instructions(tmp_path):
    turns = make_turns([(1, 1, None, "why?"), (1, 2, 1, "so")])
    rows = score(make_threads([1]), turns, tmp_path, known())
    assert rows.select("similarity", "nearest_instruction").rows() == [(None, None)]
    assert rows["prompt_characters"].to_list() == [4]


def test_no_threads_return_an_empty_valid_frame(tmp_path):
    rows = scores.from_threads(
        Threads.create_empty(),
        make_turns([]),
        path=tmp_path / "none.lance",
        embedder=HASHING,
        instructions=known("why?"),
    )
    assert rows.threads.is_empty()
    assert rows.replies.is_empty()
    assert Scores.is_valid(rows.threads)
    assert ReplyScores.is_valid(rows.replies)


def test_from_threads_without_vectors_raises(tmp_path):
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
