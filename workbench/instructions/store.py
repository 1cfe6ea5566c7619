"""Instructions: requests that an assistant could answer, to compare the roots of threads with.

A recipe names a set of them, and a workspace may have some of its own beside.
"""

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

_log = logging.getLogger(__name__)


def load(name_or_path: str | Path) -> dy.DataFrame[Instructions]:
    """Give the instructions of a file, or for `starter` the set that ships.

    Raises:
        InstructionError: See `readings.from_file`.
    """
    return starter() if str(name_or_path) == "starter" else from_file(name_or_path)


def starter() -> dy.DataFrame[Instructions]:
    """Give the set written for this project, half of it worded as people ask in tweets.

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
    r"""Read known instructions from a file whose shape is told from its content.

    Records without an instruction are logged as a warning; `readings.from_file` gives their number.

    Args:
        path: File, plain or gzip, of any shape named in `shapes.KNOWN`.

    Returns:
        One row per distinct instruction; ids follow from the name of the file and the text.

    Raises:
        InstructionError: See `readings.from_file`.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "mine.jsonl"
        >>> _ = path.write_text('{"instruction": "Translate.", "input": "guten Tag"}')
        >>> from_file(path).select("instruction_id", "text", "source").row(0)
        ('mine-03d8f60a454c7035', 'Translate.\nguten Tag', 'mine.jsonl')
    """
    reading = file_reader.from_file(path)
    if reading.skipped:
        counts = (reading.skipped, reading.records)
        _log.warning("%s: %d of %d records hold no instruction", path, *counts)
    return reading.instructions


def combine(*frames: dy.DataFrame[Instructions]) -> dy.DataFrame[Instructions]:
    """Put sets together; of equal texts the first stays, with its id and source.

    Texts are equal if they differ in letter case and white space only.

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
    """Give what the threads of a workspace are compared with: the recipe's set, then its own.

    Raises:
        InstructionError: If the set that the recipe names cannot be read.
    """
    return combine(load(recipe.score.instructions), own(workspace))


def own(workspace: Workspace) -> dy.DataFrame[Instructions]:
    """Give the instructions that were added to a workspace, without those of deleted tweets."""
    if not workspace.has("instructions"):
        return Instructions.create_empty()
    return Instructions.validate(workspace.without_deleted(workspace.read("instructions")))


def add(
    workspace: Workspace,
    given: pl.DataFrame | list[str],
    *,
    source: str,
    recipe: Recipe | None = None,
) -> int:
    """Keep instructions in a workspace; its scores are stale from then on.

    Texts that are known already, letter case and white space aside, are not added again, nor are
    the texts of tweets that were deleted. Hold `workspace.locked()` meanwhile.

    Args:
        workspace: Where they are kept.
        given: Texts, or a frame with `text` and, where known, `topic`, and `tweet_id` of texts that
            are a tweet's, which leave the workspace with it.
        source: What they come from: a name, by which they can be removed again.
        recipe: Its set is known, too; by default that of the default recipe.

    Returns:
        How many were added.

    Raises:
        InstructionError: If the source has no name.

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
        raise InstructionError(msg, hint="give them a name, such as `garden`.")
    frame = given if isinstance(given, pl.DataFrame) else pl.DataFrame({"text": given})
    cleaned = [file_reader.clean(text or "") for text in frame["text"].cast(pl.String)]
    wanted = ["text", *({"topic", "tweet_id"} & set(frame.columns))]
    told = frame.with_columns(text=pl.Series(cleaned, dtype=pl.String)).select(wanted)
    there = own(workspace)
    before = combine(load((recipe or Recipe()).score.instructions), there)
    fresh = file_reader.distinct(told.filter(pl.col("text") != "")).join(
        before.select(normal=file_reader.normal()), on="normal", how="anti", maintain_order="left"
    )
    made = workspace.without_deleted(file_reader.identify(fresh, source=source.strip()))
    if made.height:
        workspace.write("instructions", Instructions.validate(pl.concat([there, made])))
    return made.height


def remove(workspace: Workspace, *, source: str) -> int:
    """Take the instructions of a source out of a workspace again; count them.

    Raises:
        InstructionError: If there are none of that source.
    """
    there = own(workspace)
    left = there.filter(pl.col("source") != source)
    if left.height == there.height:
        msg = f"None of the {there.height:,} instructions of {workspace.root} are from `{source}`."
        sources = ", ".join(counts(workspace))
        raise InstructionError(
            msg, hint=f"there are {sources}." if sources else "`workbench instructions add` some."
        )
    _put(workspace, left)
    return there.height - left.height


def counts(workspace: Workspace) -> dict[str, int]:
    """Count the instructions of a workspace by source, in the order in which they were added."""
    by_source = own(workspace).group_by("source", maintain_order=True).len()
    return dict(by_source.iter_rows())


def forget_deleted(workspace: Workspace) -> int:
    """Erase the instructions that were tweets and are deleted; count them."""
    if not workspace.has("instructions"):
        return 0
    before = workspace.read("instructions")
    after = workspace.without_deleted(before)
    if after.height < before.height:
        _put(workspace, after)
    return before.height - after.height


def _put(workspace: Workspace, rows: pl.DataFrame) -> None:
    """Write the table; none is the same as never having had any."""
    if rows.height:
        workspace.write("instructions", Instructions.validate(rows))
    else:
        workspace.path("instructions").unlink(missing_ok=True)
