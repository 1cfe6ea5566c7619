"""Run every stage in a bad environment, in one child process; prints what happened as JSON.

Usage: `python -m tests.torture.environment FAULT FINISHED DUMP`, where FAULT is one of `FAULTS`,
FINISHED is a workspace in which all stages have run, and DUMP is what it was made of. Faults of the
disk need root rights and a mount namespace of their own: start it with `unshare --mount`.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from typer.testing import CliRunner

from tests.torture.final_tables import final_tables
from workbench.cli import app
from workbench.embeddings import vector_cache  # noqa: F401 - loaded before limits are set
from workbench.storage import Workspace

#: Commands that write, by the name of their stage.
STAGES = {
    "ingest": ("ingest", "--workers", "1"),
    "threads": ("threads",),
    "embed": ("embed",),
    "score": ("score",),
    "select": ("select",),
    "export": ("export", "--force"),
    "doctor": ("doctor", "--fix"),
}


@contextmanager
def full_disk(workspace: Path, *, free: int) -> Iterator[None]:
    """Leave so many bytes free on the disk of the workspace."""
    status = os.statvfs(workspace)
    filler = workspace.parent / "filler"
    with filler.open("wb") as file:
        file.write(bytes(max(status.f_bavail * status.f_frsize - free, 0)))
    yield
    filler.unlink()


@contextmanager
def read_only(workspace: Path) -> Iterator[None]:
    """Mount the disk of the workspace read-only."""
    _mount("-o", "remount,ro", str(workspace.parent))
    yield
    _mount("-o", "remount,rw", str(workspace.parent))


@contextmanager
def few_files(workspace: Path, *, more: int) -> Iterator[None]:
    """Let the process open so many more files."""
    opened = len(os.listdir("/proc/self/fd"))
    with _limit(resource.RLIMIT_NOFILE, opened + more):
        yield


@contextmanager
def short_files(workspace: Path, *, size: int) -> Iterator[None]:
    """Let no file grow beyond a size, as a quota does."""
    with _limit(resource.RLIMIT_FSIZE, size):
        yield


@contextmanager
def clock_in_the_past(workspace: Path) -> Iterator[None]:
    """Let the clock jump back by ten years."""
    import time

    real = time.time
    time.time = lambda: real() - 10 * 365 * 86_400
    yield
    time.time = real


@contextmanager
def _limit(kind: int, value: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value, hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (soft, hard))


#: Name -> contexts to run every stage in, and whether they need a disk of their own.
FAULTS: dict[str, tuple[list[Callable[[Path], object]], bool]] = {
    "full": ([lambda ws, n=n: full_disk(ws, free=n) for n in (0, 8_192)], True),
    "read-only": ([read_only], True),
    "files": ([lambda ws: few_files(ws, more=1)], False),
    "size": ([lambda ws: short_files(ws, size=2_000)], False),
    "clock": ([clock_in_the_past], False),
}


def main(fault: str, finished: Path, dump: Path) -> None:
    """Run every stage once in each context of a fault, and then all stages without it."""
    contexts, has_disk = FAULTS[fault]
    wanted = final_tables(Workspace(finished))
    answers = []
    folder = Path(tempfile.mkdtemp())
    if has_disk:
        _mount("-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder))
    workspace = folder / "ws"
    os.chdir(folder)
    for name, command in STAGES.items():
        for number, context in enumerate(contexts):
            shutil.rmtree(workspace, ignore_errors=True)
            shutil.copytree(finished, workspace)
            if name == "ingest":  # As if the dump had never been read.
                shutil.rmtree(workspace)
                Workspace.create(workspace)
                shutil.copy(finished / "recipe.toml", workspace)
                # Pseudonyms in exports depend on the key.
                shutil.copytree(finished / "private", workspace / "private")
            words = [*command, "-w", str(workspace)]
            words[1:1] = [str(dump)] if name == "ingest" else []
            if name == "doctor":
                (workspace / "2_threads" / "turns.parquet").write_text("x")
            with context(workspace):
                during = CliRunner().invoke(app, words)
            again = CliRunner().invoke(app, words)
            rest = CliRunner().invoke(app, ["run", "-w", str(workspace)])
            checked = CliRunner().invoke(app, ["doctor", "-w", str(workspace)])
            answers.append(
                {
                    "stage": name,
                    "context": number,
                    "code": during.exit_code,
                    "output": during.output[-600:],
                    "error": repr(during.exception),
                    "again": [again.exit_code, rest.exit_code],
                    "doctor": checked.output,
                    "differs": _differences(wanted, final_tables(Workspace(workspace))),
                }
            )
    os.chdir("/")
    print(json.dumps(answers))


def _differences(wanted: dict[str, str], now: dict[str, str]) -> list[str]:
    return sorted(name for name in wanted | now if wanted.get(name) != now.get(name))


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
