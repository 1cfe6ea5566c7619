"""Time and memory of threading: link, forest and late text, at 9 and 90 million tweets.

    python tests/benchmarks/bench_threads.py                 9 million tweets
    python tests/benchmarks/bench_threads.py 9 90            and 90 million, 4 GB on disk
    python tests/benchmarks/bench_threads.py --peer          against the replaced tree builder

A fifth of the tweets are replies, a tenth of those to a tweet of the same dump; in every 9 million
there is a chain that is 100,000 replies deep. Every size runs in a process of its own, so that its
peak is its own.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl

from workbench import threads
from workbench.schemas import Tweets

PART = 3_000_000
CHAIN = 100_000
WORDS = ("how", "do", "you", "keep", "my", "bread", "from", "going", "hard", "while", "it", "rains")


def main() -> None:
    """Print a line per size, or compare with the peer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("millions", nargs="*", type=float, default=[9.0])
    parser.add_argument("--peer", action="store_true", help="compare with the replaced builder")
    parser.add_argument(
        "--folder", type=Path, help="where to keep the tweets for the next time; else they go"
    )
    parser.add_argument("--repeat", type=int, default=3, help="runs, of which the best counts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if options.peer:
            _compare(Path(name))
            return
        before: tuple[float, float] | None = None
        for millions in options.millions:
            folder = (options.folder or Path(name)) / f"{millions:g}"
            if not folder.exists():
                _apart(write_tweets, folder, int(millions * 1e6))
            runs = [_apart(_measure, folder) for _ in range(options.repeat)]
            seconds, busy, peak, counts = min(runs)
            ratio = (
                f"; {seconds / before[0]:.1f} times the wall time, {busy / before[1]:.1f} times "
                "the CPU of the size before"
                if before
                else ""
            )
            memory = f"peak {peak / 2**30:.2f} GiB"
            print(f"{millions:g} M tweets: {seconds:.1f} s, CPU {busy:.1f} s, {memory}{ratio}")
            print(f"  {counts}")
            before = (seconds, busy)


def write_tweets(folder: Path, total: int, *, part: int = PART, chain: int = CHAIN) -> None:
    """Write `total` tweets in parts sorted by id."""
    folder.mkdir(parents=True)
    generator = np.random.default_rng(0)
    ids = 2**60 + np.cumsum(generator.integers(1, 2000, total)) * 2
    parents = _parents(ids, generator, chain=chain)
    pool = [" ".join(generator.choice(WORDS, 18)) for _ in range(100_000)]
    texts = pl.Series(pool, dtype=pl.String)
    for start in range(0, total, part):
        rows = slice(start, start + part)
        frame = _tweets(ids[rows], parents[rows], texts, generator)
        frame.write_parquet(folder / f"{start:012d}.parquet", compression="zstd")


def _parents(ids: np.ndarray, generator: np.random.Generator, *, chain: int) -> np.ndarray:
    total = len(ids)
    parents = np.zeros(total, dtype=np.int64)
    replies = np.flatnonzero(generator.random(total) < 0.2)
    parents[replies] = ids[replies] - 1 - 2 * generator.integers(1, 10**9, len(replies))
    answered = replies[generator.random(len(replies)) < 0.1]
    back = 1 + generator.geometric(1e-4, len(answered))
    parents[answered] = ids[np.maximum(answered - back, 0)]
    for _ in range(max(1, total // 9_000_000)):
        links = np.sort(generator.choice(total, min(chain, total // 20), replace=False))
        parents[links[1:]] = ids[links[:-1]]
    parents[parents == ids] = 0
    return parents


def _tweets(
    ids: np.ndarray, parents: np.ndarray, texts: pl.Series, generator: np.random.Generator
) -> pl.DataFrame:
    rows = len(ids)
    numbers = pl.DataFrame(
        {
            "tweet_id": ids,
            "reply_to_id": parents,
            "author_id": generator.integers(1, 10**8, rows),
            "text": texts.gather(generator.integers(0, len(texts), rows)),
            "member": ids // 10**9,
            "line": np.arange(rows, dtype=np.uint32),
        }
    )
    own = pl.col("tweet_id")
    tagged = pl.when(own % 10 == 0).then(pl.concat_list(pl.lit("bread"))).otherwise(pl.lit([]))
    frame = numbers.with_columns(
        reply_to_id=pl.when(pl.col("reply_to_id") > 0).then("reply_to_id"),
        author_name=pl.format("name{}", "author_id"),
        created_at=pl.from_epoch((own // 2**22) + 1288834974657, "ms").dt.replace_time_zone("UTC"),
        text=pl.concat_str("text", own.cast(pl.String), separator=" "),
        lang=pl.lit("en"),
        hashtags=tagged.cast(pl.List(pl.String)),
        has_media=own % 4 == 0,
        is_truncated=pl.lit(value=False),
        is_embedded=own % 8 == 0,
        source=pl.lit("bench"),
    )
    absent = [name for name in Tweets.column_names() if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None).alias(name) for name in absent)
    return Tweets.cast(frame)


def _apart(work: Callable, *arguments: object) -> object:
    """Run something in a fresh process."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(work, *arguments).result()


def _measure(folder: Path) -> tuple[float, float, int, dict[str, int]]:
    """Give wall seconds, seconds of all cores, bytes at the peak, and the counts."""
    began, idle = time.perf_counter(), time.process_time()
    forest = threads.from_tweets(pl.scan_parquet(folder / "*.parquet"))
    seconds, busy = time.perf_counter() - began, time.process_time() - idle
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return seconds, busy, peak, forest.counts


def _compare(folder: Path, *, total: int = 500_000) -> None:
    """Grow the same trees both ways; deeper chains break the recursion of the peer."""
    write_tweets(folder / "peer", total, chain=300)
    tweets = pl.scan_parquet(folder / "peer" / "*.parquet")
    began = time.perf_counter()
    expected = _grow_all(tweets)
    peer = time.perf_counter() - began
    began = time.perf_counter()
    turns = threads.from_tweets(tweets).turns
    seconds = time.perf_counter() - began
    places = turns.select("tweet_id", "parent_id", "thread_id").rows()
    same = "the same trees" if set(places) == expected else "OTHER TREES"
    print(f"{total} tweets, {len(places)} turns: {same}")
    print(f"recursion {peer:.1f} s, threads {seconds:.2f} s: {peer / seconds:.0f} times")


def _grow_all(tweets: pl.LazyFrame) -> set[tuple[int, int | None, int]]:
    """Build trees as the replaced script did: all replies are searched for each node."""
    ids = tweets.select("tweet_id", "reply_to_id").collect()
    replies = ids.drop_nulls()
    is_placed = replies["reply_to_id"].is_in(ids["tweet_id"].implode())
    tops = ids.filter(pl.col("tweet_id").is_in(replies["reply_to_id"].implode()))
    tops = tops.join(replies.filter(is_placed), on="tweet_id", how="anti")
    places: set[tuple[int, int | None, int]] = set()
    for top in tops["tweet_id"]:
        places.add((top, None, top))
        _grow(top, top, replies, places)
    return places


def _grow(parent: int, top: int, replies: pl.DataFrame, places: set) -> None:
    for child in replies.filter(pl.col("reply_to_id") == parent)["tweet_id"]:
        places.add((child, parent, top))
        _grow(child, top, replies, places)


if __name__ == "__main__":
    main()
