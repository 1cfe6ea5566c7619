"""Turns and an embedder for tests of vectors."""

import polars as pl

from workbench import embeddings
from workbench.embeddings import embedders
from workbench.progress import silent
from workbench.recipe import EmbedSettings

HASHING = embedders.load("hashing")


class RecordingEmbedder:
    """The hashing embedder; records the texts it encodes."""

    name = "hashing"
    dimensions = HASHING.dimensions

    def __init__(self, digest="a" * 64, *, is_slow=False):
        self.digest = digest
        self.is_slow = is_slow
        self.texts = []

    def encode(self, texts, *, on_progress=silent):
        self.texts += texts
        return HASHING.encode(texts, on_progress=on_progress)

    def can_read(self, text):
        return HASHING.can_read(text)


def make_turns(texts, *, per_thread=1):
    """Return one turn per text; the first of every `per_thread` is a root."""
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


def embed(turns, path, *, embedder=None, turns_setting="roots", **options):
    """Run the embedding stage; return its counts and the embedder."""
    embedder = embedder or RecordingEmbedder()
    counts = embeddings.from_threads(
        turns,
        embedder=embedder,
        path=path,
        settings=EmbedSettings(turns=turns_setting),
        **options,
    )
    return counts, embedder
