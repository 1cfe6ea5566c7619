"""Mark Python functions as measures of threads, with `@scorer` and `@rule`."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, overload

import polars as pl

from workbench.exceptions import MeasureError
from workbench.schemas.measures import Direction
from workbench.schemas.own_measures import problem_of_name

#: What a scorer gets: one row per thread, or one per turn.
Of = Literal["threads", "turns"]

#: How values of turns become the value of their thread: that of the opening tweet, or of all known
#: values. Of flags, `max` means any, `min` all, and `mean` the share of true values.
By = Literal["opening", "max", "min", "mean", "sum"]

#: Function of a scorer: a frame -> one value per row, as a series, an array, a list or a polars
#: expression on the columns of the frame.
ScorerFunction = Callable[[pl.DataFrame], Any]

#: Function of a rule: returns a polars expression on the columns of the scores.
RuleFunction = Callable[[], pl.Expr]


@dataclass(frozen=True)
class Scorer:
    """A function that measures threads or turns; it can still be called.

    Args:
        function: The function.
        name: Its column in the scores, and its rule in a recipe.
        of: What it measures.
        by: How values of turns become the value of their thread.
        about: What it measures, in a sentence.
        unit: Unit of its values; may be empty.
        higher: What a higher value means.
    """

    function: ScorerFunction
    name: str
    of: Of = "threads"
    by: By = "opening"
    about: str = ""
    unit: str = ""
    higher: Direction = "neither"

    def __call__(self, frame: pl.DataFrame) -> Any:  # noqa: ANN401 (see `ScorerFunction`)
        """Call the function."""
        return self.function(frame)


@dataclass(frozen=True)
class RuleExpression:
    """A function that returns a polars expression; it can still be called.

    Args:
        function: The function.
        name: Its column in the scores, and its rule in a recipe.
        about: What it asks for, in a sentence.
        unit: Unit of its values, if they are numbers.
        higher: What a higher value means.
    """

    function: RuleFunction
    name: str
    about: str = ""
    unit: str = ""
    higher: Direction = "neither"

    def __call__(self) -> pl.Expr:
        """Call the function."""
        return self.function()


#: A measure that a Python function makes.
CodeMeasure = Scorer | RuleExpression


@overload
def scorer(function: ScorerFunction, /) -> Scorer: ...
@overload
def scorer(
    *,
    name: str = "",
    of: Of = "threads",
    by: By = "opening",
    about: str = "",
    unit: str = "",
    higher: Direction = "neither",
) -> Callable[[ScorerFunction], Scorer]: ...
def scorer(
    function: ScorerFunction | None = None,
    /,
    *,
    name: str = "",
    of: Of = "threads",
    by: By = "opening",
    about: str = "",
    unit: str = "",
    higher: Direction = "neither",
) -> Scorer | Callable[[ScorerFunction], Scorer]:
    """Mark a function as a score of threads or turns.

    The function gets a frame with one row per thread (table `Scores`) or per turn (table `Turns`)
    and returns one value per row: numbers, truth values or texts. NaN and infinite numbers count as
    unknown. The values become a column of the scores, with a rule `[select.own.NAME]`.

    Args:
        function: The function, if the decorator is used without arguments.
        name: Name of the column and of the rule; by default that of the function.
        of: `threads` or `turns`.
        by: How values of turns become the value of their thread: that of the `opening` tweet, or
            the `max`, `min`, `mean` or `sum` of all known values.
        about: What it measures; by default the first paragraph of the function's docstring.
        unit: Unit of the values.
        higher: Whether higher values are `better`, `worse` or `neither`.

    Raises:
        MeasureError: If the name or another argument is not valid.

    Examples:
        >>> @scorer(of="turns", by="max", unit="question marks")
        ... def questions(turns):
        ...     "Question marks in one turn."
        ...     return turns["text"].str.count_matches("?", literal=True)
        >>> questions(pl.DataFrame({"text": ["why?", "so"]})).to_list()
        [1, 0]
    """

    def mark(marked: ScorerFunction) -> Scorer:
        _check("of", of, Of)
        _check("by", by, By)
        described = _described(marked, name=name, about=about, higher=higher)
        return Scorer(marked, of=of, by=by, unit=unit, higher=higher, **described)

    return mark if function is None else mark(function)


@overload
def rule(function: RuleFunction, /) -> RuleExpression: ...
@overload
def rule(
    *, name: str = "", about: str = "", unit: str = "", higher: Direction = "neither"
) -> Callable[[RuleFunction], RuleExpression]: ...
def rule(
    function: RuleFunction | None = None,
    /,
    *,
    name: str = "",
    about: str = "",
    unit: str = "",
    higher: Direction = "neither",
) -> RuleExpression | Callable[[RuleFunction], RuleExpression]:
    """Mark a function as a rule on threads.

    The function takes no arguments and returns a polars expression on the columns of the scores,
    own scores included. If its values are true or false, `[select.own.NAME] require = true` keeps
    the threads for which it is true. If they are numbers, `min` and `max` set bounds.

    Args:
        function: The function, if the decorator is used without arguments.
        name: Name of the rule; by default that of the function.
        about: What it asks for; by default the first paragraph of the function's docstring.
        unit: Unit of the values, if they are numbers.
        higher: Whether higher values are `better`, `worse` or `neither`.

    Raises:
        MeasureError: If the name or another argument is not valid.

    Examples:
        >>> @rule
        ... def short_prompt():
        ...     "Prompts of at most 80 characters."
        ...     return pl.col("prompt_characters") <= 80
        >>> pl.DataFrame({"prompt_characters": [20, 200]}).select(short_prompt()).to_series()[0]
        True
    """

    def mark(marked: RuleFunction) -> RuleExpression:
        described = _described(marked, name=name, about=about, higher=higher)
        return RuleExpression(marked, unit=unit, higher=higher, **described)

    return mark if function is None else mark(function)


def _described(
    function: Callable[..., Any], *, name: str, about: str, higher: Direction
) -> dict[str, str]:
    """Return the name of a measure and what it is about."""
    _check("higher", higher, Direction)
    if not callable(function):
        msg = f"@scorer and @rule mark functions, not {type(function).__name__}."
        raise MeasureError(msg, hint="write the decorator above a `def`.")
    name = name or getattr(function, "__name__", "")
    if problem := problem_of_name(name):
        hint = 'rename the function, or pass another name: `@scorer(name="polite")`.'
        msg = f"A measure cannot have this name: {problem}."
        raise MeasureError(msg, hint=hint)
    docstring = inspect.getdoc(function) or ""
    return {"name": name, "about": about or " ".join(docstring.split("\n\n")[0].split())}


def _check(argument: str, value: str, choices: Any) -> None:  # noqa: ANN401 (a Literal)
    if value not in choices.__args__:
        msg = f"`{argument}={value!r}` of a measure is not known."
        raise MeasureError(msg, hint=f"choose one of {', '.join(choices.__args__)}.")
