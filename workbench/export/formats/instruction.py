"""Make the records of Open-Assistant's instruction data sets: one prompt and its answer."""

import json
from typing import Any, Literal

from pydantic import Field, field_validator

from workbench.export import encodings
from workbench.export.conversation_trees import Turn
from workbench.export.formats.strict_model import StrictModel

NAME = "instruction"
ABOUT = "Open-Assistant instructions: the first exchange of a path per row"
UNIT = "pair"
TREES = "alternating"
HAS_USER_IDS = False
ENCODINGS = ("parquet", *encodings.JSON_LINES)


class Record(StrictModel):
    """A prompt and its answer; `METADATA` is a JSON object as a string."""

    INSTRUCTION: str = Field(min_length=1)
    RESPONSE: str = Field(min_length=1)
    SOURCE: Literal["twitter"]
    METADATA: str

    @field_validator("METADATA")
    @classmethod
    def _is_json(cls, value: str) -> str:
        if not isinstance(json.loads(value), dict):
            msg = "METADATA is not a JSON object"
            raise ValueError(msg)  # noqa: TRY004 (pydantic reports ValueError only)
        return value


def record(pair: list[Turn]) -> dict[str, Any]:
    """Return the record of a prompt and its answer."""
    prompt, answer = pair
    metadata = {
        "post_id": str(prompt.tweet_id),
        "reply_id": str(answer.tweet_id),
        "lang": prompt.lang,
        "likes": answer.likes,
    }
    return {
        "INSTRUCTION": prompt.text,
        "RESPONSE": answer.text,
        "SOURCE": "twitter",
        "METADATA": json.dumps(metadata),
    }
