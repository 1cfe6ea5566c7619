"""Load the set of instructions that a recipe names, and keep the workspace's own."""

import logging
from importlib import resources
from pathlib import Path

import dataframely as dy
import polars as pl

from workbench.exceptions import InstructionError
from workbench.instructions import file_reader
from workbench.recipe import Recipe
from workbench.schemas import Instructions
from workbench.storage import Workspace
from workbench.text.counts import counted

_log = logging.getLogger(__name__)


def load(name_or_path: str | Path) -> dy.DataFrame[Instructions]:
    """Return the instructions of a file, or the shipped set for the name `starter`.

    Raises:
        InstructionError: See `file_reader.from_file`.
    """
    return starter() if str(name_or_path) == "starter" else from_file(name_or_path)


def starter() -> dy.DataFrame[Instructions]:
    """Return the set written for this project. Half of it is worded as people ask in tweets.

    Examples:
        >>> starter().select("instruction_id", "topic").row(0)
        ('starter-0001', 'books-film-music')
    """
    data = resources.files("workbench").joinpath("data/instructions.jsonl").read_bytes()
    frame = pl.read_ndjson(data).with_columns(
        source=pl.lit("starter"), tweet_id=pl.lit(None, pl.Int64)
    )
    return frame.select(Instructions.column_names()).pipe(Instructions.validate)


def from_file(path: str | Path) -> dy.DataFrame[Instructions]:
    r"""Read known instructions from a file in any format of `record_formats.KNOWN`.

    Logs a warning with the number of records that contain no instruction.

    Args:
        path: File, plain or gzip.

    Returns:
        One row per distinct instruction. Ids follow from the name of the file and the text.

    Raises:
        InstructionError: See `file_reader.from_file`.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "mine.jsonl"
        >>> _ = path.write_text('{"instruction": "Translate.", "input": "guten Tag"}')
        >>> from_file(path).select("instruction_id", "text", "source").row(0)
        ('mine-03d8f60a454c7035', 'Translate.\nguten Tag', 'mine.jsonl')
    """
    reading = file_reader.from_file(path)
    if reading.skipped:
        msg = "%s: %d of %d records contain no instruction"
        _log.warning(msg, path, reading.skipped, reading.records)
    return reading.instructions


def combine(*frames: dy.DataFrame[Instructions]) -> dy.DataFrame[Instructions]:
    """Merge sets, and keep the first of equal texts with its id and source.

    Texts are equal if they differ only in letter case and white space.

    Raises:
        InstructionError: If different texts have the same id.

    Examples:
        >>> combine(starter(), starter()).height == starter().height
        True
    """
    rows = file_reader.distinct(pl.concat([Instructions.create_empty(), *frames])).drop("normal")
    if clashes := rows.height - rows["instruction_id"].n_unique():
        msg = f"{clashes} of {rows.height} instructions have the id of another one."
        raise InstructionError(msg, hint="give the files of the sets different names.")
    return Instructions.validate(rows)


def known(workspace: Workspace, recipe: Recipe) -> dy.DataFrame[Instructions]:
    """Return what the threads of a workspace are compared with: the recipe's set, then its own.

    Raises:
        InstructionError: If the set that the recipe names cannot be read.
    """
    return combine(load(recipe.score.instructions), own(workspace))


def own(workspace: Workspace) -> dy.DataFrame[Instructions]:
    """Return the instructions added to a workspace, without those of deleted tweets."""
    if not workspace.has("instructions"):
        return Instructions.create_empty()
    return Instructions.validate(workspace.without_deleted(workspace.read("instructions")))


def add(
    workspace: Workspace,
    rows: pl.DataFrame | list[str],
    *,
    source: str,
    recipe: Recipe | None = None,
) -> int:
    """Add instructions to a workspace, which makes its scores stale.

    Skips texts that are known already, ignoring letter case and white space, and texts of deleted
    tweets.

    Args:
        workspace: Workspace to add to.
        rows: Texts, or a frame with `text` and, if known, `topic` and `tweet_id`. An instruction
            with a `tweet_id` is removed with its tweet.
        source: Where they come from. `remove` removes them by this name.
        recipe: Recipe whose set counts as known; the default recipe by default.

    Returns:
        Number of instructions added.

    Raises:
        InstructionError: If the source has no name.
        WorkspaceError: If another process or thread is writing to the workspace.

    Examples:
        >>> import tempfile
        >>> workspace = Workspace.create(tempfile.mkdtemp())
        >>> add(workspace, ["How do I prune a vine?", "how do I  prune a vine?"], source="garden")
        1
        >>> own(workspace)["source"].to_list(), counts(workspace)
        (['garden'], {'garden': 1})
    """
    if not source.strip():
        msg = "Instructions need a source."
        raise InstructionError(msg, hint="name one, for example `garden`.")
    frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame({"text": rows})
    texts = [file_reader.clean(text or "") for text in frame["text"].cast(pl.String)]
    columns = ["text", *({"topic", "tweet_id"} & set(frame.columns))]
    cleaned = frame.with_columns(text=pl.Series(texts, dtype=pl.String)).select(columns)
    with workspace.locked():
        before = own(workspace)
        compared = combine(load((recipe or Recipe()).score.instructions), before)
        new = file_reader.distinct(cleaned.filter(pl.col("text") != "")).join(
            compared.select(normal=file_reader.normal()),
            on="normal",
            how="anti",
            maintain_order="left",
        )
        added = workspace.without_deleted(file_reader.identify(new, source=source.strip()))
        if added.height:
            _write(workspace, pl.concat([before, added]))
        return added.height


def remove(workspace: Workspace, *, source: str) -> int:
    """Remove the instructions of a source from a workspace and return how many there were.

    Raises:
        InstructionError: If the source has no instructions.
    """
    with workspace.locked():
        before = own(workspace)
        after = before.filter(pl.col("source") != source)
        if after.height == before.height:
            total = f"{counted(before.height, 'instruction')} of {workspace.root}"
            msg = f"None of the {total} are from `{source}`."
            sources = ", ".join(counts(workspace))
            hint = f"there are {sources}." if sources else "`workbench instructions add` adds some."
            raise InstructionError(msg, hint=hint)
        _write(workspace, after)
        return before.height - after.height


def counts(workspace: Workspace) -> dict[str, int]:
    """Count the instructions of a workspace by source, in the order in which they were added."""
    by_source = own(workspace).group_by("source", maintain_order=True).len()
    return dict(by_source.iter_rows())


def forget_deleted(workspace: Workspace) -> int:
    """Erase the instructions whose tweets were deleted and return how many there were."""
    if not workspace.has("instructions"):
        return 0
    before = workspace.read("instructions")
    after = workspace.without_deleted(before)
    if after.height < before.height:
        _write(workspace, after)
    return before.height - after.height


def _write(workspace: Workspace, rows: pl.DataFrame) -> None:
    """Write the table, or delete its file if there are no rows."""
    if rows.height:
        workspace.write("instructions", Instructions.validate(rows))
    else:
        workspace.path("instructions").unlink(missing_ok=True)
