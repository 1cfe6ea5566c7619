"""Hash what a workspace finally contains, to compare it with that of an undisturbed run."""

import hashlib

import polars as pl

from workbench.embeddings import lance_table
from workbench.export.manifest import MANIFEST
from workbench.storage import TABLES, Workspace

#: Columns that say how long something took.
_TIMES = {"ledger": ["seconds"]}


def final_tables(workspace: Workspace, *, by_rows: bool = False) -> dict[str, str]:
    """Return a hash of each table and of each file of each export.

    Tables are compared by their bytes. The ledger has the seconds of each member, and LanceDB names
    its files at random: of these, the rows are compared.

    Args:
        workspace: The workspace.
        by_rows: Compare only the rows of all tables. Engines cut them into files differently.
    """
    hashes = {}
    for name in TABLES:
        path = workspace.path(name)
        if (by_rows or name in _TIMES) and path.exists():
            hashes[name] = _rows(workspace.read(name).drop(_TIMES.get(name, [])))
        elif path.exists():
            files = sorted(path.iterdir()) if path.is_dir() else [path]
            hashes[name] = "".join(f"{file.name} {_sha(file.read_bytes())}" for file in files)
    if workspace.embeddings_path.exists():
        table = lance_table.open_table(workspace.embeddings_path)
        frames = [*lance_table.read(table, "tweet_id", "thread_id", "text", "vector")]
        hashes["embeddings"] = _rows(pl.concat(frames).sort("tweet_id")) if frames else "empty"
    for file in sorted(workspace.exports_path.glob("[!.]*/*")):
        if file.name != MANIFEST:  # It has the time of its making.
            hashes[f"{file.parent.name}/{file.name}"] = _sha(file.read_bytes())
    return hashes


def _rows(frame: pl.DataFrame) -> str:
    # Equal rows may differ in Arrow: in chunks, and in what lies below a null.
    return _sha(f"{frame.schema}\n{frame.write_ndjson()}".encode())


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
