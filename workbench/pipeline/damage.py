"""Find damaged tables of a workspace, and explain errors that come from one.

`doctor` reads every table to its end with `problem_of`. `explained` does so only after an error
that is not one of the workbench's own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import polars as pl

from workbench.embeddings import lance_table, projection
from workbench.exceptions import WorkbenchError, WorkspaceError
from workbench.storage import TABLES, Workspace, os_errors

HINT = (
    "`workbench doctor` shows everything that is damaged, and what is safe to make again; "
    "`workbench doctor --fix` makes it again."
)

#: Errors that no damaged file causes.
_OTHERS = (WorkbenchError, ImportError, MemoryError)

#: Rows read at once.
_ROWS = 65_536
#: Longest part of a library's message to repeat.
_LONGEST = 160


@contextmanager
def explained(workspace: Workspace) -> Iterator[None]:
    """Turn an error inside the block into one that names the damaged file, if a file is damaged.

    Raises:
        WorkspaceError: If a library fails and a table of the workspace cannot be read to its end.
    """
    try:
        yield
    except BaseException as error:
        if (explanation := explanation_of(error, workspace)) is None:
            raise
        raise explanation from error


def explanation_of(error: BaseException, workspace: Workspace) -> WorkspaceError | None:
    """Return an error that names a damaged file; None if the error has another reason."""
    # A library written in Rust panics at some damage. That is no `Exception` in Python.
    is_of_a_library = isinstance(error, Exception) or type(error).__name__ == "PanicException"
    if not is_of_a_library or isinstance(error, _OTHERS) or os_errors.refusal(error):
        return None
    with suppress(*_OTHERS, OSError):
        for path in paths(workspace):
            if problem := problem_of(path):
                return WorkspaceError(f"{path} is damaged: {problem}.", hint=HINT)
    return None


def paths(workspace: Workspace) -> list[Path]:
    """Return the files and folders of all tables that exist."""
    candidates = [*(workspace.path(table) for table in TABLES)]
    candidates += [workspace.embeddings_path, projection.path(workspace)]
    return [path for path in candidates if path.exists()]


def problem_of(path: Path) -> str:
    """Read a table to its end, and say why that is impossible; "" if it is sound.

    Args:
        path: A Parquet file, a folder of them, or a LanceDB table.

    Raises:
        OSError: If the system refuses to read it, or memory runs out; it may be sound then.
    """
    if path.suffix == ".lance":
        return _attempt(_read_lance, path)
    if path.is_dir():
        for part in sorted(path.glob("*.parquet")):
            if problem := _attempt(_read_parquet, part):
                return f"{part.name}: {problem}"
        return ""
    return _attempt(_read_parquet, path)


def _attempt(read: Callable[[Path], None], path: Path) -> str:
    try:
        read(path)
    except BaseException as error:  # of several libraries, some of which panic
        is_of_a_library = isinstance(error, Exception) or type(error).__name__ == "PanicException"
        if not is_of_a_library or isinstance(error, ImportError) or os_errors.refusal(error):
            raise
        return _short(error)
    return ""


def _short(error: BaseException) -> str:
    """Return the first sentence of a message, without a place in the source of a library."""
    line = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return line.split(". ")[0].split(", /")[0].strip().rstrip(".")[:_LONGEST]


def _read_parquet(path: Path) -> None:
    # pyarrow reports all damage as errors. polars panics at some of it.
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=_ROWS):
            batch.validate(full=True)


def _read_lance(path: Path) -> None:
    if not path.is_dir():
        msg = "it is not a folder"
        raise ValueError(msg)
    if lance_table.is_unfinished(path):
        return  # The next run makes it.
    table = lance_table.open_table(path)
    names = table.schema.names
    ids = [frame["tweet_id"][0] for frame in lance_table.read(table, *names)]
    if ids:  # The indices are files of their own.
        lance_table.read_vectors(table, pl.Series(ids[:1]))
        table.search("x", query_type="fts").limit(1).to_list()
