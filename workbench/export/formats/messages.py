"""Messages: chats as most trainers read them, user and assistant in turn."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from workbench.export import conversation_trees, encodings
from workbench.export.conversation_trees import Turn

NAME = "messages"
ABOUT = "chat messages of user and assistant, a path a line"
UNIT = "path"
IS_STRICT = True
HAS_USER_IDS = False
ENCODINGS = (*encodings.LINES, "parquet")

_ROLES = {"prompter": "user", "assistant": "assistant"}


class Message(conversation_trees.Record):
    """One message."""

    role: Literal["user", "assistant"]
    content: str = Field(min_length=1)


class Record(conversation_trees.Record):
    """A chat: a user first, an assistant last, in strict turn."""

    messages: list[Message] = Field(min_length=2)

    @model_validator(mode="after")
    def _in_turn(self) -> Self:
        roles = [message.role for message in self.messages]
        if len(roles) % 2 or set(roles[::2]) != {"user"} or set(roles[1::2]) != {"assistant"}:
            msg = f"roles do not alternate from user to assistant: {', '.join(roles)}"
            raise ValueError(msg)
        return self


def record(path: list[Turn]) -> dict[str, Any]:
    """Make the record of a path."""
    return {"messages": [{"role": _ROLES[turn.role], "content": turn.text} for turn in path]}
