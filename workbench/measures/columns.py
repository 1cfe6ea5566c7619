"""Add own measures to the scores, one column each, and check what the code of people returns."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
import polars as pl

from workbench.exceptions import MeasureError
from workbench.measures import code
from workbench.measures.code import Code
from workbench.measures.decorators import By, CodeMeasure, Scorer
from workbench.measures.score_files import ScoreTable
from workbench.measures.value_types import clean, lost
from workbench.schemas import Scores
from workbench.schemas.own_measures import OwnMeasure, kind_of

#: How values of turns become that of their thread -> what this says of a measure.
_ABOUT: dict[By, str] = {
    "opening": "Value of the opening tweet.",
    "max": "Highest value of the turns.",
    "min": "Lowest value of the turns.",
    "mean": "Mean of the values of the turns.",
    "sum": "Sum of the values of the turns.",
}


class Added(NamedTuple):
    """Scores with own measures.

    Args:
        scores: The scores with one more column per measure, in the same order.
        measures: What is known of each of these columns.
        notes: What should be known of the values, one sentence each: unknown ids, NaN.
    """

    scores: pl.DataFrame
    measures: list[OwnMeasure]
    notes: list[str]


def add(
    scores: pl.DataFrame,
    turns: pl.DataFrame | pl.LazyFrame,
    *,
    measures: Sequence[CodeMeasure | Code] = (),
    tables: Iterable[ScoreTable] = (),
) -> Added:
    """Add the columns of own measures to the scores.

    Files come first, then scorers, then rules: each can use the columns before it. Columns of own
    measures that the scores have already are computed again.

    Args:
        scores: Table `Scores`: one row per thread, with at least `thread_id` and `root_id`.
        turns: Table `Turns` of these threads, for measures of turns.
        measures: Decorated functions, or the code of a file.
        tables: Files of scores.

    Raises:
        MeasureError: If two measures have one name, or code fails or returns something else than
            one number, truth value or text per row. The error names the file and the line.

    Examples:
        >>> from workbench.measures import rule, scorer
        >>> scores = pl.DataFrame({"thread_id": [1, 2], "root_id": [1, 2], "turns": [2, 9]})
        >>> big = rule(lambda: pl.col("squared") > 10, name="big")
        >>> squared = scorer(lambda threads: threads["turns"] ** 2, name="squared")
        >>> added = add(scores, pl.DataFrame(), measures=[big, squared])
        >>> added.scores.select("squared", "big").rows()
        [(4, False), (81, True)]
    """
    sources = [each if isinstance(each, Code) else Code("", "", (each,)) for each in measures]
    functions = [(source, measure) for source in sources for measure in source.measures]
    _check_distinct([*(m.name for _, m in functions), *(n for t in tables for n in t.names)])
    adding = _Adding(scores.drop(_others(scores), strict=False), turns)
    for table in tables:
        adding.add_table(table)
    for source, measure in sorted(functions, key=lambda each: not isinstance(each[1], Scorer)):
        adding.add_code(measure, source)
    return Added(adding.scores, adding.measures, adding.notes)


def _others(scores: pl.DataFrame) -> list[str]:
    """Return the columns that are not built in: those of an earlier run."""
    return [name for name in scores.columns if name not in set(Scores.column_names())]


def _check_distinct(names: list[str]) -> None:
    if repeated := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        msg = f"Two measures are called `{repeated[0]}`."
        hint = "rename one of them, or remove it: `workbench scores remove NAME`."
        raise MeasureError(msg, hint=hint)


class _Adding:
    """Scores to which measures are added one by one.

    Args:
        scores: One row per thread.
        turns: Table `Turns`.
    """

    def __init__(self, scores: pl.DataFrame, turns: pl.DataFrame | pl.LazyFrame) -> None:
        self.scores, self.measures, self.notes = scores, list[OwnMeasure](), list[str]()
        self._turns_source = turns.lazy()
        self._turns: pl.DataFrame | None = None

    def add_table(self, table: ScoreTable) -> None:
        """Add the columns of a file of scores."""
        turns = self._turns_source if table.key == "tweet_id" else None
        known = self.scores.lazy().select("thread_id") if turns is None else turns
        unknown = table.rows.lazy().join(known, on=table.key, how="anti")
        if count := unknown.select(pl.len()).collect().item():
            what = "threads" if turns is None else "tweets of threads"
            self.notes.append(
                f"{table.origin}: {count:,} of {table.rows.height:,} ids are not those of {what}"
            )
        for name in table.names:
            values = table.rows.select(table.key, value=name)
            if turns is None:
                column = self._of_threads(values)
            else:
                of_turns = turns.select("thread_id", "tweet_id").join(
                    values.lazy(), on="tweet_id", how="inner"
                )
                column = self._of_turns(of_turns.collect(), by=table.by)
            about = "" if turns is None else _ABOUT[table.by]
            own = OwnMeasure(
                name,
                "score",
                about=about,
                made_by="file",
                origin=table.origin,
                sha256=table.sha256,
            )
            self._append(column, own)

    def add_code(self, measure: CodeMeasure, source: Code) -> None:
        """Add the column of a function."""
        is_of_turns = isinstance(measure, Scorer) and measure.of == "turns"
        frame = self._read_turns() if is_of_turns else self.scores
        column = _values(measure, frame)
        self._note_numbers(column, measure.name)
        column = clean(column)
        if isinstance(measure, Scorer) and measure.of == "turns":
            of_turns = frame.select("thread_id", "tweet_id").with_columns(value=column)
            column = self._of_turns(of_turns, by=measure.by)
        own = OwnMeasure(
            measure.name,
            "score",
            about=measure.about,
            unit=measure.unit,
            higher=measure.higher,
            made_by="scorer" if isinstance(measure, Scorer) else "rule",
            origin=source.name,
            sha256=source.sha256,
        )
        self._append(column, own)

    def _append(self, column: pl.Series, own: OwnMeasure) -> None:
        self._note_numbers(column, own.name)
        column = clean(column)
        self.scores = self.scores.with_columns(column.alias(own.name))
        kind = kind_of(column.dtype) or own.kind
        self.measures.append(msgspec.structs.replace(own, kind=kind))

    def _note_numbers(self, column: pl.Series, name: str) -> None:
        if odd := lost(column):
            self.notes.append(
                f"{name}: {odd:,} of {len(column):,} values are NaN, infinite or too large, "
                "now unknown"
            )

    def _read_turns(self) -> pl.DataFrame:
        if self._turns is None:
            self._turns = self._turns_source.collect()
        return self._turns

    def _of_threads(self, values: pl.DataFrame) -> pl.Series:
        joined = self.scores.select("thread_id").join(
            values, on="thread_id", how="left", maintain_order="left"
        )
        return joined["value"]

    def _of_turns(self, values: pl.DataFrame, *, by: By) -> pl.Series:
        """Make one value per thread from `thread_id`, `tweet_id` and `value`."""
        if by == "opening":
            roots = self.scores.select("thread_id", tweet_id="root_id")
            return roots.join(
                values.select("tweet_id", "value"),
                on="tweet_id",
                how="left",
                maintain_order="left",
            )["value"]
        value = pl.col("value")
        if values.schema["value"] == pl.String:
            msg = f"Texts of turns have no {by}."
            raise MeasureError(msg, hint="take those of the opening tweets: by `opening`.")
        is_whole = not values.schema["value"].is_float()
        # A sum of many 64-bit numbers may need more bits; `clean` makes it unknown then.
        number = value.cast(pl.Int128) if is_whole else value
        ways = {"max": value.max(), "min": value.min(), "mean": number.mean()}
        ways["sum"] = pl.when(value.is_not_null().any()).then(number.sum())
        return self._of_threads(values.group_by("thread_id").agg(value=ways[by]))


def _values(measure: CodeMeasure, frame: pl.DataFrame) -> pl.Series:
    """Call a function and return one value per row of its frame."""
    file, place = code.file_of(measure), code.place_of(measure)
    call: Callable[[], Any] = (lambda: measure(frame)) if isinstance(measure, Scorer) else measure
    result = code.guarded(call, what=place, file=file)
    if not isinstance(measure, Scorer) and not isinstance(result, pl.Expr):
        msg = f"{place} returned {type(result).__name__}, not a polars expression."
        raise MeasureError(msg, hint='return an expression like `pl.col("turns") > 3`.')
    if isinstance(result, pl.DataFrame):
        msg = f"{place} returned a frame of {result.width} columns."
        raise MeasureError(msg, hint="return one value per row: a series, an array or a list.")
    if isinstance(result, pl.Expr):
        made = code.guarded(lambda: frame.with_columns(value=result), what=place, file=file)
        column = made["value"]
    else:
        column = code.guarded(lambda: pl.Series("value", result), what=place, file=file)
    if len(column) != frame.height:
        rows = "turns" if isinstance(measure, Scorer) and measure.of == "turns" else "threads"
        msg = f"{place} returned {len(column):,} values for {frame.height:,} {rows}."
        raise MeasureError(msg, hint="return one value per row, in the order of the rows.")
    if kind_of(clean(column).dtype) is None:
        msg = f"{place} returned values of the type {column.dtype}."
        raise MeasureError(msg, hint="return numbers, true or false, or texts.")
    return column
