"""Packs: the folder that an export leaves, what its manifest says, and whether it is true."""

import platform
from collections.abc import Iterator
from importlib.metadata import version
from itertools import islice
from pathlib import Path, PurePath
from typing import Any, NamedTuple, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.exceptions import ExportError
from workbench.export import encodings, formats

#: Version of the layout of a pack.
FORMAT = 1
MANIFEST = "manifest.json"
RECIPE = "recipe.toml"
CARD = "README.md"
IDS = "ids.txt"

_LIBRARIES = ("polars", "pyarrow", "msgspec", "pydantic")
#: Problems reported per file; the rest is counted.
_MOST_PROBLEMS = 20


class Entry(BaseModel):
    """A file of a pack.

    `turns` counts every time that a turn is written, `distinct_turns` each turn once; `words` are
    split at blanks, a rough measure of tokens. All are null for files that hold no records.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    sha256: str
    bytes: int
    format: str | None = None
    encoding: str | None = None
    split: str | None = None
    records: int | None = None
    turns: int | None = None
    distinct_turns: int | None = None
    words: int | None = None

    @property
    def repetition(self) -> float:
        """Times that a turn is written on average; 1 where nothing is repeated."""
        return self.turns / self.distinct_turns if self.turns and self.distinct_turns else 1.0


class Manifest(BaseModel):
    """What a pack holds and how it came about; only `created_at` differs between equal runs."""

    model_config = ConfigDict(extra="forbid")

    format: int = FORMAT
    created_at: str
    workbench: str
    libraries: dict[str, str]
    #: Hash of the recipe, see `Recipe.digest`.
    recipe: str
    roles: str
    paths: str
    #: What the caller says of the inputs: their hashes, deletions applied.
    provenance: dict[str, Any]
    threads_seen: int
    threads_kept: int
    #: Kept threads of which at least one record was written.
    threads_written: int
    #: Tweets of the kept threads; those that no whole tree holds are counted in `cut`.
    turns_kept: int
    #: Tweets of which the pack holds something, the lines of `ids.txt`.
    tweets: int
    #: Rows of `selection.attribution`.
    rules: list[dict[str, Any]]
    #: Reason -> tweets that no tree holds, for formats in strict turn and for whole trees.
    cut: dict[str, dict[str, int]]
    #: Kind -> times that it stood in the turns of the kept threads.
    privacy: dict[str, int]
    files: list[Entry]

    @classmethod
    def load(cls, pack: str | Path) -> Self:
        """Read the manifest of a pack.

        Raises:
            ExportError: If there is none, or it is damaged or of a newer format.
        """
        path = Path(pack) / MANIFEST
        try:
            manifest = cls.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            msg = f"{path} is no manifest of an export pack: {error}"
            raise ExportError(msg, hint="name the folder that `workbench export` made.") from error
        if manifest.format > FORMAT:
            msg = f"{path} has format {manifest.format}; this version reads up to {FORMAT}."
            raise ExportError(msg, hint="install a newer version of the workbench.")
        return manifest


class Verification(NamedTuple):
    """What was found in a pack.

    Args:
        problems: What is wrong, a sentence each; empty for a good pack.
        deleted: Ids in the pack that must not be kept any more.
        records: Records that were read.
    """

    problems: tuple[str, ...]
    deleted: tuple[int, ...]
    records: int

    @property
    def is_ok(self) -> bool:
        """Tell whether the pack may be used as it is."""
        return not self.problems and not self.deleted


def versions() -> dict[str, str]:
    """Give the versions of what shapes the bytes of a pack."""
    return {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES}


def entry(path: Path, **about: Any) -> Entry:  # noqa: ANN401 (fields of `Entry`)
    """Describe a finished file."""
    size = path.stat().st_size
    return Entry(name=path.name, sha256=encodings.sha256(path), bytes=size, **about)


def ids(pack: Path) -> pl.LazyFrame:
    """Read which tweets a pack holds something of, `tweet_id`; null for a line that is no id.

    A missing file has no line: that is a problem found elsewhere.
    """
    if not (pack / IDS).is_file():
        return pl.LazyFrame(schema={"tweet_id": pl.Int64})
    lines = pl.scan_csv(
        pack / IDS,
        has_header=False,
        schema={"line": pl.String},
        # A damaged file may hold anything: each line is one field, whatever its bytes.
        separator="\x1f",
        quote_char=None,
        encoding="utf8-lossy",
        glob=False,
        truncate_ragged_lines=True,
        extra_columns="ignore",
    )
    digits = pl.col("line").str.extract(r"^\s*([0-9]{1,19})\s*$")
    return lines.select(tweet_id=digits.cast(pl.Int64, strict=False))


def held(ids: pl.LazyFrame, *, deleted: pl.LazyFrame) -> list[int]:
    """Give which of `ids` are among the `tweet_id` of deleted tweets, sorted."""
    found = ids.join(deleted, on="tweet_id", how="semi").collect(engine="streaming")
    return found["tweet_id"].sort().to_list()


def verify(pack: str | Path, *, deleted: pl.LazyFrame | None = None) -> Verification:
    """Hold every file of a pack against its manifest and every record against its model.

    Args:
        pack: Folder of the pack.
        deleted: Tweets that must not be kept, by `tweet_id`.

    Raises:
        ExportError: If there is no manifest to hold it against.
    """
    pack = Path(pack)
    manifest = Manifest.load(pack)
    problems: list[str] = []
    records = 0
    for told in manifest.files:
        found, read = _check(pack, told)
        shown = list(islice(found, _MOST_PROBLEMS))
        more = sum(1 for _ in found)
        problems += shown + ([f"{told.name}: {more} problems more."] if more else [])
        records += read[0]
    known = {told.name for told in manifest.files} | {MANIFEST}
    problems += [
        f"{path.name}: not in the manifest."
        for path in sorted(pack.iterdir())
        if path.name not in known
    ]
    lines = ids(pack)
    wrong, every = lines.select(pl.col("tweet_id").null_count(), every=pl.len()).collect().row(0)
    problems += [f"{IDS}: {wrong:,} of {every:,} lines hold no id."] if wrong else []
    gone = [] if deleted is None else held(lines, deleted=deleted)
    return Verification(tuple(problems), tuple(gone), records)


def _check(pack: Path, told: Entry) -> tuple[Iterator[str], list[int]]:
    """Give the problems of a file, and a box that holds the records read once they are given."""
    read = [0]

    def problems() -> Iterator[str]:
        path = pack / told.name
        if PurePath(told.name).name != told.name or path.is_symlink() or not path.is_file():
            yield f"{told.name}: missing, or no plain file of the pack."
            return
        if (size := path.stat().st_size) != told.bytes:
            yield f"{told.name}: {size} bytes, not {told.bytes}."
        if encodings.sha256(path) != told.sha256:
            yield f"{told.name}: changed since it was written (SHA-256 differs)."
        if told.format is None:
            return
        yield from _check_records(path, told, read)
        if read[0] != told.records:
            yield f"{told.name}: {read[0]} records, not {told.records}."

    return problems(), read


def _check_records(path: Path, told: Entry, read: list[int]) -> Iterator[str]:
    if told.format not in formats.FORMATS:
        yield f"{told.name}: of the unknown format `{told.format}`."
        return
    model = formats.FORMATS[told.format].Record
    try:
        for record in encodings.read(path, encoding=told.encoding or ""):
            read[0] += 1
            try:
                valid = model.model_validate(record)
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"]))
                yield f"{told.name}: record {read[0]}: {where}: {first['msg']}."
                continue
            # A model fills in what is missing; readers of a pack would not.
            if valid.model_dump(by_alias=True) != record:
                yield f"{told.name}: record {read[0]}: keys are missing."
    except (OSError, EOFError, ValueError, RecursionError) as error:
        yield f"{told.name}: record {read[0] + 1} cannot be read: {error}."
