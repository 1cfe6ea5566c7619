"""Alpaca: one prompt and one answer a record."""

from typing import Any, Literal

from pydantic import Field

from workbench.export import conversation_trees, encodings
from workbench.export.conversation_trees import Turn

NAME = "alpaca"
ABOUT = "instruction, input (empty) and output, the first exchange of a path a line"
UNIT = "pair"
IS_STRICT = True
HAS_USER_IDS = False
ENCODINGS = (*encodings.LINES, "parquet")


class Record(conversation_trees.Record):
    """A prompt and its answer."""

    instruction: str = Field(min_length=1)
    input: Literal[""]
    output: str = Field(min_length=1)


def record(pair: list[Turn]) -> dict[str, Any]:
    """Make the record of a prompt and its answer."""
    prompt, answer = pair
    return {"instruction": prompt.text, "input": "", "output": answer.text}
