"""Time and memory of threading on one machine, on Daft, and on Daft on Ray.

    python tests/benchmarks/bench_cluster_threads.py                    0.5 million tweets
    python tests/benchmarks/bench_cluster_threads.py 5 50               5 and 50 million
    python tests/benchmarks/bench_cluster_threads.py 1 4 16 --engines daft   does memory grow?
    python tests/benchmarks/bench_cluster_threads.py 5 --buckets 50000 200000 800000

Every run reads the same tweets, writes both tables and has a process of its own. The ratio is to
the local engine in the same call. `worker` is the largest peak of a worker process, `driver` that
of the driver, in which the runner of Daft joins and places.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

from tests.benchmarks.bench_threads import write_tweets
from workbench import threads
from workbench.cluster import threads as on_cluster
from workbench.cluster.engine import Engine, EngineName
from workbench.recipe import ThreadSettings
from workbench.storage import Workspace

ENGINES = ("local", "daft", "ray")


def main() -> None:
    """Print a line per size, engine and size of bucket."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("millions", nargs="*", type=float, default=[0.5])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--buckets", nargs="+", type=int, default=[on_cluster.TURNS_A_BUCKET])
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        folder, engine, turns = options.run
        print(_measure(Path(folder), engine, int(turns)))
        return
    with tempfile.TemporaryDirectory() as name:
        for millions in options.millions:
            folder = Path(name, f"{millions:g}")
            workspace = Workspace.create(folder)
            write_tweets(workspace.path("tweets"), int(millions * 1e6))
            _print_runs(folder, millions, options)


def _print_runs(folder: Path, millions: float, options: argparse.Namespace) -> None:
    local = None
    for engine in options.engines:
        for turns in options.buckets[: 1 if engine == "local" else None]:
            done = subprocess.run(
                [sys.executable, __file__, "--run", str(folder), engine, str(turns)],
                check=True,
                capture_output=True,
                text=True,
            )
            seconds, line = done.stdout.strip().splitlines()[-1].split(" ", 1)
            local = float(seconds) if engine == "local" else local
            ratio = f", {float(seconds) / local:.1f} x local" if local else ""
            print(f"{millions:g} M tweets, {engine}, {turns:,} turns a bucket: {line}{ratio}")


def _measure(folder: Path, engine: str, turns: int) -> str:
    """Run the stage; return the seconds, and a line with them and the peaks."""
    on_cluster.TURNS_A_BUCKET = turns
    workspace, settings = Workspace.open(folder), ThreadSettings()
    if engine == "ray":
        _start_ray()
    if engine != "local":
        made = Engine(EngineName(engine))
        made.start()
    peaks = _Peaks()
    with peaks, workspace.locked():
        began = time.perf_counter()
        if engine == "local":
            forest = threads.from_tweets(workspace.scan("tweets"), settings=settings)
            workspace.write("turns", forest.turns)
            workspace.write("threads", forest.threads)
            counts = forest.counts
        else:
            counts = on_cluster.from_workspace(workspace, settings=settings, engine=made)
        seconds = time.perf_counter() - began
    linked = f"{counts['linked']:,} linked, {counts['turns']:,} turns"
    return f"{seconds} {seconds:.1f} s, {linked}, {peaks}"


def _start_ray() -> None:
    import ray

    ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")


class _Peaks:
    """The largest resident memory of the driver and of any other process of the engine."""

    def __init__(self) -> None:
        self.driver = self.worker = 0
        self._is_done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._is_done.set()
        self._thread.join()

    def __str__(self) -> str:
        return f"driver {self.driver / 2**30:.2f} GiB, worker {self.worker / 2**30:.2f} GiB"

    def _watch(self) -> None:
        here = psutil.Process()
        while not self._is_done.wait(0.1):
            self.driver = max(self.driver, here.memory_info().rss)
            for process in here.children(recursive=True):
                with suppress(psutil.Error):
                    memory = process.memory_info()
                    # The store of Ray is memory that its processes share.
                    self.worker = max(self.worker, memory.rss - memory.shared)


if __name__ == "__main__":
    main()
