"""Check the cache of this user: vectors in SQLite, and model files that were made once."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from workbench.embeddings import vector_cache
from workbench.embeddings.engines import user_cache
from workbench.pipeline.doctor.fault import Fault

#: Seconds after which nobody is writing a folder any more.
_ABANDONED = 24 * 3600

#: Seconds to wait for another process.
_PATIENCE = 0.5

_REMADE = "`--fix` removes it; it is made again when it is needed"
_JOURNALS = ("-journal", "-wal", "-shm")


def faults() -> Iterator[Fault]:
    """Check the cache of this user, which all workspaces share."""
    path = vector_cache.shared().path
    if path and path.is_file() and (problem := _problem_of(path)):
        yield Fault(path, f"is damaged: {problem}", _REMADE, partial(_remove, path))
    for kind in ("int8", "fast"):
        folder = user_cache.folder() / kind
        for made in sorted(folder.glob("[!.]*")):
            if made.is_dir() and not user_cache.is_intact(made):
                problem = "differs from the hashes of its files"
                yield Fault(made, problem, _REMADE, partial(shutil.rmtree, made))
        for part in sorted(folder.glob(".part-*")):
            if time.time() - part.stat().st_mtime > _ABANDONED:
                problem = "was left by a run that was killed"
                yield Fault(part, problem, "`--fix` removes it", partial(shutil.rmtree, part))


def _problem_of(path: Path) -> str:
    """Check a SQLite file; "" if it is sound, or if another process is writing."""
    try:
        address = f"{path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE)) as database:
            (answer,) = database.execute("PRAGMA quick_check(1)").fetchone()
            return "" if answer == "ok" else str(answer).splitlines()[0]
    except sqlite3.OperationalError as error:
        is_busy = "locked" in str(error) or "unable to open" in str(error)
        return "" if is_busy else str(error)
    except sqlite3.DatabaseError as error:
        return str(error)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    for ending in _JOURNALS:
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).unlink()
