"""Make ShareGPT chats: `human` and `gpt` take turns."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from workbench.export import encodings
from workbench.export.conversation_trees import Turn
from workbench.export.formats.strict_model import StrictModel

NAME = "sharegpt"
ABOUT = "ShareGPT conversations of human and gpt: one path per line"
UNIT = "path"
TREES = "alternating"
HAS_USER_IDS = False
ENCODINGS = (*encodings.JSON_LINES, "parquet")

_ROLES = {"prompter": "human", "assistant": "gpt"}


class Message(StrictModel):
    """One message of a chat; `from` is a keyword in Python, so the field is `sender`."""

    sender: Literal["human", "gpt"] = Field(alias="from")
    value: str = Field(min_length=1)


class Record(StrictModel):
    """A chat: the human begins, gpt ends, and the senders alternate."""

    conversations: list[Message] = Field(min_length=2)

    @model_validator(mode="after")
    def _senders_alternate(self) -> Self:
        senders = [message.sender for message in self.conversations]
        if len(senders) % 2 or set(senders[::2]) != {"human"} or set(senders[1::2]) != {"gpt"}:
            msg = f"senders do not alternate from human to gpt: {', '.join(senders)}"
            raise ValueError(msg)
        return self


def record(path: list[Turn]) -> dict[str, Any]:
    """Return the record of a path."""
    return {"conversations": [{"from": _ROLES[turn.role], "value": turn.text} for turn in path]}
