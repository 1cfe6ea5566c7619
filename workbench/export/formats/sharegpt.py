"""ShareGPT: chats of `human` and `gpt`."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from workbench.export import conversation_trees, encodings
from workbench.export.conversation_trees import Turn

NAME = "sharegpt"
ABOUT = "ShareGPT conversations of human and gpt, a path a line"
UNIT = "path"
IS_STRICT = True
HAS_USER_IDS = False
ENCODINGS = (*encodings.LINES, "parquet")

_ROLES = {"prompter": "human", "assistant": "gpt"}


class Message(conversation_trees.Record):
    """One message; `from` is a keyword of the language."""

    sender: Literal["human", "gpt"] = Field(alias="from")
    value: str = Field(min_length=1)


class Record(conversation_trees.Record):
    """A chat: a human first, gpt last, in strict turn."""

    conversations: list[Message] = Field(min_length=2)

    @model_validator(mode="after")
    def _in_turn(self) -> Self:
        senders = [message.sender for message in self.conversations]
        if len(senders) % 2 or set(senders[::2]) != {"human"} or set(senders[1::2]) != {"gpt"}:
            msg = f"senders do not alternate from human to gpt: {', '.join(senders)}"
            raise ValueError(msg)
        return self


def record(path: list[Turn]) -> dict[str, Any]:
    """Make the record of a path."""
    return {"conversations": [{"from": _ROLES[turn.role], "value": turn.text} for turn in path]}
