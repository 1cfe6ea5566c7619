"""Read archives into the tables of stage 1, all over a cluster; `pipeline.run` calls this module.

Workers read the members and write the staging folder, which is in the workspace. The files of the
dumps must have the same paths on every node, and so must the workspace, unless it is in a bucket.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO

from workbench.archives.member import Member
from workbench.cluster import exchange, node_files
from workbench.cluster.engine import Engine
from workbench.cluster.merge import tables_of
from workbench.ingest import build, staging, tasks
from workbench.progress import OnProgress, silent
from workbench.recipe import IngestSettings
from workbench.storage import Workspace, os_errors


def from_archives(
    paths: list[str],
    *,
    workspace: Workspace,
    engine: Engine,
    settings: IngestSettings | None = None,
    on_progress: OnProgress = silent,
) -> dict[str, int]:
    """Read archives into the tables of a workspace, see `ingest.build.from_archives`.

    Args:
        paths: Files, folders and globs; `-` is standard input.
        workspace: Where the tables are, in a folder that all nodes see, or in a bucket.
        engine: Where the members are read and the rows are merged.
        settings: How members are read.
        on_progress: Called with the bytes done and the bytes in all.

    Raises:
        StageError: If the cluster cannot be reached, or a worker was killed.
        ArchiveError: See `ingest.build.from_archives`.
        WorkspaceError: If another process or thread is writing to the workspace.
    """
    engine.start()
    staging.folder(workspace).mkdir(parents=True, exist_ok=True)
    with exchange.opened(workspace, engine) as engine_there:
        return build.from_archives(
            paths,
            workspace=workspace,
            settings=settings,
            workers=engine.processes,
            perform=partial(_spread, engine=engine_there, spool=staging.spool(workspace)),
            row_tables=tables_of(engine_there),
            on_progress=on_progress,
        )


def _spread(
    waiting: Iterable[tasks.Task], *, known: tasks.Known, engine: Engine, spool: Path
) -> Iterator[tasks.TaskResult]:
    """Perform tasks on the workers, see `ingest.build.Perform`."""
    perform = partial(_perform, known=known, current_folder=Path.cwd())
    in_files = (_without_data(task, spool=spool, engine=engine) for task in waiting)
    for result, temporary in engine.spread(perform, in_files):
        for path in temporary:
            path.unlink(missing_ok=True)
        yield result


def _perform(
    task: tasks.Task, *, known: tasks.Known, current_folder: Path
) -> tuple[tasks.TaskResult, set[Path]]:
    """Perform a task; return its result, and the files that are no longer needed.

    They are not removed here: if this node dies, another one performs the whole task again.

    Args:
        task: The task.
        known: Members that are not read again.
        current_folder: That of the driver; paths may be relative to it.
    """
    with suppress(OSError):
        os.chdir(current_folder)
    own = _temporary(task)
    with node_files.at_hand(own, writes_to=task.folder, keeps=_files(task) - own) as written:
        members = tuple(replace(member, is_temporary=False) for member in task.members)
        result = tasks.perform(replace(task, members=members), known=known)
        if result.folder is not None:
            written.append(result.folder)
    return result, own


def _files(task: tasks.Task) -> set[Path]:
    """Return the files that a task opens; remote ones are none."""
    members = [each for each in task.members if not each.refusal]
    return {path for each in members if isinstance(path := each.path, Path)}


def _temporary(task: tasks.Task) -> set[Path]:
    """Return those that no other task opens."""
    members = [each for each in task.members if each.is_temporary]
    return {path for each in members if isinstance(path := each.path, Path)}


def _without_data(task: tasks.Task, *, spool: Path, engine: Engine) -> tasks.Task:
    """Move members that are in memory into files: many tasks wait for a worker at once."""
    task = replace(task, members=tuple(_in_files(task.members, spool=spool)))
    engine.share(_files(task))
    return task


def _in_files(members: Iterable[Member], *, spool: Path) -> Iterator[Member]:
    """Write the bytes of members behind each other: thousands of small files take long to pass."""
    with ExitStack() as stack:
        pack = None
        for member in members:
            # Of a member of another size, a file would show too much or too little.
            if member.data is None or len(member.data) != member.size:
                yield member
            else:
                pack = pack or stack.enter_context(_new_file(spool))
                path, offset = Path(pack.name), pack.tell()
                with os_errors.named(spool):
                    pack.write(member.data)
                yield replace(member, data=None, path=path, offset=offset, is_temporary=True)


def _new_file(spool: Path) -> IO[bytes]:
    with os_errors.named(spool):
        spool.mkdir(parents=True, exist_ok=True)
        return tempfile.NamedTemporaryFile(dir=spool, delete=False)
