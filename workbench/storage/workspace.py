"""Workspace: the folder of one project; where each table lies, and how it got there."""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import dataframely as dy
import msgspec
import polars as pl

from workbench import schemas
from workbench.exceptions import WorkspaceError
from workbench.storage import atomic, lock_owner, secret_key

#: Version of the layout; a workspace with a higher one is refused.
FORMAT = 1

#: Name of the environment variable that names the workspace for apps and notebooks.
VARIABLE = "WORKBENCH_WORKSPACE"

_PLACES = ["workspace", "../workspace", "demo", "../demo"]

#: Table -> (path inside the workspace, schema). A path without suffix is a folder of parts.
TABLES: dict[str, tuple[str, type[dy.Schema]]] = {
    "tweets": ("1_tweets/tweets", schemas.Tweets),
    "ledger": ("1_tweets/ledger.parquet", schemas.Ledger),
    "rejects": ("1_tweets/rejects.parquet", schemas.Rejects),
    "deletions": ("1_tweets/deletions.parquet", schemas.Deletions),
    "gone": ("1_tweets/gone.parquet", schemas.Gone),
    "turns": ("2_threads/turns.parquet", schemas.Turns),
    "threads": ("2_threads/threads.parquet", schemas.Threads),
    "scores": ("4_scores/scores.parquet", schemas.Scores),
    "labels": ("labels/labels.parquet", schemas.Labels),
    "instructions": ("instructions/instructions.parquet", schemas.Instructions),
    "verdicts": ("5_selection/verdicts.parquet", schemas.Verdicts),
}


class Run(msgspec.Struct, frozen=True):
    """Record of the last finished run of a stage.

    Args:
        stage: Name of the stage.
        fingerprint: Hash of everything that the result depends on.
        finished_at: Seconds since 1970, UTC.
        seconds: Wall time of the run.
        counts: Rows of each table made and whatever the stage counted on the way.
        made_of: What the fingerprint is of, see `fingerprints.made_of`; empty in older records.
    """

    stage: str
    fingerprint: str
    finished_at: float
    seconds: float
    counts: dict[str, Any]
    made_of: dict[str, str] = {}


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
        """Open the workspace in a folder, making both where they do not exist.

        Raises:
            WorkspaceError: If the folder holds other things, cannot be written, or is of a newer
                format.
        """
        root = Path(root)
        if (root / "workspace.json").exists():
            return cls.open(root)
        if root.is_file() or (root.is_dir() and any(root.iterdir())):
            msg = f"{root} exists and is no workspace."
            raise WorkspaceError(msg, hint="name a new or empty folder with --workspace.")
        try:
            root.mkdir(parents=True, exist_ok=True)
            workspace = cls(root)
            text = json.dumps({"format": FORMAT}) + "\n"
            atomic.write_text(root / "workspace.json", text)
        except OSError as error:
            msg = f"The workspace {root} cannot be written: {error}."
            raise WorkspaceError(msg, hint="name a folder that you may write to.") from error
        return workspace

    @classmethod
    def open(cls, root: str | Path) -> Self:
        """Open an existing workspace.

        Raises:
            WorkspaceError: If there is none, or it is damaged or of a newer format.
        """
        root = Path(root)
        try:
            found = json.loads((root / "workspace.json").read_text(encoding="utf-8"))["format"]
        except FileNotFoundError as error:
            msg = f"{root} is no workspace."
            raise WorkspaceError(
                msg, hint="`workbench ingest PATH... --workspace FOLDER` makes one."
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            msg = f"{root / 'workspace.json'} is damaged: {error}."
            raise WorkspaceError(
                msg, hint=f'write {{"format": {FORMAT}}} into it, or begin a new workspace.'
            ) from error
        if not isinstance(found, int) or found > FORMAT:
            msg = f"The workspace {root} has format {found}; this version reads up to {FORMAT}."
            raise WorkspaceError(msg, hint="install a newer version of the workbench.")
        return cls(root)

    @classmethod
    def here(cls, *, create: bool = False) -> Self:
        """Open the workspace of this project, for apps and notebooks.

        That is the one which the environment variable `WORKBENCH_WORKSPACE` names, else the
        folder `workspace`, or that of the demo, here or one level up.

        Args:
            create: Make it where there is none.
        """
        return cls.create(cls.place()) if create else cls.open(cls.place())

    @staticmethod
    def place() -> Path:
        """Give the folder that `here` opens, be it there or not."""
        named = os.environ.get(VARIABLE)
        places = [Path(named)] if named else [Path(p) for p in _PLACES]
        return next((place for place in places if place.exists()), places[0])

    def path(self, table: str) -> Path:
        """Give the path of a table, present or not."""
        return self.root / TABLES[table][0]

    @property
    def embeddings_path(self) -> Path:
        """The LanceDB table of stage 3."""
        return self.root / "3_embeddings.lance"

    @property
    def exports_path(self) -> Path:
        """The folder of the export packs."""
        return self.root / "6_exports"

    @property
    def secret(self) -> bytes:
        """The key of the pseudonyms, made at first use; who has it can trace them.

        Raises:
            WorkspaceError: If it cannot be read or written.
        """
        return secret_key.read(self.root / "private" / "secret")

    def has(self, table: str) -> bool:
        """Tell whether a table has been made."""
        return self.path(table).exists()

    def scan(self, table: str) -> pl.LazyFrame:
        """Read a table lazily.

        Raises:
            WorkspaceError: If it has not been made.
        """
        path = self.path(table)
        if not path.exists():
            stage = path.relative_to(self.root).parts[0]
            msg = f"The workspace {self.root} has no table `{table}` ({stage}) yet."
            raise WorkspaceError(msg, hint="`workbench status` shows which stage to run next.")
        parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        # The name of the workspace may hold brackets and stars.
        return pl.scan_parquet(parts, glob=False)

    def read(self, table: str, *, columns: list[str] | None = None) -> pl.DataFrame:
        """Read a table, or some of its columns, into memory."""
        frame = self.scan(table)
        return (frame.select(columns) if columns else frame).collect()

    def without_deleted(
        self, rows: pl.DataFrame, *, ids: Sequence[str] = ("tweet_id",)
    ) -> pl.DataFrame:
        """Leave out the rows that name a deleted tweet in one of their columns of ids."""
        if not self.has("deletions") or rows.is_empty():
            return rows
        named = pl.concat([rows[column].alias("tweet_id") for column in ids]).drop_nulls().unique()
        # There may be millions of deletions; the bounds let whole stretches of them go unread.
        near = pl.col("tweet_id").is_between(named.min(), named.max())
        deleted = self.scan("deletions").select("tweet_id").filter(near)
        few = deleted.join(named.to_frame().lazy(), on="tweet_id", how="semi")
        found = few.collect(engine="streaming")
        for column in ids:
            rows = rows.join(
                found, left_on=column, right_on="tweet_id", how="anti", maintain_order="left"
            )
        return rows

    def write(self, table: str, frame: pl.DataFrame) -> None:
        """Write a table of one file, atomically."""
        with atomic.replacing(self.path(table)) as aside:
            frame.write_parquet(aside, compression="zstd")

    def write_text(self, name: str, text: str) -> None:
        """Write a small text file, atomically."""
        atomic.write_text(self.root / name, text)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing tables meanwhile.

        Raises:
            WorkspaceError: If another process does so now.
        """
        with (self.root / ".lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                msg = f"Another process is writing to the workspace {self.root}."
                raise WorkspaceError(msg, hint="wait until it is done, or stop it.") from error
            lock_owner.sign(file)
            for table in TABLES:
                atomic.recover(self.path(table))
            try:
                yield
            finally:
                file.truncate(0)

    def holder(self) -> lock_owner.LockOwner | None:
        """Tell which process on this machine writes to the tables now, see `locked`."""
        return lock_owner.find(self.root / ".lock")

    def last_run(self, stage: str) -> Run | None:
        """Give the record of a stage's last finished run; None where there is none."""
        try:
            return msgspec.json.decode(
                (self.root / "runs" / f"{stage}.json").read_bytes(), type=Run
            )
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def record(
        self,
        stage: str,
        *,
        fingerprint: str,
        seconds: float,
        counts: dict[str, Any],
        made_of: dict[str, str] | None = None,
    ) -> Run:
        """Write down that a stage has finished."""
        run = Run(stage, fingerprint, time.time(), seconds, counts, made_of or {})
        text = msgspec.json.format(msgspec.json.encode(run)).decode() + "\n"
        self.write_text(f"runs/{stage}.json", text)
        return run

    def forget(self, stage: str) -> None:
        """Take back the record of a stage, before its tables are changed."""
        (self.root / "runs" / f"{stage}.json").unlink(missing_ok=True)
