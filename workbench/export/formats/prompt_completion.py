"""Make prompt and completion records, as TRL's supervised trainer reads them."""

from typing import Any

from pydantic import Field

from workbench.export import encodings
from workbench.export.conversation_trees import Turn
from workbench.export.formats.strict_model import StrictModel

NAME = "prompt_completion"
ABOUT = "prompt and completion for TRL: the first exchange of a path per line"
UNIT = "pair"
TREES = "alternating"
HAS_USER_IDS = False
ENCODINGS = (*encodings.JSON_LINES, "parquet")


class Record(StrictModel):
    """A prompt and its answer."""

    prompt: str = Field(min_length=1)
    completion: str = Field(min_length=1)


def record(pair: list[Turn]) -> dict[str, Any]:
    """Return the record of a prompt and its answer."""
    prompt, answer = pair
    return {"prompt": prompt.text, "completion": answer.text}
