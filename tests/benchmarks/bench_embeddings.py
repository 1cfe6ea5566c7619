"""Compare each engine with plain sentence-transformers, and similarity with the product alone.

python tests/benchmarks/bench_embeddings.py --texts 2000 --vectors 1000000
python tests/benchmarks/bench_embeddings.py --tweets dump.tar --texts 20000 --vectors 0
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from workbench import ingest, instructions
from workbench.embeddings import embedders
from workbench.embeddings.engines.transformer import TransformerEmbedder
from workbench.embeddings.nearest import nearest_rows
from workbench.exceptions import StageError
from workbench.recipe import Recipe
from workbench.scores import similarity
from workbench.storage import Workspace
from workbench.text import normalize

MODEL = "all-MiniLM-L6-v2"

SENTENCE = "how do I get the cat to stop eating plants when nobody is at home in winter why"


def made_up_texts(count: int, *, seed: int = 0) -> list[str]:
    """Return distinct texts as long as tweets: most short, some of 60 words."""
    chance, words = random.Random(seed), SENTENCE.split()
    lengths = (min(60, 3 + int(chance.expovariate(1 / 18))) for _ in range(count))
    return [f"{i} " + " ".join(chance.choices(words, k=length)) for i, length in enumerate(lengths)]


def unit_rows(rows: int, dimensions: int, *, seed: int) -> np.ndarray:
    """Return random vectors of length 1."""
    made = np.random.default_rng(seed).standard_normal((rows, dimensions), dtype=np.float32)
    for start in range(0, rows, 8192):
        part = made[start : start + 8192]
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return made


def peak_mebibytes() -> float:
    """Return the peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def seconds(*calls: Callable[[], object], repeats: int) -> list[tuple[float, float]]:
    """Return the least wall and CPU seconds of each call; calls alternate to share the load."""
    best = [(float("inf"), float("inf"))] * len(calls)
    for _ in range(repeats):
        for i, call in enumerate(calls):
            wall, cpu = time.perf_counter(), time.process_time()
            call()
            took = time.perf_counter() - wall, time.process_time() - cpu
            best[i] = min(best[i][0], took[0]), min(best[i][1], took[1])
    return best


def read_tweets(paths: list[str], *, limit: int, seed: int = 0) -> list[str]:
    """Read at most `limit` distinct English texts of dumps, without mentions and links."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(folder)
        ingest.from_archives(paths, workspace=workspace, settings=Recipe().ingest)
        texts = (
            workspace.scan("tweets")
            .filter(pl.col("lang").is_in(["en", "und"]))
            .select(normalize.bare("text"))
            .filter(pl.col("text") != "")
            .unique(maintain_order=True)
            .collect()["text"]
        )
    return texts.sample(min(limit, len(texts)), seed=seed).to_list()


def top(cosines: np.ndarray, count: int) -> np.ndarray:
    """Return the columns of the highest cosines of each row, without the row itself."""
    np.fill_diagonal(cosines, -2)
    return np.argpartition(-cosines, count, axis=1)[:, :count]


def overlap(ours: np.ndarray, theirs: np.ndarray, *, rows: int = 5000) -> float:
    """Return the share of the ten nearest neighbours that two sets of vectors share."""
    one, other = ours[:rows], theirs[:rows]
    pairs = zip(top(one @ one.T, 10), top(other @ other.T, 10), strict=True)
    return float(np.mean([len(set(a) & set(b)) / 10 for a, b in pairs]))


def recalls(fast: np.ndarray, exact: np.ndarray, known: np.ndarray) -> dict[float, float]:
    """Return what a cascade keeps of the 2 % nearest to the instructions, by its share."""
    ranks = nearest_rows(fast, known)[0][:, 0].argsort()[::-1].argsort()
    nearest = nearest_rows(exact, known)[0][:, 0].argsort()[::-1]
    wanted = ranks[nearest[: max(1, len(exact) // 50)]]
    shares = (0.05, 0.1, 0.2, 0.3, 0.5)
    return {share: float((wanted < share * len(exact)).mean()) for share in shares}


def load_engines() -> dict[str, embedders.Embedder]:
    """Load the installed engines and print how long that takes."""
    engines = {}
    for engine in ("exact", "int8", "fast"):
        began = time.perf_counter()
        try:
            engines[engine] = embedders.load(MODEL, engine=engine)
        except StageError as error:
            print(error)
            continue
        engines[engine].encode(["warm up"])
        print(f"  {engine} loaded (or made) in {time.perf_counter() - began:.1f} s")
    return engines


def bench_encode(texts: list[str], *, repeats: int = 3) -> None:
    """Print the texts per second of each engine, and how close its vectors are to the library's."""
    engines = load_engines()
    exact = engines["exact"]
    assert isinstance(exact, TransformerEmbedder)
    vectors: dict[str, np.ndarray] = {}

    def plain() -> None:
        vectors["plain"] = exact.model.encode(texts, show_progress_bar=False)

    def run(name: str) -> Callable[[], None]:
        def encode() -> None:
            vectors[name] = engines[name].encode(texts)

        return encode

    base, *took = seconds(plain, *map(run, engines), repeats=repeats)
    print(f"encode {len(texts):,} texts on {exact.model.device}, against its own encode")
    print("           texts/s      x   a CPU second      x   cosine mean, least   top-10 overlap")
    for name, (wall, cpu) in zip(["plain", *engines], [base, *took], strict=True):
        near = (vectors[name] * vectors["plain"]).sum(axis=1)
        shared = overlap(vectors[name], vectors["plain"])
        print(
            f"  {name:6} {len(texts) / wall:9,.0f} {base[0] / wall:6.1f} "
            f"{len(texts) / cpu:14,.0f} {base[1] / cpu:6.1f} "
            f"{near.mean():13.4f} {near.min():6.3f} {shared:16.3f}"
        )
    known = exact.encode(instructions.starter()["text"].to_list())
    for name in list(engines)[1:]:
        kept = recalls(vectors[name], vectors["exact"], known)
        shares = ", ".join(f"{part:.0%} in its first {share:.0%}" for share, part in kept.items())
        print(f"  of the 2 % that exact finds nearest to the instructions, {name} has {shares}")


def bench_similarity(count: int, instructions: int) -> None:
    """Print wall and CPU time against the matrix product alone."""
    vectors = unit_rows(count, 384, seed=1)
    known = unit_rows(instructions, 384, seed=2)

    def product(rows: int) -> None:
        out = np.empty((rows, instructions), dtype=np.float32)
        for start in range(0, count, rows):
            part = vectors[start : start + rows]
            np.matmul(part, known.T, out=out[: len(part)])

    before = peak_mebibytes()
    nearest_rows(vectors, known, count=similarity.NEAREST)
    memory = peak_mebibytes() - before
    rows = 8192
    ours, bare = seconds(
        lambda: nearest_rows(vectors, known, count=similarity.NEAREST),
        lambda: product(rows),
        repeats=3,
    )
    title = f"nearest {similarity.NEAREST} of {instructions:,} for {count:,} vectors"
    print(f"{title}, peak memory +{memory:.0f} MiB")
    for unit, own, alone in zip(("wall", "CPU"), ours, bare, strict=True):
        print(f"  {unit}: {own:.2f} s, the product alone {alone:.2f} s: x{own / alone:.2f}")


def main() -> None:
    """Run both benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=2000, help="texts to encode; 0: none")
    parser.add_argument("--tweets", nargs="*", help="read the texts from these dumps")
    parser.add_argument("--vectors", type=int, default=100_000, help="vectors to compare; 0: none")
    parser.add_argument("--instructions", type=int, default=1000)
    options = parser.parse_args()
    if options.texts:
        read = read_tweets(options.tweets, limit=options.texts) if options.tweets else None
        bench_encode(read or made_up_texts(options.texts), repeats=1 if read else 3)
    if options.vectors:
        bench_similarity(options.vectors, options.instructions)


if __name__ == "__main__":
    main()
