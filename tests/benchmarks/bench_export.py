"""Threads a second of an export to `messages`, beside `json.dumps` of the same records.

Run as `python tests/benchmarks/bench_export.py [THREADS] [FORMAT...]`.
"""

import json
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from workbench import export
from workbench.recipe import ExportSettings, Recipe
from workbench.schemas import Turns

TURNS = 4
FLOOR = 20_000
WORDS = (
    "how do I fix the sink @name12 it leaks call 555-123-4567 since https://t.co/abc monday and "
    "the plumber of our town does not answer mail me@web.org please help thank you"
)


def table(threads: int) -> pl.DataFrame:
    """Make threads of four turns in which two people alternate."""
    rows, dice = threads * TURNS, np.random.default_rng(0)
    words = pl.Series(WORDS.split())
    drawn = words.gather(dice.integers(0, len(words), rows * 14)).reshape((rows, 14))
    number = pl.int_range(rows, eager=True)
    place = number % TURNS
    ids = 10**18 + number * 1000
    lead = pl.when(place > 0).then(pl.format("@name{} ", place)).otherwise(pl.lit(""))
    # One real tweet in six hundred has digits that only `phonenumbers` can judge.
    digits = pl.when(number % 500 == 0).then(pl.lit(" 4567 4567")).otherwise(pl.lit(""))
    given = {
        "thread_id": ids - place * 1000,
        "tweet_id": ids,
        "parent_id": pl.when(place > 0).then(ids - 1000),
        "reply_to_id": pl.when(place > 0).then(ids - 1000),
        "depth": place,
        "position": place,
        "author_id": number // TURNS * 2 + place % 2,
        "author_name": pl.format("name{}", number // TURNS * 2 + place % 2),
        "text": lead + drawn.cast(pl.List(pl.String)).list.join(" ") + digits,
        "lang": pl.lit("en"),
        "hashtags": pl.lit([], dtype=pl.List(pl.String)),
        "likes": pl.Series(dice.integers(0, 9, rows)),
        "created_at": pl.from_epoch(number, time_unit="s").dt.replace_time_zone("UTC"),
        "source": pl.lit("twitterstream"),
        "is_placed": pl.lit(value=True),
    }
    others = {
        name: pl.lit(None if column.nullable else 0)
        for name, column in Turns.columns().items()
        if name not in given
    }
    frame = pl.select(number=number).select(**(given | others))
    return frame.pipe(Turns.validate, cast=True)


def make(folder: Path, threads: int) -> None:
    """Write the table of turns, and that of the replies, all of which are good enough."""
    turns = table(threads)
    turns.write_parquet(folder / "turns.parquet")
    replies = turns.drop_nulls("parent_id").select("thread_id", "tweet_id", "parent_id")
    answer = np.random.default_rng(1).uniform(0.5, 1, replies.height).astype(np.float32)
    replies.with_columns(answer=pl.lit(pl.Series(answer))).write_parquet(
        folder / "reply_scores.parquet"
    )


def main(threads: int = 200_000, *formats: str) -> None:
    """Print what was measured."""
    folder = Path(tempfile.mkdtemp())
    # In a process of its own, so that the memory measured is that of the export.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        other.submit(make, folder, threads).result()
    turns = pl.scan_parquet(folder / "turns.parquet")
    facts = turns.group_by("thread_id").agg(lang=pl.lit("en"), turns=pl.len()).collect()
    verdicts = facts.select("thread_id", kept=True, passes_turns=True)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started, worked = time.perf_counter(), time.process_time()
    manifest = export.from_selection(
        turns,
        facts,
        verdicts,
        recipe=Recipe(export=ExportSettings(formats=formats or ("messages",))),
        folder=folder / "pack",
        provenance={},
        secret=bytes(32),
        answers=pl.scan_parquet(folder / "reply_scores.parquet"),
    )
    seconds = time.perf_counter() - started
    worked = time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{threads / seconds:,.0f} threads/s (floor {FLOOR:,}), {seconds:.1f} s, CPU {worked:.1f} s"
    )
    print(f"memory: {peak:,.0f} MiB at most, {before:,.0f} before the export")
    for file in manifest.files:
        print(f"  {file.name}: {file.records} records, {file.bytes / 2**20:.1f} MiB")
    if not formats:
        lines = (folder / "pack" / "messages.jsonl").read_text().splitlines()
        records = [json.loads(line) for line in lines]
        started = time.perf_counter()
        with (folder / "again.jsonl").open("w") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)
        print(f"json.dumps alone: {threads / (time.perf_counter() - started):,.0f} threads/s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:])
