"""Build the table of vectors: what is encoded, what survives a kill, and what is erased."""

import numpy as np
import polars as pl
import pytest

from tests.support.embedding import RecordingEmbedder, embed, make_turns
from workbench import embeddings
from workbench.embeddings import build, lance_table, search
from workbench.exceptions import StageError


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
    counts, embedder = embed(turns, path)
    assert embedder.texts == ["hello you"]
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
    counts, embedder = embed(make_turns(["@a https://t.co/x", "", "x"]), path)
    assert (counts["turns"], counts["without_text"], counts["vectors"]) == (3, 2, 1)
    assert embedder.texts == ["x"]


def test_from_threads_reads_a_lazy_frame_and_encodes_nothing_twice(path):
    turns = make_turns([f"text {i % 40}" for i in range(60)], per_thread=3)
    embed(turns, path)
    counts, embedder = embed(turns.lazy(), path)
    assert embedder.texts == []
    assert (counts["added"], counts["erased"], counts["vectors"]) == (0, 0, 20)
    counts, embedder = embed(turns.lazy(), path, turns_setting="all")
    assert counts["vectors"] == 60
    assert len(embedder.texts) == len(set(embedder.texts)) == counts["encoded"] == 20
    counts, _ = embed(turns, path)
    assert (counts["vectors"], counts["erased"]) == (20, 40)


def test_a_killed_run_continues_where_it_stopped(path, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "CHUNK", 10)
    monkeypatch.setattr(build, "PART", 25)
    turns = make_turns([f"text {i % 80}" for i in range(100)])

    def kill(done, total):
        if done >= 35:
            raise KeyboardInterrupt

    first = RecordingEmbedder()
    with pytest.raises(KeyboardInterrupt):
        embed(turns, path, embedder=first, on_progress=kill)
    calls = []
    counts, second = embed(turns, path, on_progress=lambda *call: calls.append(call))
    saved = set(first.texts) - set(second.texts)
    assert len(saved) > 0
    assert len(second.texts) == len(set(second.texts)) == counts["encoded"] == 80 - len(saved)
    assert calls[0] == (0, counts["encoded"])
    assert calls[-1] == (counts["encoded"], counts["encoded"])
    assert calls == sorted(calls)
    embed(turns, tmp_path / "at_once.lance")
    assert content(path).equals(content(tmp_path / "at_once.lance"))


def test_another_model_replaces_the_table(path):
    turns = make_turns(["a b", "c d"])
    embed(turns, path)
    counts, other = embed(turns, path, embedder=RecordingEmbedder("b" * 64))
    assert counts["another_model"] == 2
    assert sorted(other.texts) == ["a b", "c d"]
    assert counts["vectors"] == 2
    with pytest.raises(StageError, match="cannot be compared"):
        search.search(path, text="a", embedder=RecordingEmbedder())


def test_deleted_turns_leave_no_byte(path):
    secret = "Qz7#kV9!pL2@xW4"
    texts = [f"{i} {np.random.default_rng(i).bytes(8).hex()}" for i in range(40)]
    turns = make_turns([*texts, secret])
    embed(turns, path)
    vector = embeddings.vectors(path, [41])["vector"].to_numpy().tobytes()
    assert secret.encode() in bytes_on_disk(path)
    assert vector in bytes_on_disk(path)
    counts, embedder = embed(turns.filter(pl.col("tweet_id") != 41), path)
    assert (counts["erased"], counts["vectors"], embedder.texts) == (1, 40, [])
    assert secret.encode() not in bytes_on_disk(path.parent)
    assert vector not in bytes_on_disk(path.parent)
    assert search.search(path, text=secret, embedder=embedder, mode="words").is_empty()


def test_changed_turns_are_updated(path):
    turns = make_turns(["a b", "c d", "e f"])
    embed(turns, path)
    moved = turns.with_columns(
        thread_id=pl.lit(1), position=pl.int_range(3), text=pl.col("text").replace("e f", "g h")
    )
    counts, embedder = embed(moved, path, turns_setting="all")
    assert embedder.texts == ["g h"]
    assert (counts["erased"], counts["added"]) == (1, 1)
    assert content(path).select("tweet_id", "thread_id", "is_root", "text").rows() == [
        (1, 1, True, "a b"),
        (2, 1, False, "c d"),
        (3, 1, False, "g h"),
    ]


def test_no_turns_make_an_empty_table(path):
    counts, embedder = embed(make_turns([]).cast({"lang": pl.String, "text": pl.String}), path)
    assert counts["vectors"] == 0
    assert embeddings.vectors(path, [1]).is_empty()
    assert search.search(path, text="a", embedder=embedder).is_empty()
    assert list(embeddings.batches(path, embedder=embedder)) == []
