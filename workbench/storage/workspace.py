"""Find and write the tables of one project, and record how they were made."""

import json
import logging
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Self

import polars as pl

from workbench import environment, schemas
from workbench.exceptions import WorkbenchError, WorkspaceError
from workbench.remote import addresses
from workbench.storage import atomic, locks, mirror, runs, secret_key, snapshots, tables
from workbench.storage.lock_owner import LockOwner
from workbench.storage.runs import Run
from workbench.storage.tables import TABLES

#: Version of the layout. A workspace with a higher one is refused. Lower ones are read: format 1
#: lacks `Ledger.status`, which `scan` fills in, see `schemas.older_tables`.
FORMAT = 2

#: Environment variable that names the workspace for the command line, apps and notebooks.
VARIABLE = environment.WORKSPACE

_log = logging.getLogger(__name__)

#: Folders to try if the variable is not set.
_DEFAULT_ROOTS = ["workspace", "../workspace", "demo", "../demo"]


class Workspace:
    """A folder with the tables of one project.

    Examples:
        >>> import tempfile
        >>> workspace = Workspace.create(tempfile.mkdtemp())
        >>> workspace.has("threads")
        False
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def create(cls, root: str | Path) -> Self:
        """Open the workspace in a folder or bucket; create it if it does not exist.

        Raises:
            WorkspaceError: If the folder contains other files, cannot be written, or has a newer
                format.
        """
        root = mirror.attach(root) if addresses.is_address(root) else Path(root)
        if (root / "workspace.json").exists():
            return cls.open(root)
        if root.is_file() or (root.is_dir() and any(root.iterdir())):
            msg = f"{root} exists and is not a workspace."
            raise WorkspaceError(msg, hint="name a new or empty folder with --workspace.")
        try:
            root.mkdir(parents=True, exist_ok=True)
            workspace = cls(root)
            workspace.write_format()
        except OSError as error:
            msg = f"The workspace {root} cannot be written: {error}."
            raise WorkspaceError(msg, hint="name a folder that you may write to.") from error
        return workspace

    @classmethod
    def open(cls, root: str | Path) -> Self:
        """Open an existing workspace.

        Raises:
            WorkspaceError: If there is none, or it is damaged or has a newer format.
        """
        where = root
        root = mirror.attach(root) if addresses.is_address(root) else Path(root)
        try:
            version = json.loads((root / "workspace.json").read_text(encoding="utf-8"))["format"]
        except FileNotFoundError as error:
            msg = f"{mirror.address_of(root) or where} is not a workspace."
            raise WorkspaceError(
                msg, hint="create one: `workbench ingest PATH... --workspace FOLDER`."
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            msg = f"{root / 'workspace.json'} is damaged: {error}."
            raise WorkspaceError(
                msg, hint=f'write {{"format": {FORMAT}}} into it, or start a new workspace.'
            ) from error
        if not isinstance(version, int) or version > FORMAT:
            msg = f"The workspace {root} has format {version}; this version reads up to {FORMAT}."
            raise WorkspaceError(msg, hint="install a newer version of the workbench.")
        return cls(root)

    @classmethod
    def here(cls, *, create: bool = False) -> Self:
        """Open the workspace of this project, for apps and notebooks.

        It is in the folder that the environment variable `WORKBENCH_WORKSPACE` names, else in
        the folder `workspace` or `demo`, here or one level up.

        Args:
            create: Create it if there is none.
        """
        return cls.create(cls.place()) if create else cls.open(cls.place())

    @staticmethod
    def place() -> Path:
        """Return the folder that `here` opens, whether it exists or not."""
        named = os.environ.get(VARIABLE)
        roots = [Path(named)] if named else [Path(p) for p in _DEFAULT_ROOTS]
        return next((root for root in roots if root.exists()), roots[0])

    def path(self, table: str) -> Path:
        """Return the path of a table, whether it exists or not.

        Raises:
            WorkspaceError: If there is no table of this name.
        """
        return tables.path_in(self.root, table)

    @property
    def embeddings_path(self) -> Path:
        """The LanceDB table of stage 3."""
        return self.root / "3_embeddings.lance"

    @property
    def exports_path(self) -> Path:
        """The folder of the exports."""
        return self.root / "6_exports"

    @property
    def secret(self) -> bytes:
        """The key of the pseudonyms, created on first use. Whoever has it can trace them.

        Raises:
            WorkspaceError: If it cannot be read or written.
        """
        return secret_key.read(self.secret_path)

    @property
    def secret_path(self) -> Path:
        """The file of the key of the pseudonyms."""
        return self.root / "private" / "secret"

    def has(self, table: str) -> bool:
        """Return whether a table exists.

        Raises:
            WorkspaceError: If there is no table of this name.
        """
        return self.path(table).exists()

    def scan(self, table: str) -> pl.LazyFrame:
        """Read a table lazily, as it is now: a run that replaces it meanwhile changes nothing.

        Raises:
            WorkspaceError: If it does not exist yet or is damaged, or there is no table of this
                name.
        """
        path = self.path(table)
        try:
            frame = snapshots.scan(path)
            frame.collect_schema()
        except FileNotFoundError as error:
            stage = path.relative_to(self.root).parts[0]
            msg = f"The workspace {self.root} has no table `{table}` ({stage}) yet."
            hint = "`workbench status` shows which stage to run next."
            raise WorkspaceError(msg, hint=hint) from error
        except pl.exceptions.PolarsError as error:
            reason = str(error).splitlines()[0][:200]
            msg = f"The table `{table}` in {path} is damaged: {reason}."
            hint = f"`workbench doctor -w {self.root}` says what mends it."
            raise WorkspaceError(msg, hint=hint) from error
        return schemas.complete(table, frame)

    def read(self, table: str, *, columns: list[str] | None = None) -> pl.DataFrame:
        """Read a table, or some of its columns, into memory."""
        frame = self.scan(table)
        return (frame.select(columns) if columns else frame).collect()

    def edits(self) -> pl.DataFrame | None:
        """Return the table of the versions of edited tweets; None if no tweet is edited."""
        return self.read("edits") if self.has("edits") else None

    def without_deleted(
        self, rows: pl.DataFrame, *, ids: Sequence[str] = ("tweet_id",)
    ) -> pl.DataFrame:
        """Drop the rows that name a deleted tweet in one of their id columns."""
        if not self.has("deletions") or rows.is_empty():
            return rows
        named = pl.concat([rows[column].alias("tweet_id") for column in ids]).drop_nulls().unique()
        # There may be millions of deletions. With bounds, polars skips most of the file.
        near = pl.col("tweet_id").is_between(named.min(), named.max())
        deleted = self.scan("deletions").select("tweet_id").filter(near)
        deleted = deleted.join(named.to_frame().lazy(), on="tweet_id", how="semi")
        matches = deleted.collect(engine="streaming")
        for column in ids:
            rows = rows.join(
                matches, left_on=column, right_on="tweet_id", how="anti", maintain_order="left"
            )
        return rows

    def write(
        self, table: str, frame: pl.DataFrame, *, metadata: dict[str, str] | None = None
    ) -> None:
        """Write a table of one file, atomically.

        Args:
            table: Name of the table.
            frame: Its rows.
            metadata: Texts to store with it, which `pl.read_parquet_metadata` returns.

        Raises:
            WorkspaceError: If another process or thread is writing now. Labels are written even
                then: they have a lock of their own, see `labels.store`.
        """
        lock = nullcontext() if table == "labels" else self.locked()
        with lock, atomic.replacing(self.path(table)) as partial:
            frame.write_parquet(partial, compression="zstd", metadata=metadata)
        if table == "labels":
            self.offer()

    def write_text(self, name: str, text: str) -> None:
        """Write a small text file, atomically."""
        atomic.write_text(self.root / name, text)
        self.offer()

    def write_format(self) -> None:
        """Mark the workspace as one of the current format, which older programs refuse."""
        text = json.dumps({"format": FORMAT}) + "\n"
        path = self.root / "workspace.json"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            atomic.write_text(path, text)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes and threads from writing tables in the meantime.

        A thread that holds the lock may take it again. For a workspace in a bucket, the bucket is
        locked too, and gets what has changed at the end.

        Raises:
            RemoteError: If the bucket cannot be written.
            WorkspaceError: If somebody else is writing now. The error says who.
        """
        with locks.exclusive(self._lock_path, what=f"the workspace {self.root}") as is_new:
            if is_new:
                for table in TABLES:
                    atomic.recover(self.path(table))
                self.write_format()
            with mirror.leased(self.root):
                yield

    def lock_owner(self) -> LockOwner | None:
        """Return the process that writes to the tables now, see `locked`; None if none does."""
        return locks.owner_of(self._lock_path)

    @property
    def _lock_path(self) -> Path:
        return self.root / ".lock"

    def last_run(self, stage: str) -> Run | None:
        """Return the record of a stage's last finished run; None if it never finished."""
        return runs.read(self.root, stage)

    def record(
        self,
        stage: str,
        *,
        fingerprint: str,
        seconds: float,
        counts: dict[str, Any],
        made_of: dict[str, str] | None = None,
        stamps: dict[str, str] | None = None,
    ) -> Run:
        """Record that a stage has finished; see `Run` for the arguments."""
        run = Run(stage, fingerprint, time.time(), seconds, counts, made_of or {}, stamps or {})
        runs.write(self.root, run)
        if lease := mirror.lease_of(self.root):
            lease.push()
        return run

    def forget(self, stage: str) -> None:
        """Delete the record of a stage, before its tables are changed."""
        path = runs.path(self.root, stage)
        if lease := mirror.lease_of(self.root):
            lease.forget(path.relative_to(self.root).as_posix())
        path.unlink(missing_ok=True)

    def sync(self) -> None:
        """Send to the bucket what has changed; does nothing for a workspace in a folder.

        Raises:
            RemoteError: If the bucket cannot be written.
            WorkspaceError: If somebody else is writing to it, or the changes cannot be sent.
        """
        if mirror.lease_of(self.root) is None and mirror.is_behind(self.root):
            with self.locked():
                pass

    def offer(self) -> None:
        """Send what a person has just written; if that fails, a later `sync` or run sends it."""
        try:
            self.sync()
        except WorkbenchError as error:
            _log.warning("Saved on this machine, and not in the bucket yet. %s", error.problem)
