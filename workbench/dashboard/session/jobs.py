"""Jobs: stages run in a process of their own, which outlives the page and its server.

A job is a folder `jobs/<number>` in the workspace: what was started, how far it is, what it said,
how it ended. Its processes hold the lock of `jobs` as long as one of them lives, so that neither a
process id that is given out again nor a crash can make a dead job look alive.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec
import psutil

from workbench import progress
from workbench.exceptions import WorkspaceError
from workbench.storage import Workspace, atomic
from workbench.storage.lock_owner import CLOCK

#: Jobs whose folders are kept.
KEPT = 20

#: Seconds that a job gets to end when it is stopped, before it is killed.
PATIENCE = 10.0

#: Seconds in which a lock that somebody only looks at is free again.
BLINK = 0.5

#: Bytes of the log that are read.
TAIL = 16_384

#: The command line of the workbench.
PROGRAM = (sys.executable, "-m", "workbench")

#: Keeps the exit code also where nobody waits for the job any more. `$0` is the file for it.
_SHELL = 'trap : HUP INT TERM; "$@"; echo $? >"$0.part"; mv "$0.part" "$0"'


class Record(msgspec.Struct, frozen=True):
    """What was started.

    Args:
        title: What it is for, in words.
        arguments: Words after `workbench` on its command line.
        started_at: Seconds since 1970, UTC.
        pid: Process id, also of its group; 0 until it is known.
        born: When that process began, as the system tells it: no other has the same id and this.
    """

    title: str
    arguments: list[str]
    started_at: float
    pid: int = 0
    born: float = 0.0


@dataclass(frozen=True)
class Job:
    """A job as it stood when it was looked at.

    Args:
        folder: Where all that is known of it lies.
        record: What was started.
        status: `running`, `done`, `failed`, `stopped`, or `lost` if it ended without a word.
        exit_code: As a shell gives it; None while it runs and where it was lost.
        ended_at: Seconds since 1970, UTC; None while it runs and where it was lost.
        told: How far the stage that ran last is; None before one has begun.
    """

    folder: Path
    record: Record
    status: str
    exit_code: int | None
    ended_at: float | None
    told: progress.ProgressRecord | None

    @property
    def is_running(self) -> bool:
        """Tell whether it runs."""
        return self.status == "running"

    def log(self) -> str:
        """Read the end of what it said."""
        try:
            with (self.folder / "log").open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(size - TAIL, 0))
                text = file.read(TAIL).decode("utf-8", "replace")
        except OSError:
            return ""
        return text if size <= TAIL else text.partition("\n")[2]


def start(workspace: Workspace, arguments: list[str], *, title: str) -> Job:
    """Run a command of the workbench on a workspace, in a process of its own.

    Args:
        workspace: What it works on.
        arguments: Name of the command and what it is given; the workspace is added.
        title: What it is for, in words.

    Raises:
        WorkspaceError: If a job is running on the workspace, or cannot be started.
    """
    folder = workspace.root / "jobs"
    try:
        folder.mkdir(exist_ok=True)
        with (folder / ".lock").open("a") as lock:
            _take(lock, workspace)
            _tidy(folder)
            number = max(_numbers(folder), default=0) + 1
            job = folder / str(number)
            job.mkdir()
            words = [*arguments, "-w", str(workspace.root.resolve())]
            _begin(job, lock, Record(title, words, time.time()))
    except OSError as error:
        msg = f"The job cannot be started: {error}."
        raise WorkspaceError(msg, hint=f"see that {folder} can be written.") from error
    return _read(job, is_held=True)


def last(workspace: Workspace) -> Job | None:
    """Look at the job that was started last; None where none ever was."""
    folder = workspace.root / "jobs"
    # In this order: the code is there before the lock is free.
    is_held = _is_held(folder / ".lock")
    for number in sorted(_numbers(folder), reverse=True):
        with suppress(OSError, msgspec.DecodeError):
            return _read(folder / str(number), is_held=is_held)
    return None


def stop(workspace: Workspace, *, patience: float = PATIENCE) -> None:
    """End the job that is running, if one is; its stage goes on where it was when it runs again.

    Args:
        workspace: What it works on.
        patience: Seconds that it gets before it is killed.

    Raises:
        WorkspaceError: If it runs on another machine, or is only just beginning.
    """
    job = last(workspace)
    if job is None or not job.is_running:
        return
    lock = job.folder.parent / ".lock"
    if _is_here(job.record):
        atomic.write_text(job.folder / "stopped", "")
        for word, seconds in [(signal.SIGTERM, patience), (signal.SIGKILL, PATIENCE)]:
            with suppress(ProcessLookupError):
                os.killpg(job.record.pid, word)
            end = time.monotonic() + seconds
            while _is_held(lock) and time.monotonic() < end:
                time.sleep(0.05)
            if not _is_held(lock):
                return
    msg = f"The job has no process {job.record.pid} here: it is just beginning, or runs elsewhere."
    raise WorkspaceError(msg, hint="try again, or stop it on the machine that it runs on.")


def _is_here(record: Record) -> bool:
    """Tell whether the id stands for the job's own process group."""
    if record.pid <= 0:
        return False  # not known yet; 0 would stand for the group of this very process
    try:
        born = psutil.Process(record.pid).create_time()
    except psutil.NoSuchProcess:
        return True  # a group outlives its first process, and keeps the id from others
    return abs(born - record.born) < CLOCK


def _begin(folder: Path, lock: IO[str], record: Record) -> None:
    """Start the process and write down what is needed to find it again."""
    _write(folder, record)
    supervised = ["/bin/sh", "-c", _SHELL, str(folder / "exit_code")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*supervised, *PROGRAM, *record.arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Wide, so that one message is one line.
            env=os.environ
            | {progress.VARIABLE: str(folder / "progress"), "COLUMNS": "1000", "NO_COLOR": "1"},
            start_new_session=True,
            pass_fds=[lock.fileno()],
        )
    # A process that nobody waits for stays in the system's table as long as this one lives.
    threading.Thread(target=process.wait, daemon=True).start()
    with suppress(psutil.NoSuchProcess):
        record = msgspec.structs.replace(
            record, pid=process.pid, born=psutil.Process(process.pid).create_time()
        )
    _write(folder, record)


def _write(folder: Path, record: Record) -> None:
    atomic.write_text(folder / "job.json", msgspec.json.encode(record).decode() + "\n")


def _read(folder: Path, *, is_held: bool) -> Job:
    record = msgspec.json.decode((folder / "job.json").read_bytes(), type=Record)
    code: int | None = None
    ended: float | None = None
    with suppress(OSError, ValueError):
        code = int((folder / "exit_code").read_text())
        ended = (folder / "exit_code").stat().st_mtime
    if code is None and is_held:
        status = "running"
    elif (folder / "stopped").exists() and code != 0:
        status = "stopped"
    else:
        status = "lost" if code is None else "failed" if code else "done"
    return Job(folder, record, status, code, ended, progress.from_file(folder / "progress"))


def _take(lock: IO[str], workspace: Workspace) -> None:
    """Lock the jobs of a workspace; the lock is handed on to the process."""
    end = time.monotonic() + BLINK
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > end:
                msg = f"A job is already running on the workspace {workspace.root}."
                raise WorkspaceError(msg, hint="wait until it is done, or stop it.") from error
        time.sleep(0.02)


def _is_held(path: Path) -> bool:
    try:
        with path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _numbers(folder: Path) -> list[int]:
    return [int(path.name) for path in folder.glob("[0-9]*") if path.name.isdecimal()]


def _tidy(folder: Path) -> None:
    for number in sorted(_numbers(folder))[: -KEPT + 1]:
        shutil.rmtree(folder / str(number), ignore_errors=True)
