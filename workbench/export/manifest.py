"""Describe an export in its manifest: the files, their hashes, and how they were made."""

import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.exceptions import ExportError
from workbench.export import encodings

#: Version of the layout of an export folder.
FORMAT = 2
MANIFEST = "manifest.json"
RECIPE = "recipe.toml"
CARD = "README.md"
IDS = "ids.txt"

_LIBRARIES = ("polars", "pyarrow", "msgspec", "pydantic")


class Entry(BaseModel):
    """One file of an export.

    `turns` counts a turn every time it is written, `distinct_turns` only once. `words` are split
    at white space, a rough measure of tokens. All counts are null for files without records.
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
    #: Reason -> prompts or replies that are in no record; null if nothing was left out.
    left_out: dict[str, int] | None = None
    #: Name of the data file that this sidecar describes: as many lines, in the same order.
    describes: str | None = None

    @classmethod
    def of_file(cls, path: Path, **fields: Any) -> Self:  # noqa: ANN401 (fields of `Entry`)
        """Describe a finished file: its name, size and hash, and any other fields."""
        size = path.stat().st_size
        return cls(name=path.name, sha256=encodings.sha256(path), bytes=size, **fields)

    @property
    def repetition(self) -> float:
        """How often a turn is written on average; 1 if nothing is repeated."""
        return self.turns / self.distinct_turns if self.turns and self.distinct_turns else 1.0


class Manifest(BaseModel):
    """What an export contains and how it was made.

    Runs on equal inputs differ only in `created_at`.
    """

    model_config = ConfigDict(extra="forbid")

    format: int = FORMAT
    created_at: str
    #: Version of the workbench.
    workbench: str
    #: Versions of Python and of the libraries that shape the files.
    libraries: dict[str, str]
    #: Hash of the recipe, see `Recipe.digest`.
    recipe: str
    roles: str
    paths: str
    #: Replies to the opening turn: `auto`, `best`, `all` or a number.
    replies: str | int = "auto"
    #: Lowest probability of an answer of the replies written; null if they were not rated.
    min_answer: float | None = None
    #: Rule and least margin of the format `preference`; null in exports without it.
    preferred_by: str | None = None
    margin: float | None = None
    #: Thresholds of good and bad replies of the format `kto`; null in exports without it.
    kto_good: float | None = None
    kto_bad: float | None = None
    #: Where records are described: `none`, `record` or `sidecar`.
    meta: str = "none"
    #: Split -> share of the threads.
    splits: dict[str, float] = {}
    #: The id whose hash decides the split of a thread: `representative_id`, the same for all near
    #: duplicates, or `thread_id` if these were unknown.
    split_by: str = "thread_id"
    #: Facts from the caller about the inputs: their hashes, and whether deletions are applied.
    provenance: dict[str, Any]
    #: Threads that the rules were applied to.
    threads_seen: int
    #: Threads that passed every rule.
    threads_kept: int
    #: Kept threads with at least one record in the export.
    threads_written: int
    #: Tweets of the kept threads. `cut` counts those that are in no whole tree.
    turns_kept: int
    #: Tweets with any content in the export, one line each in `ids.txt`.
    tweets: int
    #: Rows of `selection.attribution`.
    rules: list[dict[str, Any]]
    #: In what the kept threads do not follow from the recipe, one sentence each; empty if they do.
    departures: list[str] = []
    #: Decisions by hand: threads and turns kept and dropped; empty if there were none.
    by_hand: dict[str, int] = {}
    #: Reason (see `cut_reasons`) -> tweets left out, for alternating roles and for whole trees.
    cut: dict[str, dict[str, int]]
    #: Kind of personal data -> occurrences in the turns of the kept threads.
    privacy: dict[str, int]
    files: list[Entry]

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read the manifest of an export.

        Args:
            folder: Folder of the export.

        Raises:
            ExportError: If the manifest is missing, damaged, or in a newer format.
        """
        path = Path(folder) / MANIFEST
        try:
            manifest = cls.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            msg = f"{path} is not a valid manifest of an export: {error}"
            hint = "name a folder that `workbench export` wrote."
            raise ExportError(msg, hint=hint) from error
        if manifest.format > FORMAT:
            msg = f"{path} has format {manifest.format}; this version reads up to {FORMAT}."
            raise ExportError(msg, hint="install a newer version of the workbench.")
        return manifest


def library_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that shape the bytes of an export."""
    return {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES}
