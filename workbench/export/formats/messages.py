"""Make chat messages as most trainers read them: user and assistant take turns."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from workbench.export import encodings
from workbench.export.conversation_trees import Turn
from workbench.export.formats.strict_model import StrictModel

NAME = "messages"
ABOUT = "chat messages of user and assistant: one path per line"
UNIT = "path"
TREES = "alternating"
HAS_USER_IDS = False
ENCODINGS = (*encodings.JSON_LINES, "parquet")

_ROLES = {"prompter": "user", "assistant": "assistant"}


class Message(StrictModel):
    """One message of a chat."""

    role: Literal["user", "assistant"]
    content: str = Field(min_length=1)


def check_roles(messages: list[Message]) -> None:
    """Check that messages alternate, from the user to the assistant.

    Raises:
        ValueError: If they do not.
    """
    roles = [message.role for message in messages]
    if len(roles) % 2 or set(roles[::2]) != {"user"} or set(roles[1::2]) != {"assistant"}:
        msg = f"roles do not alternate from user to assistant: {', '.join(roles)}"
        raise ValueError(msg)


class Record(StrictModel):
    """A chat: the user begins, the assistant ends, and the roles alternate."""

    messages: list[Message] = Field(min_length=2)

    @model_validator(mode="after")
    def _roles_alternate(self) -> Self:
        check_roles(self.messages)
        return self


def chat(turns: list[Turn]) -> list[dict[str, str]]:
    """Return the messages of some turns."""
    return [{"role": _ROLES[turn.role], "content": turn.text} for turn in turns]


def record(path: list[Turn]) -> dict[str, Any]:
    """Return the record of a path."""
    return {"messages": chat(path)}
