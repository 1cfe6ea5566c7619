"""Time of the stage `score`, and what it costs to rate every reply instead of the direct ones.

    python tests/benchmarks/bench_scores.py            100,000 threads
    python tests/benchmarks/bench_scores.py 1000000    other numbers

Prints the time of the stage with all replies, the time with direct replies only, and the ratio
(at most 1.30), the share of the time that it takes to find what the opener said to each reply, and
the size of the table of replies. Vectors are those of the hashing embedder.
"""

import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[2]))

import polars as pl

from tests.support import fakes
from workbench import instructions, scores
from workbench.classifiers import follow_ups, reply_classifier
from workbench.embeddings import embedders
from workbench.scores.build import Scored
from workbench.storage import Workspace

#: Most time with all replies, as a multiple of the time with direct replies only.
CEILING = 1.3
#: Runs of each kind, in turns; the fastest counts.
RUNS = 3


def main(threads: int = 100_000) -> None:
    """Print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = fakes.workspace(Path(folder) / "ws", threads=threads)
        fakes.embed(workspace)
        every, direct, bare = [], [], []
        for _ in range(RUNS):
            seconds, scored = run(workspace)
            every.append(seconds)
            with mock.patch.object(reply_classifier, "prompts_of", _roots_only):
                seconds, by_root = run(workspace)
            direct.append(seconds)
            with mock.patch.object(follow_ups, "of_replies", _no_follow_ups):
                bare.append(run(workspace)[0])
        turns = workspace.scan("turns").select(pl.len()).collect().item()
        workspace.write("reply_scores", scored.replies)
        size = workspace.path("reply_scores").stat().st_size
    ratio = min(every) / min(direct)
    print(f"{threads:,} threads of {turns:,} turns, fastest of {RUNS}")
    print(f"  all {scored.replies.height:,} replies: {min(every):.1f} s")
    print(f"  {by_root.replies.height:,} direct replies: {min(direct):.1f} s")
    print(f"  ratio {ratio:.2f} (at most {CEILING:.2f})")
    print(f"  follow-ups: {1 - min(bare) / min(every):.0%} of the time with all replies")
    print(f"  table of replies: {size / max(scored.replies.height, 1):.1f} bytes a row")


def run(workspace: Workspace) -> tuple[float, Scored]:
    """Score all threads; return the seconds and the scores."""
    began = time.perf_counter()
    scored = scores.from_threads(
        workspace.read("threads"),
        workspace.scan("turns"),
        path=workspace.embeddings_path,
        embedder=embedders.load("hashing"),
        instructions=instructions.starter(),
    )
    return time.perf_counter() - began, scored


def _roots_only(turns: pl.LazyFrame) -> pl.LazyFrame:
    roots = turns.filter(pl.col("position") == 0)
    return roots.select(parent_id="tweet_id", prompt="text", asker_id="author_id")


def _no_follow_ups(turns: pl.LazyFrame, prompts: pl.LazyFrame) -> pl.LazyFrame:
    return pl.LazyFrame(schema={"tweet_id": pl.Int64, "follow_up": pl.String})


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
