"""Time of ingest on one machine, on Daft, and on Daft on Ray.

    python tests/benchmarks/bench_cluster.py                     100,000 lines, local and daft
    python tests/benchmarks/bench_cluster.py --lines 2000000     more of them
    python tests/benchmarks/bench_cluster.py --engines local daft ray

All engines read the same generated dump with the same number of processes, one after the other,
each into a workspace of its own. The ratio is the speed beside the local engine of the same call;
the aim is 0.9. The first use of Daft and the start of its processes count.
"""

import argparse
import tempfile
import time
from pathlib import Path

from tests.support.cluster import assert_same_tables
from workbench import pipeline, sample
from workbench.cluster import engine
from workbench.recipe import Recipe
from workbench.storage import Workspace


def main() -> None:
    """Print a line per engine, and compare their tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--engines", nargs="+", default=["local", "daft"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dump = folder / "dump.tar"
        sample.write(dump, lines=options.lines)
        print(f"{options.lines:,} lines, {dump.stat().st_size:,} bytes, {options.workers} workers")
        seconds: dict[str, float] = {}
        workspaces = {}
        for each in options.engines:
            workspaces[each] = Workspace.create(folder / each)
            seconds[each] = _ingest(workspaces[each], dump, name=each, workers=options.workers)
            first = options.engines[0]
            assert_same_tables(workspaces[first], workspaces[each])
            print(
                f"{each:6} {seconds[each]:7.2f} s   {seconds[first] / seconds[each]:5.2f} x {first}"
            )


def _ingest(workspace: Workspace, dump: Path, *, name: str, workers: int) -> float:
    began = time.perf_counter()
    pipeline.ingest(
        workspace,
        Recipe(),
        paths=[str(dump)],
        workers=workers,
        engine=engine.named(name, workers=workers),
    )
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
