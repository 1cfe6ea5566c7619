"""Measure how long it takes to import the package and to show the help, beside importing polars.

Run as `python tests/benchmarks/bench_imports.py`.
"""

import statistics
import subprocess
import sys
import time

RUNS = 7
COMMANDS = {
    'python -c "import polars"': ["-c", "import polars"],
    'python -c "import workbench"': ["-c", "import workbench"],
    "workbench --help": ["-m", "workbench", "--help"],
}


def main() -> None:
    """Print the median time of each command, and its ratio to the first one."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    # Interleaved, so that another load on the machine affects all commands alike.
    for _ in range(RUNS):
        for name, arguments in COMMANDS.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    reference = next(iter(medians.values()))
    for name, seconds in medians.items():
        print(f"{name:<30} {seconds * 1000:6.0f} ms  {seconds / reference:.2f} x")


if __name__ == "__main__":
    main()
