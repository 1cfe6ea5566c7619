"""Describe the tweets behind each record, in a key `meta` or in a file beside the data file.

`file_writers` calls this if the recipe sets `[export] meta`. A description contains no name and no
author id, but anyone can look up the author of a tweet by its id.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

import polars as pl
from pydantic import BaseModel, Field, create_model

from workbench.export.conversation_trees import Turn
from workbench.export.formats import FORMATS
from workbench.export.formats.strict_model import StrictModel

#: Decimals of scores and probabilities, which are Float32.
_DECIMALS = 4
_ID = r"^[0-9]{1,19}$"

#: Columns of the scores that describe a thread.
COLUMNS = {
    "language": pl.String,
    "suitability": pl.Float32,
    "similarity": pl.Float32,
    "twins": pl.UInt32,
}


class Meta(StrictModel):
    """The tweets behind a record, and the scores of their thread.

    Ids are strings: many readers of JSON round large numbers. Scores are null if unknown.

    Args:
        thread_id: Id of the thread: that of the opening tweet, or of the conversation.
        tweet_ids: Tweets of the record, in the order of its turns. A turn may consist of several.
        language: Language of the thread.
        suitability: Probability that the opening tweet is a request that an assistant can answer.
        similarity: Cosine of the opening tweet and the nearest known instruction.
        answers: Probability of an answer of each turn of the assistant, in their order.
        near_duplicates: Number of other threads that begin like this one.
    """

    thread_id: str = Field(pattern=_ID)
    tweet_ids: list[str] = Field(min_length=1)
    language: str | None
    suitability: float | None
    similarity: float | None
    answers: list[float | None]
    near_duplicates: int | None


class ThreadFacts(NamedTuple):
    """What `Meta` says of a thread."""

    language: str | None = None
    suitability: float | None = None
    similarity: float | None = None
    near_duplicates: int | None = None


#: A thread of which nothing is known.
NO_FACTS = ThreadFacts()


def facts(threads: pl.DataFrame) -> dict[int, ThreadFacts]:
    """Return what is known of each thread.

    Args:
        threads: `thread_id` and `COLUMNS`.
    """
    scores = pl.col("suitability", "similarity").cast(pl.Float64).round(_DECIMALS)
    columns = threads.with_columns(scores).select(*COLUMNS)
    values = map(ThreadFacts, *(columns[name].to_list() for name in COLUMNS))
    return dict(zip(threads["thread_id"].to_list(), values, strict=True))


def of_turns(thread_id: int, turns: Iterable[Turn], thread: ThreadFacts) -> dict[str, Any]:
    """Return the description of a record, as `Meta` defines it.

    Args:
        thread_id: Thread of the record.
        turns: Turns in the record.
        thread: What is known of the thread.
    """
    return {
        "thread_id": str(thread_id),
        "tweet_ids": [str(tweet_id) for turn in turns for tweet_id in turn.tweet_ids],
        "language": thread.language,
        "suitability": thread.suitability,
        "similarity": thread.similarity,
        "answers": [
            None if turn.answer is None else round(turn.answer, _DECIMALS)
            for turn in turns
            if turn.role == "assistant"
        ],
        "near_duplicates": thread.near_duplicates,
    }


def add(record: dict[str, Any], described: dict[str, Any]) -> None:
    """Add a description to a record, or to the `meta` that records of its format have anyway."""
    record["meta"] = record.get("meta", {}) | described


@cache
def model(name: str, *, has_meta: bool) -> type[BaseModel]:
    """Return the model of a format's records.

    Args:
        name: Name of the format.
        has_meta: Whether `add` was called for the records.

    Examples:
        >>> list(model("alpaca", has_meta=True).model_fields)
        ['instruction', 'input', 'output', 'meta']
    """
    record = FORMATS[name].Record
    if not has_meta or FORMATS[name].UNIT == "tweet":
        return record
    own = record.model_fields.get("meta")
    bases: tuple[Any, ...] = (Meta,) if own is None else (own.annotation, Meta)
    meta: Any = create_model("Meta", __base__=bases)
    return create_model(record.__name__, __base__=record, meta=(meta, ...))
