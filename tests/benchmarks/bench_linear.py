"""Measure how the time of reading grows with what is read, for every format and container.

Usage: `python tests/benchmarks/bench_linear.py [NAME ...]`. Each file of `hostile_files` is read at
1, 2 and 4 times its size. A time that grows with the square of the size has a ratio of 4 from one
size to the next; a linear one has 2. Exits with 1 if a reader is slower than linear.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support.hostile_files import FILES
from workbench.archives import listing
from workbench.ingest import tasks
from workbench.recipe import IngestSettings

#: Ratio of the largest size to the middle one above which a reader counts as slower than linear.
#: It leaves room for noise.
MOST = 2.8

#: Below this many seconds, a ratio is noise.
FEWEST = 0.05


def seconds(path: Path, folder: Path) -> float:
    """Return the processor time of reading a file into staged tables."""
    began = time.process_time()
    members = listing.members(path, spool=folder / "spool")
    for task in tasks.group(members, folder=folder / "staging", settings=IngestSettings()):
        tasks.perform(task)
    return time.process_time() - began


def main() -> None:
    """Measure, and print a line for each kind of file."""
    parser = argparse.ArgumentParser(description="Measure how the time of readers grows.")
    parser.add_argument("names", nargs="*", help="kinds of files; all by default")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies all sizes")
    options = parser.parse_args()
    slow = []
    for name in options.names or FILES:
        write, parts = FILES[name]
        with tempfile.TemporaryDirectory() as folder:
            times = []
            for factor in (1, 2, 4):
                path = Path(folder, str(factor))
                write(path, int(parts * options.scale) * factor)
                times.append(seconds(path, Path(folder)))
        ratio = times[2] / times[1]
        is_slow = ratio > MOST and times[2] > FEWEST
        slow += [name] if is_slow else []
        shown = " ".join(f"{each:7.3f}" for each in times)
        print(f"{name:32} {shown} s, ratio {ratio:4.1f}{'  SLOW' if is_slow else ''}", flush=True)
    print(f"{len(slow)} slower than linear: {', '.join(slow) or 'none'}")
    sys.exit(bool(slow))


if __name__ == "__main__":
    main()
