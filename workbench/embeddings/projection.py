"""Maps: the vector of each thread's first turn as a point in the plane, computed once and kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.embeddings import lance_table, projection_methods
from workbench.exceptions import StageError
from workbench.progress import OnProgress, silent
from workbench.splitmix import scramble
from workbench.storage import Workspace, atomic

if TYPE_CHECKING:
    from lancedb.table import Table

#: `axes` are the two directions in which the vectors differ most (principal components): quick,
#: and far things are far. `neighbours` keeps together what is near (t-SNE): takes minutes.
Method = Literal["axes", "neighbours"]

#: Threads that the axes are found from, and that the neighbours are laid out for; the others are
#: placed by them: 5,000 are laid out in 15 s, a million more placed in 80 s.
FITTED = {"axes": 20_000, "neighbours": 5_000}

#: Threads that are placed in the time that one is fitted in, for the progress.
WEIGHT = {"axes": 1, "neighbours": 40}

_EMPTY = pl.DataFrame(schema={"tweet_id": pl.Int64, "x": pl.Float32, "y": pl.Float32})


@dataclass(frozen=True)
class Map:
    """The threads of a workspace in the plane.

    Args:
        points: `tweet_id` of the first turn, ascending, with `x` and `y`, -1 to 1.
        method: See `Method`.
        seed: Start of every random choice.
    """

    points: pl.DataFrame
    method: Method
    seed: int


def path(workspace: Workspace) -> Path:
    """Give the file of the map, present or not."""
    return workspace.root / "3_map.parquet"


def load(workspace: Workspace) -> Map | None:
    """Read the map that was made of the vectors as they are now; None where there is none.

    Threads whose first turn was deleted since are left out.

    Raises:
        StageError: If there are no vectors.
    """
    version = version_of(lance_table.open_table(workspace.embeddings_path))
    try:
        told = pl.read_parquet_metadata(path(workspace))
        points = pl.read_parquet(path(workspace), glob=False)
    except (OSError, pl.exceptions.PolarsError):
        return None
    method = told.get("method")
    if told.get("version") != version or method not in get_args(Method):
        return None
    return Map(workspace.without_deleted(points), method, int(told["seed"]))  # type: ignore[arg-type]


def make(
    workspace: Workspace,
    *,
    method: Method = "axes",
    seed: int = 0,
    on_progress: OnProgress = silent,
) -> Map:
    """Place every thread that has a vector, and keep the map in the workspace.

    Equal vectors, method and seed give equal bytes on one machine. Vectors are read some thousand
    at a time; those of `FITTED` threads are held, chosen by their ids and the seed.

    Args:
        workspace: One with vectors.
        method: How threads are placed.
        seed: Start of every random choice.
        on_progress: Called with the work done, and all; what is fitted counts by `WEIGHT`.

    Raises:
        StageError: If there are no vectors, or no such method.
    """
    if method not in get_args(Method):
        msg = f"There is no map called {method!r}."
        raise StageError(msg, hint=f"choose {' or '.join(get_args(Method))}.")
    table = lance_table.open_table(workspace.embeddings_path)
    version = version_of(table)
    ids = (
        pl.concat([_EMPTY.select("tweet_id"), *_roots(table, "tweet_id")])["tweet_id"]
        .sort()
        .to_numpy()
    )
    chosen = pl.Series(sample(ids, most=FITTED[method], seed=seed))
    work, done = len(ids) + len(chosen) * WEIGHT[method], len(chosen) * WEIGHT[method]
    on_progress(0, work)
    vectors = lance_table.vectors_of(table, chosen).sort("tweet_id")["vector"].to_numpy()
    layout = (
        projection_methods.axes(vectors)
        if method == "axes"
        else projection_methods.neighbours(vectors, seed=seed)
    )
    on_progress(done, work)
    parts = [_EMPTY]
    for frame in _roots(table, "tweet_id", "vector"):
        placed = layout(frame["vector"].to_numpy())
        parts.append(frame.select("tweet_id", x=pl.Series(placed[:, 0]), y=pl.Series(placed[:, 1])))
        done += frame.height
        on_progress(done, work)
    points = pl.concat(parts).sort("tweet_id")
    reach = max(float(np.abs(points.select("x", "y").to_numpy()).max(initial=0)), 1e-9)
    scaled = points.with_columns(pl.col("x", "y") / pl.lit(reach, pl.Float32))
    points = workspace.without_deleted(scaled)
    told = {"method": method, "seed": str(seed), "version": version}
    with atomic.replacing(path(workspace)) as aside:
        points.write_parquet(aside, compression="zstd", metadata=told)
    return Map(points, method, seed)


def renew(workspace: Workspace) -> bool:
    """Make the quick map unless there is one of the vectors as they are; tell whether it did.

    A map of vectors as they were is erased first, as it names tweets that may be gone.
    """
    if load(workspace) is not None:
        return False
    path(workspace).unlink(missing_ok=True)
    make(workspace)
    return True


def order(ids: NDArray[np.int64], *, seed: int = 0) -> NDArray[np.int64]:
    """Give the places of ids in an order of which any beginning is spread evenly, see `sample`."""
    start = scramble(np.array([seed], dtype=np.int64).view(np.uint64), stream=1)
    mixed = scramble(np.asarray(ids, np.int64).view(np.uint64) ^ start, stream=1)
    return np.argsort(mixed, kind="stable")


def sample(ids: NDArray[np.int64], *, most: int, seed: int = 0) -> NDArray[np.int64]:
    """Choose ids that are spread evenly; the same ones however many others come and go.

    Args:
        ids: Distinct ids.
        most: How many at most.
        seed: Another one chooses others.

    Returns:
        The chosen ids, ascending.

    Examples:
        >>> sample(np.arange(100), most=4).tolist() == sample(np.arange(99), most=4).tolist()
        True
    """
    return np.sort(np.asarray(ids, np.int64)[order(ids, seed=seed)[:most]])


def version_of(table: "Table") -> str:
    """Hash which texts of which tweets the table holds vectors of, and by which embedder."""
    total, rows = 0, 0
    for frame in lance_table.read(table, "tweet_id", "text_hash", "is_root"):
        roots = frame.filter("is_root")
        ids = roots["tweet_id"].to_numpy().view(np.uint64)
        texts = roots["text_hash"].to_numpy().view(np.uint64)
        total += int(scramble(ids ^ scramble(texts, stream=1), stream=1).sum())
        rows += roots.height
    return f"{lance_table.digest(table)}-{rows}-{total % 2**64:016x}"


def _roots(table: "Table", *columns: str) -> Iterator[pl.DataFrame]:
    for frame in lance_table.read(table, *columns, "is_root"):
        yield frame.filter("is_root").select(columns)
