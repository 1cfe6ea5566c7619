"""Keep the measures of a workspace: files of scores and of code in its folder `measures`.

A file of scores is stored as a Parquet table with the ids and the measures. A file of code is
copied as it is; it runs only if the recipe names it under `[score] code`.
"""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import msgspec
import polars as pl

from workbench.exceptions import MeasureError
from workbench.measures import code, score_files
from workbench.measures.code import Code
from workbench.measures.columns import Added, add
from workbench.measures.decorators import By
from workbench.measures.score_files import ScoreTable
from workbench.recipe import CATALOGUE, Catalogue, Recipe
from workbench.schemas.own_measures import OwnMeasure, of_columns
from workbench.storage import Workspace, atomic

#: Keys of the metadata of a stored file of scores, and of the table of scores.
_TABLE, DESCRIBED = "workbench.score_file", "workbench.measures"


@dataclass(frozen=True)
class Stored:
    """A file of scores or code in a workspace.

    Args:
        origin: Name of the file that was added.
        names: Measures in it; empty for code, which would have to run.
        rows: Its rows; 0 for code.
        key: `thread_id` or `tweet_id`; empty for code.
        by: How values of tweets become the value of their thread.
    """

    origin: str
    names: tuple[str, ...]
    rows: int
    key: str
    by: str


def folder_of(workspace: Workspace) -> Path:
    """Return the folder of the measures, whether it exists or not."""
    return workspace.root / "measures"


def add_table(workspace: Workspace, table: ScoreTable) -> int:
    """Store a file of scores; one of the same name is replaced. The scores become stale.

    Returns:
        Number of ids that the workspace does not know; 0 before it has threads.

    Raises:
        MeasureError: If another file of this workspace has a measure of the same name, or no id
            is known.
        WorkspaceError: If another process or thread is writing to the workspace.
    """
    with workspace.locked():
        for other in tables(workspace):
            if other.origin != table.origin and (both := set(other.names) & set(table.names)):
                msg = f"`{min(both)}` is a measure of {other.origin} already."
                hint = f"rename the column, or `workbench scores remove {other.origin}` first."
                raise MeasureError(msg, hint=hint)
        unknown = _unknown(workspace, table)
        if unknown and unknown == table.rows.height:
            other_key = "tweet_id" if table.key == "thread_id" else "thread_id"
            msg = f"No id in {table.origin} is a `{table.key}` of this workspace's threads."
            hint = f"check the ids; if each is a `{other_key}`, call the column `{other_key}`. "
            raise MeasureError(msg, hint=f"{hint}Nothing was added.")
        _store(workspace, table)
    return unknown


def _unknown(workspace: Workspace, table: ScoreTable) -> int:
    """Count the ids of a file that are in no thread of a workspace; 0 if it has no threads yet."""
    if not workspace.has("turns"):
        return 0
    known = workspace.scan("threads" if table.key == "thread_id" else "turns").select(table.key)
    return (
        table.rows.lazy().select(table.key).join(known, on=table.key, how="anti").collect().height
    )


def _store(workspace: Workspace, table: ScoreTable) -> None:
    with workspace.locked():
        rows = workspace.without_deleted(table.rows, ids=(table.key,))
        about = {name: getattr(table, name) for name in ("origin", "sha256", "key", "by")}
        content = io.BytesIO()
        text = msgspec.json.encode(about).decode()
        rows.write_parquet(content, compression="zstd", metadata={_TABLE: text})
        _write(workspace, f"{table.origin}.parquet", content.getvalue())


def add_code(workspace: Workspace, path: Path) -> Code:
    """Run a file of code to see its measures, and copy it into a workspace.

    Raises:
        MeasureError: If it fails, has no measure, or cannot be named by a recipe.
    """
    loaded = code.from_file(path)
    try:
        Recipe.model_validate({"score": {"code": [path.name]}})
    except ValueError as error:
        msg = f"A recipe cannot name the file `{path.name}`."
        hint = "rename it: letters, digits, `_`, `-` and `.` only."
        raise MeasureError(msg, hint=hint) from error
    with workspace.locked():
        _write(workspace, path.name, path.read_bytes())
    return loaded


def _write(workspace: Workspace, name: str, content: bytes) -> None:
    folder = folder_of(workspace)
    folder.mkdir(exist_ok=True)
    with atomic.replacing(folder / name) as aside:
        aside.write_bytes(content)


def remove(workspace: Workspace, name: str) -> None:
    """Remove a file of scores or code from a workspace. The scores become stale.

    Args:
        workspace: Workspace with the file.
        name: Name under which it was added.

    Raises:
        MeasureError: If there is no such file.
    """
    known = {each.origin: each for each in stored(workspace)}
    if name not in known:
        msg = f"The workspace has no file of measures called `{name}`."
        hint = (
            f"there are {', '.join(known)}." if known else "`workbench scores add FILE` adds one."
        )
        raise MeasureError(msg, hint=hint)
    with workspace.locked():
        file = name if name.endswith(".py") else f"{name}.parquet"
        (folder_of(workspace) / file).unlink(missing_ok=True)


def stored(workspace: Workspace) -> list[Stored]:
    """List the files of scores and of code, by name."""
    shown = [
        Stored(each.origin, tuple(each.names), each.rows.height, each.key, each.by)
        for each in tables(workspace)
    ]
    return shown + [Stored(path.name, (), 0, "", "") for path in _files(workspace, "*.py")]


def tables(workspace: Workspace) -> list[ScoreTable]:
    """Read the files of scores of a workspace, by name.

    Raises:
        MeasureError: If one of them is damaged.
    """
    return [_table(path) for path in _files(workspace, "*.parquet")]


def _table(path: Path) -> ScoreTable:
    try:
        about = msgspec.json.decode(pl.read_parquet_metadata(path)[_TABLE], type=dict[str, str])
        return ScoreTable(rows=pl.read_parquet(path, glob=False), **_checked(about))
    except (OSError, KeyError, TypeError, msgspec.DecodeError, pl.exceptions.PolarsError) as error:
        msg = f"{path} is damaged: {str(error).splitlines()[0][:200]}."
        hint = "delete it, and add the file of scores again: `workbench scores add FILE`."
        raise MeasureError(msg, hint=hint) from error


def _checked(about: dict[str, str]) -> dict[str, Any]:
    if about["by"] not in get_args(By) or about["key"] not in score_files.KEYS:
        raise KeyError(about["by"])
    return about


def _files(workspace: Workspace, pattern: str) -> list[Path]:
    return sorted(path for path in folder_of(workspace).glob(pattern) if path.is_file())


def codes(workspace: Workspace, recipe: Recipe) -> list[Code]:
    """Run the code that a recipe names, see `code.load`; if one is a link elsewhere, run none."""
    folder = folder_of(workspace)
    for name in recipe.score.code:
        code.check_inside(name, folder=folder)
    return [code.load(name, folder=folder) for name in recipe.score.code]


def fingerprint(workspace: Workspace, recipe: Recipe) -> str:
    """Hash the files of scores and the code that a recipe names; empty if there are none.

    The code is not run.
    """
    folder = folder_of(workspace)
    hashes = [
        f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in _files(workspace, "*.parquet")
    ]
    hashes += [f"{name} {code.hash_of(name, folder=folder)}" for name in recipe.score.code]
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()[:16] if hashes else ""


def add_columns(workspace: Workspace, recipe: Recipe, scores: pl.DataFrame) -> Added:
    """Add the measures of a workspace and a recipe to scores, see `columns.add`."""
    return add(
        scores,
        workspace.scan("turns"),
        measures=codes(workspace, recipe),
        tables=tables(workspace),
    )


def metadata_of(measures: list[OwnMeasure]) -> dict[str, str]:
    """Return what the table of scores says of its own measures."""
    return {DESCRIBED: msgspec.json.encode(measures).decode()}


def of_scores(workspace: Workspace) -> list[OwnMeasure]:
    """Return the own measures in the table of scores, in the order of its columns.

    A column that somebody wrote into the table without a description counts too.
    """
    if not workspace.has("scores"):
        return []
    path = workspace.path("scores")
    columns = workspace.scan("scores").collect_schema()
    try:
        text = pl.read_parquet_metadata(path).get(DESCRIBED, "[]")
        described = msgspec.json.decode(text, type=list[OwnMeasure])
    except msgspec.DecodeError:
        described = []
    return of_columns(columns, {own.name: own for own in described})


def catalogue(workspace: Workspace | None) -> Catalogue:
    """Return every rule by name: the built-in ones, and those on the measures of a workspace."""
    return CATALOGUE if workspace is None else CATALOGUE.with_own(of_scores(workspace))


def forget_deleted(workspace: Workspace) -> int:
    """Erase the scores of deleted tweets from the files and return how many there were."""
    count = 0
    for table in tables(workspace):
        rows = workspace.without_deleted(table.rows, ids=(table.key,))
        if rows.height < table.rows.height:
            _store(workspace, table._replace(rows=rows))
            count += table.rows.height - rows.height
    return count
