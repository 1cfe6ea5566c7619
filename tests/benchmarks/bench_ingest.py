"""Ingest against the loop that it replaces, DuckDB, and `gzip -dc` or `bzip2 -dc` alone.

    python tests/benchmarks/bench_ingest.py                  synthetic minutes of 2019
    python tests/benchmarks/bench_ingest.py --real FOLDER    and the real ones in FOLDER
    python tests/benchmarks/bench_ingest.py --lines 1000000  more of them, --repeats 20 of those
    python tests/benchmarks/bench_ingest.py --member 10      memory for a member of 10 GB

The loop is that of the scripts that began this project: members one by one, `json.loads` a line, a
dictionary of 19 columns a tweet and a data frame of the dictionaries. Real minutes are repeated,
each time with other padding, so that no member is known from before. DuckDB reads the columns that
the loop takes from the .gz members, unpacked from the tar beforehand, with two threads, into a
Parquet file; it neither links records nor accounts for lines. CPU is that of all processes,
their start included; `reading` is what one process does once it runs, without the merge at the end.
"""

import argparse
import bz2
import gzip
import io
import json
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from workbench import ingest, sample
from workbench.archives import listing
from workbench.ingest import tasks
from workbench.recipe import IngestSettings
from workbench.storage import Workspace

WANTED = (
    *("timestamp_ms", "id", "text", "truncated", "in_reply_to_status_id", "in_reply_to_user_id"),
    *("is_quote_status", "quote_count", "reply_count", "retweet_count", "favorite_count"),
    *("filter_level", "lang", "possibly_sensitive", "hashtags"),
    *("user_id", "user_verified", "user_followers_count", "user_statuses_count"),
)
WORKERS = 2
OPEN = {"gz": gzip.open, "bz2": bz2.open}
PAD = {"gz": gzip.compress, "bz2": bz2.compress}
COMMAND = {"gz": "gzip", "bz2": "bzip2"}


#: What DuckDB reads of a line: the fields of a row, and what tells tweets from other messages.
DUCKDB = """
import sys, duckdb
folder, target, threads = sys.argv[1:]
database = duckdb.connect(config={"threads": int(threads)})
columns = {
    "id": "BIGINT", "text": "VARCHAR", "full_text": "VARCHAR", "truncated": "BOOLEAN",
    "in_reply_to_status_id": "BIGINT", "in_reply_to_user_id": "BIGINT",
    "quoted_status_id": "BIGINT", "quote_count": "BIGINT", "reply_count": "BIGINT",
    "retweet_count": "BIGINT", "favorite_count": "BIGINT", "possibly_sensitive": "BOOLEAN",
    "lang": "VARCHAR", "created_at": "VARCHAR",
    "user": "STRUCT(id BIGINT, screen_name VARCHAR)",
    "entities": "STRUCT(hashtags STRUCT(text VARCHAR)[])",
    "extended_tweet":
        "STRUCT(full_text VARCHAR, entities STRUCT(hashtags STRUCT(text VARCHAR)[]))",
}
tweet = "STRUCT(" + ", ".join(f'"{name}" {kind}' for name, kind in columns.items()) + ")"
columns |= {"retweeted_status": tweet, "quoted_status": tweet}
columns["delete"] = "STRUCT(status STRUCT(id BIGINT))"
rows = duckdb.read_json(
    f"{folder}/**/*.json.gz", columns=columns, format="newline_delimited", ignore_errors=True,
    connection=database,
)
rows.write_parquet(target, compression="zstd")
"""


class Cost(NamedTuple):
    """What a way of reading took, in seconds."""

    wall: float
    cpu: float


def main() -> None:
    """Print a table a dump: seconds, lines a second, and the ratios that have a floor."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=300_000, help="of the synthetic dumps")
    parser.add_argument("--real", type=Path, help="folder of tars of real minutes")
    parser.add_argument("--repeats", type=int, default=5, help="of the real minutes")
    parser.add_argument("--rounds", type=int, default=1, help="of all ways; the best time counts")
    parser.add_argument("--member", type=float, help="GB of one member, to see the memory it takes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.member:
            one_member(folder, size=int(options.member * 1e9))
            return
        for kind in ("gz", "bz2"):
            path = folder / f"synthetic-{kind}.tar"
            sample.write(path, lines=options.lines, compression=kind)
            compare(path, kind=kind, folder=folder, rounds=options.rounds)
        for path in sorted(options.real.glob("*2019*.tar")) if options.real else []:
            repeated, kind = repeat(path, folder=folder, times=options.repeats)
            compare(repeated, kind=kind, folder=folder, rounds=options.rounds)


def one_member(folder: Path, *, size: int) -> None:
    """Print what memory the ingest of a single large member takes, in a process of its own."""
    sample.write(folder / "minutes.tar", lines=40_000, compression="gz")
    members = listing.members(folder / "minutes.tar", spool=folder)
    minutes = gzip.compress(b"".join(chunk for member in members for chunk in member.chunks()), 4)
    unpacked = len(gzip.decompress(minutes))
    with (folder / "member.json.gz").open("wb") as file:
        for _ in range(-(-size // unpacked)):
            file.write(minutes)
    code = (
        "import sys; from workbench import Workspace, ingest; "
        "print(ingest.from_archives([sys.argv[1]], workspace=Workspace.create(sys.argv[2])))"
    )
    command = [sys.executable, "-c", code, str(folder / "member.json.gz"), str(folder / "one")]
    began = time.perf_counter()
    subprocess.run(command, check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print(f"{size / 1e9:.1f} GB in one member: {time.perf_counter() - began:.0f} s, ", end="")
    print(f"{peak:.2f} GiB resident at most (limit 1)")


def repeat(path: Path, *, folder: Path, times: int) -> tuple[Path, str]:
    """Write the members of a tar several times, each time padded with other blank lines."""
    target, kind = folder / f"repeated-{path.name}", "gz"
    with tarfile.open(path) as source, tarfile.open(target, "w") as bundle:
        members = [member for member in source if member.isfile()]
        for number in range(times):
            for member in members:
                packed = source.extractfile(member)
                assert packed is not None
                kind = member.name.rpartition(".")[2]
                data = packed.read() + PAD[kind](b"\n" * (number + 1))
                info = tarfile.TarInfo(f"{number}/{member.name}")
                info.size = len(data)
                bundle.addfile(info, io.BytesIO(data))
    return target, kind


def compare(path: Path, *, kind: str, folder: Path, rounds: int) -> None:
    """Read a dump in three ways and print what each took."""
    lines, counts = 0, {}

    def loop() -> None:
        nonlocal lines
        lines = replaced(path, kind=kind, folder=folder)

    def ours() -> None:
        workspace = Workspace.create(tempfile.mkdtemp(dir=folder))
        counts.update(ingest.from_archives([str(path)], workspace=workspace, workers=WORKERS))

    def reading() -> None:
        members = tuple(listing.members(path, spool=folder))
        parts = Path(tempfile.mkdtemp(dir=folder))
        tasks.perform(tasks.Task(members, parts, IngestSettings()))

    ways = {
        f"{COMMAND[kind]} -dc": lambda: unpack(path, kind=kind),
        "the replaced loop": loop,
        "reading, 1 process": reading,
        f"ingest, {WORKERS} processes": ours,
    }
    if kind == "gz":
        with tarfile.open(path) as bundle:
            bundle.extractall(folder / "members", filter="data")
        ways[f"DuckDB, {WORKERS} threads"] = lambda: read_with_duckdb(folder)
    taken: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(measured(way))
    costs = {name: Cost(*map(min, zip(*each, strict=True))) for name, each in taken.items()}
    print(f"\n{path.name}: {path.stat().st_size / 1e6:.1f} MB, {lines:,} lines, ", end="")
    print(f"{counts['rows']:,} rows")
    for name, cost in costs.items():
        rate = lines / cost.wall
        print(f"  {name:24} {cost.wall:7.2f} s wall {cost.cpu:7.2f} s CPU {rate:10,.0f} lines/s")
    alone, before, one, now, *duckdb = costs.values()
    print(f"  reading / loop: {before.cpu / one.cpu:.1f} x the lines a CPU second")
    print(f"  ingest / loop: {before.wall / now.wall:.1f} x the lines a second")
    print(f"  ingest / {COMMAND[kind]}: {now.cpu / alone.cpu:.2f} x the CPU, ", end="")
    print(f"{now.wall / alone.wall:.2f} x the wall time")
    for peer in duckdb:
        print(f"  ingest / DuckDB: {now.cpu / peer.cpu:.2f} x the CPU, ", end="")
        print(f"{now.wall / peer.wall:.2f} x the wall time")


def read_with_duckdb(folder: Path) -> None:
    """Read the unpacked members with DuckDB in a process of its own."""
    target = folder / "duckdb.parquet"
    arguments = [str(folder / "members"), str(target), str(WORKERS)]
    subprocess.run([sys.executable, "-c", DUCKDB, *arguments], check=True)


def measured(work: Callable[[], None]) -> Cost:
    """Run something; gives wall and CPU seconds, those of finished child processes included."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)

    def cpu() -> float:
        return sum(use.ru_utime + use.ru_stime for use in map(resource.getrusage, who))

    began, used = time.perf_counter(), cpu()
    work()
    return Cost(time.perf_counter() - began, cpu() - used)


def unpack(path: Path, *, kind: str) -> None:
    """Decompress every member with the command, into nothing."""
    with subprocess.Popen(
        [COMMAND[kind], "-dc"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as command:
        assert command.stdin is not None
        for member in listing.members(path, spool=path.parent):
            with member.open() as packed:
                command.stdin.write(packed.read())


def replaced(path: Path, *, kind: str, folder: Path) -> int:
    """Read a dump as the replaced scripts did; gives the number of lines.

    They took no tweet that is cut off, and printed an error for each that is no reply, which goes
    nowhere here. What they stumbled over, such as other notices than deletions, is passed over.
    """
    rows, lines = [], 0
    with tarfile.open(path) as bundle, open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        for member in bundle:
            packed = bundle.extractfile(member)
            if packed is None:
                continue
            with OPEN[kind](packed, "rb") as stream:
                for line in stream:
                    lines += 1
                    if line.isspace():
                        continue
                    status = json.loads(line)
                    if "delete" not in status and status.get("truncated") is False:
                        rows.append(wanted(status))
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(folder / "replaced.parquet")
    return lines


def wanted(status: dict[str, Any]) -> dict[str, Any]:
    """Give the columns that the replaced scripts took of a status, the ids as numbers of numpy."""
    for name in ("id", "followers_count", "statuses_count"):
        status[f"user_{name}"] = np.int64(status["user"][name] or 0)
    status["hashtags"] = [tag["text"] for tag in status["entities"]["hashtags"]]
    status["id"] = np.int64(status["id"])
    for name in ("in_reply_to_status_id", "in_reply_to_user_id"):
        try:
            status[name] = np.int64(status[name])
        except TypeError as error:
            print(error)
    return {name: status.get(name) for name in WANTED}


if __name__ == "__main__":
    main()
