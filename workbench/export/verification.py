"""Check an export: its files against the manifest, its records against their schemas."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePath
from typing import Any, NamedTuple

import polars as pl
from pydantic import BaseModel, ValidationError

from workbench.export import encodings, formats, record_meta, tweet_ids
from workbench.export.manifest import IDS, MANIFEST, Entry, Manifest

#: Problems listed per file; further ones are only counted.
_MOST_PROBLEMS = 20


class Verification(NamedTuple):
    """The result of checking an export.

    Args:
        problems: What is wrong, one sentence each; empty for an intact export.
        deleted: Ids in the export whose tweets were deleted.
        records: Records that were read.
        notes: What should be known of an intact export: in what its threads do not follow from its
            recipe.
    """

    problems: tuple[str, ...]
    deleted: tuple[int, ...]
    records: int
    notes: tuple[str, ...] = ()

    @property
    def is_ok(self) -> bool:
        """Whether the export is intact and contains no deleted tweet."""
        return not self.problems and not self.deleted


def verify(folder: str | Path, *, deleted: pl.LazyFrame | None = None) -> Verification:
    """Check every file of an export against the manifest, and every record against its schema.

    Args:
        folder: Folder of the export.
        deleted: `tweet_id` of tweets that must not be in it.

    Raises:
        ExportError: If the manifest is missing, damaged, or in a newer format.
    """
    folder = Path(folder)
    manifest = Manifest.load(folder)
    checks = [_FileCheck(folder, entry, manifest=manifest) for entry in manifest.files]
    problems = [problem for check in checks for problem in check.first_problems()]
    problems += _unlisted_files(folder, manifest)
    ids = tweet_ids.read(folder)
    bad, lines = ids.select(pl.col("tweet_id").null_count(), lines=pl.len()).collect().row(0)
    if bad:
        problems.append(f"{IDS}: {bad:,} of {lines:,} lines contain no tweet id.")
    gone = [] if deleted is None else tweet_ids.find_deleted(ids, deleted=deleted)
    records = sum(check.records for check in checks)
    return Verification(tuple(problems), tuple(gone), records, tuple(manifest.departures))


def _unlisted_files(folder: Path, manifest: Manifest) -> list[str]:
    listed = {entry.name for entry in manifest.files} | {MANIFEST}
    strays = [path.name for path in sorted(folder.iterdir()) if path.name not in listed]
    return [f"{name}: not listed in the manifest." for name in strays]


class _FileCheck:
    """Check one file of an export and count its records.

    Args:
        folder: Folder of the export.
        entry: Entry of the file in the manifest.
        manifest: The manifest.
    """

    def __init__(self, folder: Path, entry: Entry, *, manifest: Manifest) -> None:
        self._path, self._entry, self._manifest = folder / entry.name, entry, manifest
        self.records = 0

    def first_problems(self) -> list[str]:
        """Read the whole file; describe its first problems and count the others."""
        problems = (f"{self._entry.name}: {problem}" for problem in self._problems())
        first = list(islice(problems, _MOST_PROBLEMS))
        more = sum(1 for _ in problems)
        return [*first, f"{self._entry.name}: {more} more problems."] if more else first

    def _problems(self) -> Iterator[str]:
        path, entry = self._path, self._entry
        # The manifest may come from anywhere: never follow a path out of the folder.
        if PurePath(entry.name).name != entry.name or path.is_symlink() or not path.is_file():
            yield "missing, or not a regular file in the export folder."
            return
        if (size := path.stat().st_size) != entry.bytes:
            yield f"{size} bytes instead of {entry.bytes}."
        if encodings.sha256(path) != entry.sha256:
            yield "changed since it was written (SHA-256 differs)."
        if entry.describes:
            yield from self._sidecar_problems(entry.describes)
        elif entry.format in formats.FORMATS:
            has_meta = self._manifest.meta == "record"
            yield from self._record_problems(record_meta.model(entry.format, has_meta=has_meta))
        elif entry.format:
            yield f"unknown format `{entry.format}`."
        if self.records != (entry.records or 0):
            yield f"{self.records} records instead of {entry.records}."

    def _sidecar_problems(self, name: str) -> Iterator[str]:
        """Check a file that describes the records of another one, line by line."""
        yield from self._record_problems(record_meta.Meta)
        described = [entry.records for entry in self._manifest.files if entry.name == name]
        if described != [self.records]:
            yield f"{self.records} lines instead of one for each record of {name}."

    def _record_problems(self, model: type[BaseModel]) -> Iterator[str]:
        try:
            for record in encodings.read(self._path, encoding=self._entry.encoding or ""):
                self.records += 1
                if problem := _record_problem(record, model):
                    yield f"record {self.records}: {problem}"
        except (OSError, EOFError, ValueError, RecursionError) as error:
            yield f"record {self.records + 1} cannot be read: {error}."


def _record_problem(record: Any, model: type[BaseModel]) -> str | None:  # noqa: ANN401 (JSON)
    try:
        valid = model.model_validate(record)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}."
    # A model fills in what is missing; readers of an export would not.
    return None if valid.model_dump(by_alias=True) == record else "keys are missing."
