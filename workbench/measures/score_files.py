"""Read files of scores: one row per thread or tweet, one column per measure."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from workbench.exceptions import MeasureError
from workbench.measures import file_readers, text_values
from workbench.measures.decorators import By
from workbench.measures.file_readers import Columns
from workbench.measures.value_types import clean
from workbench.schemas.own_measures import kind_of, problem_of_name

#: Columns with the ids of threads or tweets. If a file has both, it is one of tweets.
KEYS = ("tweet_id", "thread_id")

_HINT = "name a file with a column `thread_id` or `tweet_id` and one column per measure."


class ScoreTable(NamedTuple):
    """The scores of one file.

    Args:
        origin: Name of the file.
        sha256: Hash of the file.
        key: Column with the ids: `thread_id` or `tweet_id`.
        by: How values of tweets become the value of their thread.
        rows: The ids and one column per measure.
        unknown: Values that are unknown: empty, NaN, infinite, or too large for 64 bits.
    """

    origin: str
    sha256: str
    key: str
    by: By
    rows: pl.DataFrame
    unknown: int = 0

    @property
    def names(self) -> list[str]:
        """Names of the measures."""
        return [name for name in self.rows.columns if name != self.key]


def read(path: Path, *, by: By = "opening", names: Sequence[str] = ()) -> ScoreTable:
    r"""Read a file of scores.

    Args:
        path: Parquet, CSV or JSON lines.
        by: How values of tweets become the value of their thread.
        names: Measures to read; by default all columns besides the ids.

    Raises:
        MeasureError: If it cannot be read, has no ids, ids that are not exact or that repeat, no
            row, or a column that cannot be a measure: of mixed values, or without a known one.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "mine.csv"
        >>> _ = path.write_text("thread_id,mood\n1147000000000000001,0.5\n")
        >>> read(path).rows.row(0)
        (1147000000000000001, 0.5)
    """
    file = file_readers.read(path)
    frame = file.frame
    key = next((key for key in KEYS if key in frame.columns), None)
    if key is None:
        msg = f"{path.name} has no column `thread_id` or `tweet_id`."
        raise MeasureError(msg, hint=f"its columns are {', '.join(frame.columns[:20])}. {_HINT}")
    columns = list(names) or [name for name in frame.columns if name not in KEYS]
    _check_columns(frame, columns, path)
    if frame.is_empty():
        msg = f"{path.name} has no row."
        raise MeasureError(msg, hint=_HINT)
    ids = _ids(frame[key], path)
    rows = frame.select(ids.alias(key), *(_values(file, name, path) for name in columns))
    unknown = sum(rows[name].null_count() for name in columns)
    sha256 = hashlib.sha256(file.content).hexdigest()
    return ScoreTable(path.name, sha256, key, by, rows.sort(key), unknown)


def _ids(values: pl.Series, path: Path) -> pl.Series:
    """Return ids as whole numbers, if every one of them is exact."""
    if values.dtype.is_float():
        msg = f"The ids of {path.name} are floats, which round ids of 16 digits and more."
        raise MeasureError(msg, hint="write the ids as texts or whole numbers.")
    texts = values.cast(pl.String).str.strip_chars()
    ids = texts.cast(pl.Int64, strict=False)
    is_wrong = ids.is_null() | ~texts.str.contains(r"^-?\d+$").fill_null(value=False)
    if count := int(is_wrong.sum()):
        row = int(is_wrong.arg_true()[0])
        example = str(texts[row])[:40]
        msg = f"{count:,} of {len(ids):,} ids of {path.name} are not whole numbers; "
        msg += f"that of row {row + 1} is {example!r}."
        raise MeasureError(msg, hint="write every id in full, digits only. Nothing was added.")
    if repeated := len(ids) - ids.n_unique():
        twice = int(ids.filter(ids.is_duplicated())[0])
        msg = f"{repeated:,} of {len(ids):,} ids of {path.name} repeat another one, like {twice}."
        raise MeasureError(msg, hint="write one row per id. Nothing was added.")
    return ids


def _check_columns(frame: pl.DataFrame, names: Sequence[str], path: Path) -> None:
    if not names:
        msg = f"{path.name} has ids but no other column."
        raise MeasureError(msg, hint=_HINT)
    if missing := [name for name in names if name not in frame.columns]:
        msg = f"{path.name} has no column `{missing[0]}`."
        raise MeasureError(msg, hint=f"its columns are {', '.join(frame.columns[:20])}.")
    problems = [problem for name in names if (problem := problem_of_name(name))]
    if problems:
        msg = f"{len(problems):,} of {len(names):,} columns of {path.name} cannot be measures: "
        msg += f"{'; '.join(problems[:5])}."
        raise MeasureError(msg, hint="rename them, or choose the others with --column.")


def _values(file: Columns, name: str, path: Path) -> pl.Series:
    values = file.frame[name]
    if values.dtype == pl.String:
        values = text_values.typed(values, file=path.name, place=file.place)
    cleaned = clean(values)
    if kind_of(cleaned.dtype) is None:
        msg = f"The column `{name}` of {path.name} has values of the type {values.dtype}."
        raise MeasureError(msg, hint="measures are numbers, true or false, or texts.")
    if cleaned.null_count() == len(cleaned):
        msg = f"No value of the column `{name}` of {path.name} is known."
        raise MeasureError(msg, hint="choose other columns with --column. Nothing was added.")
    return cleaned
