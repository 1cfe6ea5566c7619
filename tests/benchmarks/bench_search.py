"""Search: time to find threads by examples, by words and on the map, and what the index misses.

Run as `python tests/benchmarks/bench_search.py [THREADS]`. The vectors are drawn at random around
some thousand centres, with no likeness to those of tweets but that of their number.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import polars as pl

from tests.support import fakes
from workbench.dashboard.search import map_view, queries
from workbench.dashboard.search.map_view import Atlas
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.embeddings import embedders, lance_index, lance_table, search
from workbench.recipe import Recipe
from workbench.storage import Workspace
from workbench.text import search_query

CENTRES, ASKED, NEAREST = 4000, 40, 10
WORDS = ["bread", "tomat*", "best -bread", '"fix a bike"', "zebra", "how OR why"]


def main() -> None:
    """Make a workspace with vectors and measure."""
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        made = fakes.workspace(Path(folder) / "ws", threads=threads)
        start = time.perf_counter()
        embed(made, made.scan("scores").select("root_id").collect()["root_id"])
        print(f"{threads:,} vectors written and indexed in {time.perf_counter() - start:.0f} s")
        print(f"of the {NEAREST} nearest, {recall(made):.3f} are found")
        live = ScoresSession(made, made.read("scores"))
        report("find by two examples", lambda turn: by_examples(live, turn))
        start = time.perf_counter()
        atlas = map_view.load(live)
        print(f"{'the map, made for the first time':40} {time.perf_counter() - start:6.1f} s")
        assert isinstance(atlas, Atlas)
        colours = list(map_view.COLOURS)
        report("the map in another colour", lambda turn: paint(live, atlas, colours[turn % 6]))
        report("words to mark on the map", lambda turn: by_words(live, WORDS[turn % len(WORDS)]))
        verdicts = live.verdicts(Recipe().select)
        scatter = map_view.draw(live, atlas, verdicts)
        scatter.paint(map_view.paint(live, atlas, verdicts, colour=colours[0]))
        print(f"{len(scatter.places) + len(scatter.slots):,} bytes for the map")


def embed(made: Workspace, ids: pl.Series) -> None:
    """Give every opening tweet a vector near one of the centres."""
    embedder = embedders.load("hashing")
    draw = np.random.default_rng(0)
    centres = draw.normal(size=(CENTRES, embedder.dimensions)).astype(np.float32)

    def frames() -> Iterator[pl.DataFrame]:
        for start in range(0, len(ids), lance_table.ROWS):
            some = ids.slice(start, lance_table.ROWS).alias("tweet_id")
            noise = draw.normal(size=(len(some), embedder.dimensions)).astype(np.float32)
            rows = centres[draw.integers(0, CENTRES, len(some))] + noise
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
            vectors = pl.Series("vector", rows, dtype=pl.Array(pl.Float32, embedder.dimensions))
            yield pl.DataFrame([some, vectors]).with_columns(
                thread_id="tweet_id",
                is_root=pl.lit(value=True),
                lang=pl.lit("en"),
                text=pl.lit("how do I bake bread?"),
                text_hash="tweet_id",
            )

    table = lance_table.make(made.embeddings_path, embedder=embedder)
    lance_table.write(table, frames())
    lance_index.tidy(table)


def recall(made: Workspace) -> float:
    """Compare what is found with what a look at all vectors finds."""
    table = lance_table.open_table(made.embeddings_path)
    frames = [
        frame.select("tweet_id", "vector")
        for frame in lance_table.read(table, "tweet_id", "vector")
    ]
    asked = frames[0]["vector"].to_numpy()[:ASKED]
    near = [(f["tweet_id"].to_numpy(), asked @ f["vector"].to_numpy().T) for f in frames]
    ids = np.concatenate([nearest for nearest, _ in near])
    best = np.argsort(-np.concatenate([cosines for _, cosines in near], axis=1), axis=1)
    nearest = search.nearest(made.embeddings_path, asked, limit=NEAREST)["tweet_id"].to_numpy()
    pairs = zip(nearest.reshape(ASKED, NEAREST), ids[best[:, :NEAREST]], strict=True)
    return float(np.mean([len(set(one) & set(other)) / NEAREST for one, other in pairs]))


def by_examples(live: ScoresSession, turn: int) -> None:
    """Find threads near two others, as the page does."""
    verdicts = live.verdicts(Recipe().select)
    everything = pl.repeat(True, live.scores.height, dtype=pl.Boolean, eager=True)
    ids = live.scores["thread_id"][[turn, turn + 100]].to_list()
    queries.by_examples(live, ids, mode="vector", mask=everything, verdicts=verdicts, limit=20)


def paint(live: ScoresSession, atlas: Atlas, colour: str) -> None:
    """Colour the map."""
    map_view.paint(live, atlas, live.verdicts(Recipe().select), colour=colour)


def by_words(live: ScoresSession, words: str) -> None:
    """Find the threads with some words, as the page does while they are typed."""
    queries.with_words(live, search_query.parse(words), Recipe().embed)


def report(what: str, act: Callable[[int], None]) -> None:
    """Print median and worst of some turns in ms, the first left out."""
    took = []
    for turn in range(21):
        start = time.perf_counter()
        act(turn)
        took.append((time.perf_counter() - start) * 1000)
    print(f"{what:40} {statistics.median(took[1:]):6.0f} / {max(took[1:]):6.0f} ms")


if __name__ == "__main__":
    main()
