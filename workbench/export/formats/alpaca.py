"""Make Alpaca records: one prompt and its answer."""

from typing import Any, Literal

from pydantic import Field

from workbench.export import encodings
from workbench.export.conversation_trees import Turn
from workbench.export.formats.strict_model import StrictModel

NAME = "alpaca"
ABOUT = "Alpaca instruction, input (empty) and output: the first exchange of a path per line"
UNIT = "pair"
TREES = "alternating"
HAS_USER_IDS = False
ENCODINGS = (*encodings.JSON_LINES, "parquet")


class Record(StrictModel):
    """A prompt and its answer."""

    instruction: str = Field(min_length=1)
    input: Literal[""]
    output: str = Field(min_length=1)


def record(pair: list[Turn]) -> dict[str, Any]:
    """Return the record of a prompt and its answer."""
    prompt, answer = pair
    return {"instruction": prompt.text, "input": "", "output": answer.text}
