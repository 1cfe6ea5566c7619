"""Run stages in a process of their own, which outlives the page and its server.

A job is a folder `jobs/<number>` in the workspace. It contains the command, the progress, the log
and the exit code. The job's processes keep a lock on `jobs` as long as one of them lives. A reused
process id or a crash therefore cannot make a dead job look alive.
"""

import errno
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
from workbench.storage import Workspace, atomic, locks
from workbench.storage.lock_owner import CLOCK

#: Number of job folders to keep.
KEPT = 20

#: Seconds to wait for a stopped job to end before it is killed.
PATIENCE = 10.0

#: Seconds to wait for a lock that another page takes only to look at the jobs.
BLINK = 0.5

#: Bytes to read from the end of the log.
TAIL = 16_384

#: The command line of the workbench.
PROGRAM = (sys.executable, "-m", "workbench")

#: Writes the exit code to a file, `$0`, even if nobody waits for the job any more.
_SHELL = 'trap : HUP INT TERM; "$@"; echo $? >"$0.part"; mv "$0.part" "$0"'


class Record(msgspec.Struct, frozen=True):
    """The command of a job.

    Args:
        title: What the job is for, in words.
        arguments: Words after `workbench` on its command line, the workspace last.
        started_at: Seconds since 1970, UTC.
        pid: Id of the process and its group; 0 until it is known.
        born: Start time of that process as the system reports it. No two processes share both.
    """

    title: str
    arguments: list[str]
    started_at: float
    pid: int = 0
    born: float = 0.0

    @property
    def command(self) -> list[str]:
        """The arguments without the workspace."""
        return self.arguments[:-2]


@dataclass(frozen=True)
class Job:
    """The state of a job when it was read.

    Args:
        folder: Folder with all its files.
        record: The command.
        status: `running`, `done`, `failed`, `stopped`, or `lost` if it ended without an exit code.
        exit_code: As reported by the shell; None while it runs and if it is lost.
        ended_at: Seconds since 1970, UTC; None while it runs and if it is lost.
        progress: Progress of its latest stage; None before the first one has begun.
    """

    folder: Path
    record: Record
    status: str
    exit_code: int | None
    ended_at: float | None
    progress: progress.ProgressRecord | None

    @property
    def is_running(self) -> bool:
        """True while one of its processes lives."""
        return self.status == "running"

    def log(self) -> str:
        """Read the end of its log."""
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
        workspace: Workspace to run it on.
        arguments: The command and its arguments. `-w` and the workspace are added.
        title: What the job is for, in words.

    Raises:
        WorkspaceError: If a job is running on the workspace, or cannot be started.
    """
    folder = workspace.root / "jobs"
    try:
        folder.mkdir(exist_ok=True)
        with (folder / ".lock").open("a") as lock:
            _acquire(lock, workspace)
            _remove_old(folder)
            number = max(_numbers(folder), default=0) + 1
            job = folder / str(number)
            job.mkdir()
            words = [*arguments, "-w", str(workspace.root.resolve())]
            _launch(job, lock, Record(title, words, time.time()))
    except OSError as error:
        msg = f"The job cannot be started: {error}."
        raise WorkspaceError(msg, hint=f"check that {folder} can be written.") from error
    return _read(job, is_locked=True)


def last(workspace: Workspace) -> Job | None:
    """Read the latest job, or return None if there never was one."""
    folder = workspace.root / "jobs"
    # In this order: the exit code is written before the lock is released.
    is_locked = _is_locked(folder / ".lock")
    for number in sorted(_numbers(folder), reverse=True):
        with suppress(OSError, msgspec.DecodeError):
            return _read(folder / str(number), is_locked=is_locked)
    return None


def stop(workspace: Workspace, *, patience: float = PATIENCE) -> None:
    """Stop the running job, if there is one. Its stage resumes when it runs again.

    Args:
        workspace: Workspace of the job.
        patience: Seconds to wait before the job is killed.

    Raises:
        WorkspaceError: If it runs on another machine, or is just starting.
    """
    job = last(workspace)
    if job is None or not job.is_running:
        return
    lock = job.folder.parent / ".lock"
    if _is_here(job.record):
        atomic.write_text(job.folder / "stopped", "")
        for number, seconds in [(signal.SIGTERM, patience), (signal.SIGKILL, PATIENCE)]:
            with suppress(ProcessLookupError):
                os.killpg(job.record.pid, number)
            end = time.monotonic() + seconds
            while _is_locked(lock) and time.monotonic() < end:
                time.sleep(0.05)
            if not _is_locked(lock):
                return
    msg = f"The job has no process {job.record.pid} here: it is starting, or runs elsewhere."
    raise WorkspaceError(msg, hint="try again, or stop it on the machine that runs it.")


def _is_here(record: Record) -> bool:
    """Check that the process id belongs to the job's own process group."""
    if record.pid <= 0:
        return False  # not known yet; 0 would mean the group of this very process
    try:
        born = psutil.Process(record.pid).create_time()
    except psutil.NoSuchProcess:
        return True  # a group outlives its first process, and its id is not reused meanwhile
    return abs(born - record.born) < CLOCK


def _launch(folder: Path, lock: IO[str], record: Record) -> None:
    """Start the process and write down how to find it again."""
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
    # Somebody has to wait, or the ended process stays in the system's table as a zombie.
    threading.Thread(target=process.wait, daemon=True).start()
    with suppress(psutil.NoSuchProcess):
        record = msgspec.structs.replace(
            record, pid=process.pid, born=psutil.Process(process.pid).create_time()
        )
    _write(folder, record)


def _write(folder: Path, record: Record) -> None:
    atomic.write_text(folder / "job.json", msgspec.json.encode(record).decode() + "\n")


def _read(folder: Path, *, is_locked: bool) -> Job:
    record = msgspec.json.decode((folder / "job.json").read_bytes(), type=Record)
    exit_code: int | None = None
    ended_at: float | None = None
    with suppress(OSError, ValueError):
        exit_code = int((folder / "exit_code").read_text())
        ended_at = (folder / "exit_code").stat().st_mtime
    if exit_code is None and is_locked:
        status = "running"
    elif (folder / "stopped").exists() and exit_code != 0:
        status = "stopped"
    else:
        status = "lost" if exit_code is None else "failed" if exit_code else "done"
    latest = progress.from_file(folder / "progress")
    return Job(folder, record, status, exit_code, ended_at, latest)


def _acquire(lock: IO[str], workspace: Workspace) -> None:
    """Lock the jobs of a workspace; the process inherits the lock."""
    end = time.monotonic() + BLINK
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            is_free = error.errno in locks.WITHOUT_LOCKS and not _has_process(Path(lock.name))
            if is_free:
                return None  # If another page does the same now, the workspace's lock decides.
            if error.errno not in {*locks.WITHOUT_LOCKS, errno.EWOULDBLOCK}:
                raise
            if time.monotonic() > end:
                msg = f"A job is already running on the workspace {workspace.root}."
                raise WorkspaceError(msg, hint="wait until it is done, or stop it.") from error
        time.sleep(0.02)


def _is_locked(path: Path) -> bool:
    try:
        with path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    except OSError as error:
        if error.errno not in locks.WITHOUT_LOCKS:
            raise
        return _has_process(path)
    return False


def _has_process(path: Path) -> bool:
    """Look for the process of the latest job, for file systems without locks."""
    for number in sorted(_numbers(path.parent), reverse=True)[:1]:
        job = path.parent / str(number)
        with suppress(OSError, msgspec.DecodeError):
            record = msgspec.json.decode((job / "job.json").read_bytes(), type=Record)
            return not (job / "exit_code").exists() and _is_here(record) and _lives(record.pid)
    return False


def _lives(group: int) -> bool:
    """Return whether a process group has a process."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _numbers(folder: Path) -> list[int]:
    return [int(path.name) for path in folder.glob("[0-9]*") if path.name.isdecimal()]


def _remove_old(folder: Path) -> None:
    for number in sorted(_numbers(folder))[: -KEPT + 1]:
        shutil.rmtree(folder / str(number), ignore_errors=True)
