"""Benchmark: encoding against plain sentence-transformers, similarity against the bare product.

python tests/benchmarks/bench_embeddings.py --texts 2000 --vectors 1000000
"""

import argparse
import random
import resource
import time
from collections.abc import Callable

import numpy as np

from workbench import embedders, scores

SENTENCE = "how do I get the cat to stop eating plants when nobody is at home in winter why"


def made_up_texts(count: int, *, seed: int = 0) -> list[str]:
    """Make distinct texts as long as tweets are: most short, some of 60 words."""
    chance, words = random.Random(seed), SENTENCE.split()
    lengths = (min(60, 3 + int(chance.expovariate(1 / 18))) for _ in range(count))
    return [f"{i} " + " ".join(chance.choices(words, k=length)) for i, length in enumerate(lengths)]


def unit_rows(rows: int, dimensions: int, *, seed: int) -> np.ndarray:
    """Make random vectors of length 1."""
    made = np.random.default_rng(seed).standard_normal((rows, dimensions), dtype=np.float32)
    for start in range(0, rows, 8192):
        part = made[start : start + 8192]
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return made


def peak_mebibytes() -> float:
    """Give the most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def seconds(*calls: Callable[[], object], repeats: int) -> list[tuple[float, float]]:
    """Give the least wall and CPU seconds of each call, taken in turns to meet the same load."""
    best = [(float("inf"), float("inf"))] * len(calls)
    for _ in range(repeats):
        for i, call in enumerate(calls):
            wall, cpu = time.perf_counter(), time.process_time()
            call()
            took = time.perf_counter() - wall, time.process_time() - cpu
            best[i] = min(best[i][0], took[0]), min(best[i][1], took[1])
    return best


def bench_encode(texts: list[str]) -> None:
    """Print texts per second of both ways, and how far their vectors are apart."""
    embedder = embedders.load("all-MiniLM-L6-v2")
    embedder.encode(texts[:64])
    result = {}

    def ours() -> None:
        result["ours"] = embedder.encode(texts)

    def theirs() -> None:
        result["theirs"] = embedder.model.encode(texts, show_progress_bar=False)

    ours_took, theirs_took = seconds(ours, theirs, repeats=3)
    apart = np.abs(result["ours"] - result["theirs"]).max()
    print(f"encode {len(texts):,} texts on {embedder.model.device}, max difference {apart:.1e}")
    for name, (wall, cpu) in (
        ("workbench", ours_took),
        ("SentenceTransformer.encode", theirs_took),
    ):
        print(f"  {name}: {len(texts) / wall:,.0f}/s, {len(texts) / cpu:,.0f} a CPU second")


def bench_similarity(count: int, instructions: int) -> None:
    """Print the wall time against the product alone, in blocks of the same and of other sizes."""
    vectors = unit_rows(count, 384, seed=1)
    known = unit_rows(instructions, 384, seed=2)

    def product(rows: int) -> None:
        out = np.empty((rows, instructions), dtype=np.float32)
        for start in range(0, count, rows):
            part = vectors[start : start + rows]
            np.matmul(part, known.T, out=out[: len(part)])

    before = peak_mebibytes()
    scores.nearest_instructions(vectors, known)
    memory = peak_mebibytes() - before
    rows = max(1, scores.CELLS // instructions)
    ours, bare = seconds(
        lambda: scores.nearest_instructions(vectors, known), lambda: product(rows), repeats=3
    )
    print(f"nearest of {instructions:,} for {count:,} vectors, peak memory +{memory:.0f} MiB")
    for unit, own, alone in zip(("wall", "CPU"), ours, bare, strict=True):
        print(f"  {unit}: {own:.2f} s, the product alone {alone:.2f} s: x{own / alone:.2f}")


def main() -> None:
    """Run both benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=500, help="texts to encode; 0: none")
    parser.add_argument("--vectors", type=int, default=100_000, help="vectors to compare; 0: none")
    parser.add_argument("--instructions", type=int, default=1000)
    options = parser.parse_args()
    if options.texts:
        bench_encode(made_up_texts(options.texts))
    if options.vectors:
        bench_similarity(options.vectors, options.instructions)


if __name__ == "__main__":
    main()
