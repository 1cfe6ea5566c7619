"""Instruction: the instruction data sets of Open-Assistant."""

import json
from typing import Any, Literal

from pydantic import Field, field_validator

from workbench.export import conversation_trees, encodings
from workbench.export.conversation_trees import Turn

NAME = "instruction"
ABOUT = "Open-Assistant instruction set, the first exchange of a path a row"
UNIT = "pair"
IS_STRICT = True
HAS_USER_IDS = False
ENCODINGS = ("parquet", *encodings.LINES)


class Record(conversation_trees.Record):
    """A prompt and its answer; `METADATA` is a JSON object in a string."""

    INSTRUCTION: str = Field(min_length=1)
    RESPONSE: str = Field(min_length=1)
    SOURCE: Literal["twitter"]
    METADATA: str

    @field_validator("METADATA")
    @classmethod
    def _is_json(cls, value: str) -> str:
        if not isinstance(json.loads(value), dict):
            msg = "METADATA is no JSON object"
            raise ValueError(msg)  # noqa: TRY004 (pydantic reports value errors)
        return value


def record(pair: list[Turn]) -> dict[str, Any]:
    """Make the record of a prompt and its answer."""
    prompt, answer = pair
    about = {
        "post_id": str(prompt.tweet_id),
        "reply_id": str(answer.tweet_id),
        "lang": prompt.lang,
        "likes": answer.likes,
    }
    return {
        "INSTRUCTION": prompt.text,
        "RESPONSE": answer.text,
        "SOURCE": "twitter",
        "METADATA": json.dumps(about),
    }
