"""Find what killed runs left behind: partial files, locks, damaged job folders."""

import json
import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from workbench.cluster import shard_folders
from workbench.embeddings import lance_table
from workbench.ingest import staging
from workbench.pipeline.doctor.fault import Fault
from workbench.storage import Workspace, atomic, lock_owner, locks

#: Names of files that are written aside, see `storage.atomic`, `secret_key` and `locks`.
_PARTIAL = re.compile(r"\..+\.part|\.secret\..+|\.lock\.\d+-\d+(\.dead)?")
_OLD = re.compile(r"\.(?P<name>.+)\.old")

#: Folders in which they are written, besides the workspace itself.
_FOLDERS = ("*_*", "*_*/*", "labels", "instructions", "private", "runs", "jobs/*")

#: Names inside the folder of a job.
_OF_JOBS = re.compile(r"job\.json|log|exit_code|exit_code\.part|progress|stopped|\..+\.part")

_REMOVES = "`--fix` removes it"


def faults(workspace: Workspace) -> Iterator[Fault]:
    """Find the remains of killed runs. Call it only while nobody writes to the workspace."""
    folders = {path for name in _FOLDERS for path in workspace.root.glob(name)}
    for folder in [workspace.root, *sorted(folders)]:
        if folder.is_dir():
            for path in sorted(folder.glob(".*")):
                yield from _partial(workspace, path)
    yield from _staged(workspace)
    yield from _shards(workspace)
    yield from _locks(workspace)
    yield from _jobs(workspace.root / "jobs")


def _partial(workspace: Workspace, path: Path) -> Iterator[Fault]:
    problem = "was left by a run that was killed"
    if path == lance_table.partial_path(workspace.embeddings_path):
        fix = partial(lance_table.recover, workspace.embeddings_path)
        yield Fault(path, problem, "`--fix` puts the vectors in order", fix)
    elif _PARTIAL.fullmatch(path.name):
        yield Fault(path, problem, _REMOVES, partial(atomic.remove, path))
    elif match := _OLD.fullmatch(path.name):
        whole = path.with_name(match["name"])
        if whole.exists():
            yield Fault(path, problem, _REMOVES, partial(atomic.remove, path))
        else:
            restore = partial(atomic.recover, whole)
            yield Fault(path, problem, f"`--fix` makes it `{whole.name}` again", restore)


def _staged(workspace: Workspace) -> Iterator[Fault]:
    tasks = sum(1 for _ in staging.folder(workspace).glob("[!.]*"))
    if tasks:
        problem = f"has {tasks:,} parts of an ingest that did not finish"
        advice = "run the same `workbench ingest` again: it continues with them"
        yield Fault(staging.folder(workspace), problem, advice)
    if (spool := staging.spool(workspace)).exists():
        problem = "was left by a run that was killed"
        yield Fault(spool, problem, _REMOVES, partial(atomic.remove, spool))


def _shards(workspace: Workspace) -> Iterator[Fault]:
    for folder in sorted(shard_folders.parent(workspace).glob("*-*")):
        stage = folder.name.partition("-")[0]
        problem = f"was left by a run of `{stage}` on a cluster that was killed"
        advice = f"run the same command again to finish it; {_REMOVES}"
        yield Fault(folder, problem, advice, partial(shard_folders.remove, folder))


def _locks(workspace: Workspace) -> Iterator[Fault]:
    for path in (workspace.root / ".lock", workspace.path("labels").with_name(".lock")):
        for file in (path, locks.instead(path)):
            owner = lock_owner.read(file)
            if owner is None or locks.owner_of(path) is not None:
                continue
            problem = f"names a process that has ended: {lock_owner.describe(owner)}"
            yield Fault(file, problem, "`--fix` clears it", partial(_clear, file))


def _clear(file: Path) -> None:
    """Remove the record of a process, and the file if it stands for the lock."""
    if file.name == ".lock":
        file.write_text("", encoding="utf-8")
    else:
        file.unlink(missing_ok=True)


def _jobs(folder: Path) -> Iterator[Fault]:
    for job in sorted(folder.glob("[0-9]*")):
        try:
            record = json.loads((job / "job.json").read_bytes())
            if isinstance(record, dict) and {"title", "arguments"} <= record.keys():
                continue
        except (OSError, ValueError):
            pass
        names = [path.name for path in job.iterdir()] if job.is_dir() else [job.name]
        is_ours = job.is_dir() and all(_OF_JOBS.fullmatch(name) for name in names)
        problem = "is a job without a readable record"
        if is_ours:
            yield Fault(job, problem, f"{_REMOVES}, with its log", partial(shutil.rmtree, job))
        else:
            yield Fault(job, problem, "it contains other files too: move it away yourself")
