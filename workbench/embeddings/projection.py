"""Project the first turn of each thread to a point in the plane, once, and keep the result.

The embedding stage makes the projection; `workbench map` makes it again in another way. The search
page shows it as a map.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.embeddings import clusters, lance_table, projection_methods
from workbench.embeddings.clusters import Cluster
from workbench.exceptions import StageError
from workbench.progress import OnProgress, silent
from workbench.splitmix import scramble
from workbench.storage import Workspace, atomic

if TYPE_CHECKING:
    from lancedb.table import Table

#: `axes` are the two directions in which the vectors vary most (principal components): quick, and
#: distant threads are distant. `neighbours` keeps near threads near (t-SNE): takes a minute, two
#: for a million threads.
Method = Literal["axes", "neighbours"]

#: Increment when equal vectors are placed or named differently.
FORMAT = 2

#: Below this number of threads, `neighbours` mean nothing and `axes` are used.
FEW = 50

#: Threads whose texts name the clusters.
NAMED = 20_000

#: Threads that the projection is fitted to; all others are placed afterwards.
FITTED = {"axes": 20_000, "neighbours": 5_000}

#: Threads placed in the time that one is fitted, for the progress.
WEIGHT = {"axes": 1, "neighbours": 40}

_EMPTY = pl.DataFrame(schema={"tweet_id": pl.Int64, "x": pl.Float32, "y": pl.Float32})
_NO_TEXTS = pl.DataFrame(schema={"tweet_id": pl.Int64, "text": pl.String})


@dataclass(frozen=True)
class Projection:
    """The threads of a workspace as points in the plane.

    Args:
        points: `tweet_id` of the first turn, ascending, with `x` and `y`, -1 to 1, and `cluster`:
            its number from 1, or 0 for none.
        method: See `Method`.
        seed: Seed of every random choice.
        clusters: The clusters from 1 on.
    """

    points: pl.DataFrame
    method: Method
    seed: int
    clusters: tuple[Cluster, ...] = ()


def path(workspace: Workspace) -> Path:
    """Return the path of the file, which may not exist yet."""
    return workspace.root / "3_map.parquet"


def load(workspace: Workspace) -> Projection | None:
    """Read the projection; return None if there is none of the current vectors.

    Threads whose first turn was deleted since are left out.

    Raises:
        StageError: If there are no vectors.
    """
    version = version_of(lance_table.open_table(workspace.embeddings_path))
    try:
        metadata = pl.read_parquet_metadata(path(workspace))
        points = pl.read_parquet(path(workspace), glob=False)
    except (OSError, pl.exceptions.PolarsError):
        return None
    method = metadata.get("method")
    if metadata.get("version") != version or method not in get_args(Method):
        return None
    hills = tuple(Cluster(**cluster) for cluster in json.loads(metadata["clusters"]))
    points = workspace.without_deleted(points)
    return Projection(points, method, int(metadata["seed"]), hills)  # type: ignore[arg-type]


def make(
    workspace: Workspace,
    *,
    method: Method = "axes",
    seed: int = 0,
    on_progress: OnProgress = silent,
) -> Projection:
    """Place every thread that has a vector, and write the projection to the workspace.

    Equal vectors, method and seed produce equal bytes on one machine. Vectors are read some
    thousand at a time. Only those of `FITTED` threads, chosen by id and seed, are in memory
    together.

    Args:
        workspace: One with vectors.
        method: How threads are placed.
        seed: Seed of every random choice.
        on_progress: Called with work done and total work; fitted threads count by `WEIGHT`.

    Raises:
        StageError: If there are no vectors, or the method is unknown.
    """
    if method not in get_args(Method):
        msg = f"There is no map called {method!r}."
        raise StageError(msg, hint=f"choose {' or '.join(get_args(Method))}.")
    table = lance_table.open_table(workspace.embeddings_path)
    version = version_of(table)
    ids = pl.concat([_EMPTY.select("tweet_id"), *_roots(table, "tweet_id")])["tweet_id"].sort()
    fitted = pl.Series(sample(ids.to_numpy(), most=FITTED[method], seed=seed))
    done = len(fitted) * WEIGHT[method]
    work = len(ids) + done
    on_progress(0, work)
    layout = _fit(table, fitted, method=method, seed=seed)
    on_progress(done, work)
    placed = [_EMPTY]
    for frame in _roots(table, "tweet_id", "vector"):
        xy = layout(frame["vector"].to_numpy())
        placed.append(frame.select("tweet_id", x=pl.Series(xy[:, 0]), y=pl.Series(xy[:, 1])))
        done += frame.height
        on_progress(done, work)
    points = workspace.without_deleted(_scaled(pl.concat(placed).sort("tweet_id")))
    numbers, tops = clusters.of_points(points.select("x", "y").to_numpy())
    points = points.with_columns(cluster=pl.Series(numbers))
    hills = _described(table, points, tops)
    metadata = {
        "method": method,
        "seed": str(seed),
        "version": version,
        "clusters": json.dumps([asdict(hill) for hill in hills]),
    }
    with workspace.locked(), atomic.replacing(path(workspace)) as partial:
        points.write_parquet(partial, compression="zstd", metadata=metadata)
    return Projection(points, method, seed, hills)


def _described(
    table: "Table", points: pl.DataFrame, tops: NDArray[np.float32]
) -> tuple[Cluster, ...]:
    """Name the clusters by the texts of a sample."""
    ids = pl.Series("tweet_id", sample(points["tweet_id"].to_numpy(), most=NAMED))
    frames = [_NO_TEXTS]
    for start in range(0, len(ids), lance_table.ROWS):
        part = ids[start : start + lance_table.ROWS].to_list()
        where = lance_table.condition(table, {"tweet_id": part})
        frames += lance_table.read(table, "tweet_id", "text", where=where)
    texts = points.select("tweet_id", "cluster").join(pl.concat(frames), on="tweet_id")
    names = clusters.names(texts.sort("tweet_id"), len(tops))
    sizes = np.bincount(points["cluster"].to_numpy(), minlength=len(tops) + 1)[1:]
    return tuple(
        Cluster(name, round(float(x), 4), round(float(y), 4), int(size))
        for name, (x, y), size in zip(names, tops, sizes, strict=True)
    )


def refresh(workspace: Workspace, *, on_progress: OnProgress = silent) -> bool:
    """Make the projection unless there is one of the current vectors.

    An outdated projection is deleted first, because it may contain deleted tweets.

    Returns:
        Whether a projection was made.
    """
    if load(workspace) is not None:
        return False
    path(workspace).unlink(missing_ok=True)
    table = lance_table.open_table(workspace.embeddings_path)
    method: Method = "axes" if table.count_rows("is_root") < FEW else "neighbours"
    make(workspace, method=method, on_progress=on_progress)
    return True


def spread_order(ids: NDArray[np.int64], *, seed: int = 0) -> NDArray[np.int64]:
    """Return the indices of ids in an order whose first ids are always evenly spread (`sample`)."""
    start = scramble(np.array([seed], dtype=np.int64).view(np.uint64), stream=1)
    scrambled = scramble(np.asarray(ids, np.int64).view(np.uint64) ^ start, stream=1)
    return np.argsort(scrambled, kind="stable")


def sample(ids: NDArray[np.int64], *, most: int, seed: int = 0) -> NDArray[np.int64]:
    """Choose evenly spread ids; mostly the same ones when other ids are added or removed.

    Args:
        ids: Distinct ids.
        most: Maximum number of ids.
        seed: Another seed chooses other ids.

    Returns:
        The chosen ids, ascending.

    Examples:
        >>> sample(np.arange(100), most=4).tolist() == sample(np.arange(99), most=4).tolist()
        True
    """
    return np.sort(np.asarray(ids, np.int64)[spread_order(ids, seed=seed)[:most]])


def version_of(table: "Table") -> str:
    """Hash the embedder, the first turns and their texts, in any order of rows."""
    total, rows = 0, 0
    for frame in lance_table.read(table, "tweet_id", "text_hash", "is_root"):
        roots = frame.filter("is_root")
        ids = roots["tweet_id"].to_numpy().view(np.uint64)
        texts = roots["text_hash"].to_numpy().view(np.uint64)
        total += int(scramble(ids ^ scramble(texts, stream=1), stream=1).sum())
        rows += roots.height
    return f"{FORMAT}-{lance_table.digest(table)}-{rows}-{total % 2**64:016x}"


def _roots(table: "Table", *columns: str) -> Iterator[pl.DataFrame]:
    for frame in lance_table.read(table, *columns, "is_root"):
        yield frame.filter("is_root").select(columns)


def _fit(table: "Table", ids: pl.Series, *, method: Method, seed: int) -> projection_methods.Layout:
    vectors = lance_table.read_vectors(table, ids).sort("tweet_id")["vector"].to_numpy()
    if method == "axes":
        return projection_methods.axes(vectors)
    return projection_methods.neighbours(vectors, seed=seed)


def _scaled(points: pl.DataFrame) -> pl.DataFrame:
    """Scale `x` and `y` together, so that the largest is 1 or -1."""
    largest = max(float(np.abs(points.select("x", "y").to_numpy()).max(initial=0)), 1e-9)
    return points.with_columns(pl.col("x", "y") / pl.lit(largest, pl.Float32))
