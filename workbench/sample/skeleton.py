"""Make a tweets table of any size without a dump, for benchmarks."""

from pathlib import Path

import numpy as np
import polars as pl

from workbench.progress import OnProgress, silent
from workbench.sample.statuses import EPOCH_MS
from workbench.sample.texts import load
from workbench.schemas import Tweets
from workbench.splitmix import scramble
from workbench.storage import atomic

#: Number of chains of the requested depth.
CHAINS = 3

#: Milliseconds since 1970, UTC, of the first tweet.
_START_MS = 1_561_939_200_000
#: Tweets per second, similar to July 2019, and rows per made-up member.
_RATE, _MEMBER = 30, 1_800


def skeleton(
    tweets: int,
    *,
    seed: int = 0,
    replies: float = 0.2,
    linked: float = 0.1,
    deep: int = 10_000,
    rows: tuple[int, int] | None = None,
) -> pl.DataFrame:
    """Make a tweets table, sorted by id. Every parent is older than its reply.

    Args:
        tweets: Rows of the whole table.
        seed: Seed of all random choices.
        replies: Share of the rows that answer a tweet, 0 to 1.
        linked: Share of the replies whose parent is in the table, 0 to 1.
        deep: Depth of the three deepest chains; less if there are too few linked replies.
        rows: Range of rows to make, end excluded; all by default. The parts make up the whole.

    Returns:
        A table of schema `Tweets`.

    Examples:
        >>> table = skeleton(10_000)
        >>> table.height, table["tweet_id"].is_sorted()
        (10000, True)
    """
    first, last = rows or (0, tweets)
    row = np.arange(first, last, dtype=np.int64)
    parent, is_orphan = _parents(row, tweets, seed, replies=replies, linked=linked, deep=deep)
    is_linked = parent >= 0
    tweet_id = _tweet_ids(row, seed)
    age_ms = 1 + (_hash(row, seed, 5) >> 28)
    unknown = tweet_id - (age_ms << 22) | 1
    tweets_of_noise = [(card.turns[0].text, card.lang) for card in load("sample_noise")]
    which = pl.Series((_hash(row, seed, 1) % len(tweets_of_noise)).astype(np.uint32))
    frame = pl.DataFrame(
        {
            "tweet_id": tweet_id,
            "author_id": _author_ids(row, seed, tweets),
            "created_at": (tweet_id >> 22) + EPOCH_MS,
            "text": pl.Series([text for text, _ in tweets_of_noise]).gather(which),
            "lang": pl.Series([lang for _, lang in tweets_of_noise]).gather(which),
            "reply_to_id": np.where(is_linked, _tweet_ids(parent, seed), unknown),
            "reply_to_author_id": _author_ids(np.where(is_linked, parent, ~row), seed, tweets),
            "member": row // _MEMBER,
            "line": row % _MEMBER + 1,
        }
    )
    is_reply = pl.lit(pl.Series(is_linked | is_orphan))
    return frame.with_columns(
        pl.when(is_reply).then(pl.col("reply_to_id", "reply_to_author_id"))
    ).select(_complete(frame.columns))


def write_skeleton(
    folder: str | Path,
    *,
    tweets: int,
    seed: int = 0,
    replies: float = 0.2,
    linked: float = 0.1,
    deep: int = 10_000,
    part_rows: int = 5_000_000,
    on_progress: OnProgress = silent,
) -> list[Path]:
    """Write `skeleton(tweets)` as parquet parts, with one part in memory at a time.

    Args:
        folder: Folder to write; an existing one is replaced.
        tweets: Total number of rows.
        seed: See `skeleton`.
        replies: See `skeleton`.
        linked: See `skeleton`.
        deep: See `skeleton`.
        part_rows: Most rows of a part.
        on_progress: Called with the rows done and all rows.

    Returns:
        Paths of the parts; ids ascend within and across them.
    """
    folder = Path(folder)
    names = []
    with atomic.replacing(folder) as aside:
        aside.mkdir()
        for first in range(0, tweets, part_rows):
            last = min(first + part_rows, tweets)
            part = skeleton(
                tweets, seed=seed, replies=replies, linked=linked, deep=deep, rows=(first, last)
            )
            names.append(f"part-{first // part_rows:05}.parquet")
            part.write_parquet(aside / names[-1], compression="zstd", compression_level=1)
            on_progress(last, tweets)
    return [folder / name for name in names]


def _parents(
    row: np.ndarray, tweets: int, seed: int, *, replies: float, linked: float, deep: int
) -> tuple[np.ndarray, np.ndarray]:
    """Choose the row of each parent, or -1, and mark the rows that answer an unknown tweet.

    A third of the links form dialogues of eight turns. At most three tenths form the deep chains.
    Half of the others answer one of a few popular tweets.
    """
    share = replies * linked
    deep = min(deep, int(share * tweets * 0.1))
    step = tweets // (deep + 1)
    stride = max(9, round(7 / 8 / (share * 0.35))) if share else tweets + 1
    chained = 7 / 8 / stride + CHAINS * deep / max(tweets, 1)
    rest = max(0.0, share - chained) / (1 - chained)
    chance = _hash(row, seed, 2) / 2**62
    back = (1 / (1 - _hash(row, seed, 3) / 2**62) ** 1.5).clip(1, 1e7).astype(np.int64)
    parent = np.where(chance < rest, row - back, -1)
    parent = np.where(chance < rest / 2, parent - parent % 512, parent).clip(-1)
    parent = np.where((row % stride == 0) & (row // stride % 8 > 0), row - stride, parent)
    in_chain = (row % step < CHAINS) & (row >= step) & (row // step <= deep)
    parent = np.where(in_chain, row - step, parent)
    is_orphan = (parent < 0) & (chance >= 1 - replies * (1 - linked) / (1 - chained))
    return parent, is_orphan


def _hash(row: np.ndarray, seed: int, use: int) -> np.ndarray:
    """Hash row numbers to 0 to 2**62 - 1; `use` selects the hash function."""
    scrambled = scramble(row.astype(np.uint64), stream=seed * 8 + use)
    return (scrambled >> np.uint64(2)).astype(np.int64)


def _tweet_ids(row: np.ndarray, seed: int) -> np.ndarray:
    """Make even snowflakes, a thirtieth of a second apart, in ascending order."""
    ms = _START_MS - EPOCH_MS + row * 1000 // _RATE
    return ms << 22 | (_hash(row, seed, 4) & 0x1FFFFF) << 1


def _author_ids(row: np.ndarray, seed: int, tweets: int) -> np.ndarray:
    return 12_000_000 + _hash(row, seed, 6) % max(100, tweets // 5)


def _complete(made: list[str]) -> list[pl.Expr]:
    """Select all columns of `Tweets` in order; columns that were not made are empty."""
    columns = []
    for name, dtype in Tweets.create_empty().schema.items():
        if name in made:
            column = pl.col(name).cast(dtype)
        elif isinstance(dtype, pl.List):
            column = pl.lit([], dtype=dtype)
        elif dtype == pl.Boolean:
            column = pl.lit(value=False)
        else:
            column = pl.lit("twitterstream" if name == "source" else None, dtype=dtype)
        columns.append(column.alias(name))
    return columns
