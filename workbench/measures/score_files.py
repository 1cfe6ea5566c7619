"""Read files of scores: one row per thread or tweet, one column per measure."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from workbench.exceptions import MeasureError
from workbench.measures.decorators import By
from workbench.measures.value_types import clean, not_finite
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
        not_finite: Values that were NaN or infinite, and are unknown now.
    """

    origin: str
    sha256: str
    key: str
    by: By
    rows: pl.DataFrame
    not_finite: int = 0

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
        MeasureError: If it cannot be read, has no ids, ids that are not exact or that repeat, or a
            column that cannot be a measure.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "mine.csv"
        >>> _ = path.write_text("thread_id,mood\n1147000000000000001,0.5\n")
        >>> read(path).rows.row(0)
        (1147000000000000001, 0.5)
    """
    frame, content = _frame(path)
    key = next((key for key in KEYS if key in frame.columns), None)
    if key is None:
        msg = f"{path.name} has no column `thread_id` or `tweet_id`."
        raise MeasureError(msg, hint=f"its columns are {', '.join(frame.columns[:20])}. {_HINT}")
    columns = list(names) or [name for name in frame.columns if name not in KEYS]
    _check_columns(frame, columns, path)
    ids = _ids(frame[key], path)
    rows = frame.select(ids.alias(key), *(_values(frame[name], path) for name in columns))
    sha256, odd = hashlib.sha256(content).hexdigest(), sum(not_finite(frame[n]) for n in columns)
    return ScoreTable(path.name, sha256, key, by, rows.sort(key), odd)


def _frame(path: Path) -> tuple[pl.DataFrame, bytes]:
    readers: dict[str, Callable[[bytes], pl.DataFrame]] = {
        ".parquet": pl.read_parquet,
        ".csv": _read_csv,
        ".jsonl": _read_json_lines,
        ".ndjson": _read_json_lines,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        msg = f"{path.name} is not a Parquet, CSV, JSON lines or Python file by its name."
        raise MeasureError(msg, hint="rename it to end in .parquet, .csv, .jsonl or .py.")
    try:
        content = path.read_bytes()
        return reader(content), content
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}."
        raise MeasureError(msg, hint=_HINT) from error
    except (pl.exceptions.PolarsError, ValueError) as error:
        msg = f"{path.name} cannot be read: {str(error).splitlines()[0][:200]}."
        raise MeasureError(msg, hint=_HINT) from error


def _read_csv(content: bytes) -> pl.DataFrame:
    """Read ids as texts, so that a missing one cannot make the others floats."""
    keys = dict.fromkeys(KEYS, pl.String)
    header = pl.read_csv(content, n_rows=0, infer_schema=False).columns
    overrides = {name: dtype for name, dtype in keys.items() if name in header}
    return pl.read_csv(content, schema_overrides=overrides, infer_schema_length=None)


def _read_json_lines(content: bytes) -> pl.DataFrame:
    return pl.read_ndjson(content, infer_schema_length=None)


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


def _values(values: pl.Series, path: Path) -> pl.Series:
    cleaned = clean(values)
    if kind_of(cleaned.dtype) is None:
        msg = f"The column `{values.name}` of {path.name} has values of the type {values.dtype}."
        raise MeasureError(msg, hint="measures are numbers, true or false, or texts.")
    return cleaned
