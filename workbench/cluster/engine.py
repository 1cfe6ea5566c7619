"""Start Daft, on this machine or on a Ray cluster, and spread a function over its workers.

Daft and Ray schedule, shuffle, queue and retry. This package only says what is to be done.
"""

import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.cluster import connection, node, wire
from workbench.cluster.connection import AUTO, LOCAL
from workbench.cluster.failures import failures_named
from workbench.exceptions import StageError

if TYPE_CHECKING:
    from workbench.cluster.exchange import Exchange

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Items that are handed to the workers at once, per worker.
WAVE = 64

#: Seconds to wait for all nodes to do something small.
PATIENCE = 300


class EngineName(StrEnum):
    """Daft's own runner on this machine, or Daft on a Ray cluster."""

    DAFT = "daft"
    RAY = "ray"


@dataclass(frozen=True)
class Engine:
    """Where the stages run.

    Args:
        name: The runner of Daft.
        workers: Processes that perform tasks at once; 0 means one per core of the cluster.
        ray_address: Address of the cluster: `auto`, `HOST:PORT` or `ray://HOST:PORT`.
        exchange: How files reach the workers; None if all machines see the same files.
    """

    name: EngineName = EngineName.DAFT
    workers: int = 0
    ray_address: str = AUTO
    exchange: "Exchange | None" = field(default=None, compare=False)

    def start(self) -> None:
        """Connect Daft to its workers; a second call does nothing.

        Raises:
            StageError: If Daft or Ray is not installed, the cluster cannot be reached, or this
                process has used the other engine before.
        """
        packages = ("daft", "ray") if self.name == EngineName.RAY else ("daft",)
        node.check_installed(packages, engine=self.name)
        connection.connect(self.name, self.ray_address)

    @property
    def processes(self) -> int:
        """Number of processes that perform tasks at once."""
        if self.workers:
            return self.workers
        if self.name == EngineName.DAFT:
            return os.cpu_count() or 1
        import ray

        return max(1, int(ray.cluster_resources().get("CPU", 1)))

    @property
    def gpus(self) -> int:
        """Number of GPUs that the workers may use."""
        if self.name == EngineName.DAFT:
            import torch

            return torch.cuda.device_count()
        import ray

        return int(ray.cluster_resources().get("GPU", 0))

    def share(self, paths: Iterable[Path]) -> None:
        """Make sure that workers can read files of the workspace that this process has written."""
        if self.exchange is not None:
            self.exchange.share(paths)

    def spread(
        self,
        function: Callable[[Item], Result],
        items: Iterable[Item],
        *,
        on_gpus: bool = False,
        in_threads: bool = False,
    ) -> Iterator[Result]:
        """Call a function with each item, in processes all over the cluster.

        Args:
            function: A function of a module or a `partial` of one, so that it can be pickled. It
                may be called twice with an item, on two nodes, if one of them dies.
            items: Small values that can be pickled. They are drawn in waves.
            on_gpus: Start one process per GPU instead of per core, if there are any.
            in_threads: The function leaves its work to polars. With Daft's own runner it is then
                called in threads of this process, which need no second to start.

        Yields:
            The results, in any order.

        Raises:
            StageError: If a worker was killed and its work could not be given to another, or it
                has another version of the workbench.
            Exception: Whatever the function has raised.
        """
        self.start()
        gpus = self.gpus if on_gpus else 0
        processes = gpus or self.processes
        rest = iter(items)
        while wave := list(itertools.islice(rest, WAVE * processes)):
            if in_threads and self.name == EngineName.DAFT:
                with ThreadPoolExecutor(processes) as pool:
                    yield from pool.map(function, wave)
                continue
            with _one_thread_each(), failures_named():
                yield from self._spread(
                    function, wave, processes=min(processes, len(wave)), gpus=min(gpus, 1)
                )

    def _spread(
        self, function: Callable[[Item], Result], items: list[Item], *, processes: int, gpus: int
    ) -> Iterator[Result]:
        import daft

        from workbench.cluster.worker import Worker

        root = self.exchange.root if self.exchange else None
        place = self.exchange.place if self.exchange else None
        pool = daft.cls(Worker, use_process=True, max_concurrency=processes, gpus=gpus)
        worker = pool(wire.dumped(function, root=root), node.version(), place)
        frame = daft.from_pydict({"item": [wire.dumped(item, root=root) for item in items]})
        # Daft's own runner hands out batches, Ray partitions.
        is_ray = self.name == EngineName.RAY
        frame = frame.into_partitions(len(items)) if is_ray else frame.into_batches(1)
        performed = frame.select(worker.perform(daft.col("item")).alias("result"))
        for row in performed.iter_rows(results_buffer_size=processes):
            yield self._received(row["result"])

    def _received(self, data: bytes) -> Any:  # noqa: ANN401
        """Return what a worker has returned, with its files at hand; raise what it has raised."""
        root = self.exchange.root if self.exchange else None
        answer: wire.Answer = wire.loaded(data, root=root)
        if isinstance(answer.result, Exception):
            raise answer.result
        if self.exchange is not None:
            self.exchange.take(answer.sent)
        return answer.result

    def on_every_node(self, function: Callable[..., None], *args: object) -> None:
        """Call a function on each node of a Ray cluster on which workers may run.

        Raises:
            StageError: If a node is lost, or lacks the package.
            Exception: Whatever the function has raised.
        """
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        nodes = [each for each in ray.nodes() if each["Alive"] and each["Resources"].get("CPU")]
        places = [NodeAffinitySchedulingStrategy(each["NodeID"], soft=False) for each in nodes]
        call = ray.remote(_error_of)
        with failures_named():
            errors = ray.get(
                [
                    call.options(num_cpus=0, scheduling_strategy=place).remote(function, *args)
                    for place in places
                ],
                timeout=PATIENCE,
            )
        for error in errors:
            if error is not None:
                raise error


def _error_of(function: Callable[..., None], *args: object) -> Exception | None:
    """Call a function; return what it raises, which Ray would wrap."""
    try:
        function(*args)
    except Exception as error:
        return error
    return None


def named(name: str, *, workers: int = 0, ray_address: str = AUTO) -> Engine | None:
    """Return the engine of a name; None for `local`: child processes, without Daft.

    Args:
        name: `local`, `daft` or `ray`.
        workers: See `Engine`.
        ray_address: See `Engine`.

    Raises:
        StageError: If there is no engine of this name.
    """
    if name == LOCAL:
        return None
    if name not in [*EngineName]:
        msg = f"There is no engine called {name!r}."
        raise StageError(msg, hint=f"choose one of {', '.join([LOCAL, *EngineName])}.")
    return Engine(EngineName(name), workers=workers, ray_address=ray_address)


def connected(name: str, *, workers: int | None = None, ray_address: str = AUTO) -> Engine | None:
    """Return the engine of a name after it has reached its workers; None for `local`.

    Args:
        name: `local`, `daft` or `ray`.
        workers: See `Engine`; None means one per core of the cluster.
        ray_address: See `Engine`.

    Raises:
        StageError: If there is no engine of this name; see also `Engine.start`.
    """
    chosen = named(name, workers=workers or 0, ray_address=ray_address)
    if chosen is not None:
        chosen.start()
    return chosen


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let each process that is started now use one thread: there is one per core."""
    before = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["POLARS_MAX_THREADS"]
        else:
            os.environ["POLARS_MAX_THREADS"] = before
