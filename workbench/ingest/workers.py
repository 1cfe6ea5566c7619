"""Perform ingest tasks, in this process or in several child processes."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from multiprocessing import connection

from workbench.exceptions import StageError
from workbench.ingest import tasks
from workbench.ingest.tasks import Known, Task, TaskResult

#: Below this many bytes in all, one process is faster: starting others takes about a second.
ONE_PROCESS_BYTES = 4 << 20

#: The program of a child process.
_CHILD = "workbench.ingest.worker_process"


def run(
    waiting: Iterable[Task], *, workers: int, known: Known = tasks.NOTHING_KNOWN
) -> Iterator[TaskResult]:
    """Perform tasks and yield the result of each as soon as it is finished.

    At most one task more than there are processes is drawn, so that a stream is not read far
    ahead.

    Args:
        waiting: The tasks.
        workers: Number of processes; 1 means this process.
        known: Members that are not read again.

    Raises:
        StageError: If one of the processes is killed. The others are stopped then.
    """
    if workers <= 1:
        for task in waiting:
            yield tasks.perform(task, known=known)
        return
    processes = [_Process(known) for _ in range(workers)]
    try:
        yield from _distribute(waiting, processes)
    except EOFError as error:
        msg = f"One of {workers} processes that read the dumps was killed, or memory ran out."
        hint = (
            "run the same command again to continue; a smaller number of `--workers` needs "
            "less memory."
        )
        raise StageError(msg, hint=hint) from error
    finally:
        for process in processes:
            process.stop()


def _distribute(waiting: Iterable[Task], processes: "list[_Process]") -> Iterator[TaskResult]:
    idle = list(processes)
    busy: dict[connection.Connection, _Process] = {}
    for task in waiting:
        if not idle:
            for process in _finished(busy):
                idle.append(process)
                yield process.result()
        process = idle.pop()
        process.start(task)
        busy[process.connection] = process
    while busy:
        for process in _finished(busy):
            yield process.result()


def _finished(busy: "dict[connection.Connection, _Process]") -> "list[_Process]":
    """Wait until at least one process has finished its task."""
    ready = [
        each for each in connection.wait(list(busy)) if isinstance(each, connection.Connection)
    ]
    return [busy.pop(each) for each in ready]


class _Process:
    """A child process that performs one task at a time.

    It is started from scratch, because a fork may copy a lock that a thread of polars holds. It
    is not started by `multiprocessing`, which cannot change the environment of a child: there are
    as many processes as cores, so polars must start a single thread in each.
    """

    def __init__(self, known: Known) -> None:
        self.connection, theirs = connection.Pipe()
        environment = os.environ | {
            "POLARS_MAX_THREADS": "1",
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", _CHILD, str(theirs.fileno()), str(os.getpid())],
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        self._send(known)

    def start(self, task: Task) -> None:
        """Start a task.

        Raises:
            EOFError: If the process was killed.
        """
        self._send(task)

    def result(self) -> TaskResult:
        """Return the result of the task, waiting for it.

        Raises:
            EOFError: If the process was killed.
            Exception: Whatever the task has raised.
        """
        try:
            result: TaskResult | Exception = self.connection.recv()
        except ConnectionResetError as error:
            raise EOFError from error
        if isinstance(result, Exception):
            raise result
        return result

    def _send(self, message: object) -> None:
        try:
            self.connection.send(message)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise EOFError from error

    def stop(self) -> None:
        """Close the connection, which ends the process, even in the middle of a task."""
        self.connection.close()
        self._process.wait()
