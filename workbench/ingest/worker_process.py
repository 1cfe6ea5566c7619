"""The program of a child process of `workers`: perform the tasks that arrive through a pipe.

It ends at once when the other end of the pipe is closed: when the parent is done, or is killed. If
that happens while it still starts, it begins no task: another run may be at work by then.
"""

import os
import queue
import signal
import sys
import threading
from multiprocessing.connection import Connection

from workbench.ingest import tasks
from workbench.ingest.tasks import Known, Task


def main(pipe: int, parent_id: int) -> None:
    """Perform tasks until the pipe is closed.

    Args:
        pipe: File descriptor of the pipe. The first message is the members that are not read
            again. All others are tasks. Each is answered with its result or with the
            exception that it raised.
        parent_id: Id of the process at the other end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends this one
    parent = Connection(pipe)
    known: Known = parent.recv()
    arrived: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(parent, arrived), daemon=True).start()
    while True:
        task = arrived.get()
        if os.getppid() != parent_id:
            os._exit(1)
        try:
            parent.send(tasks.perform(task, known=known))
        except Exception as error:  # the parent raises it
            parent.send(error)


def _receive(parent: Connection, arrived: "queue.SimpleQueue[Task]") -> None:
    try:
        while True:
            arrived.put(parent.recv())
    except (EOFError, OSError):
        os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
