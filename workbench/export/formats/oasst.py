"""Make OASST message trees: Open-Assistant exports them, and its trainer reads them."""

import hashlib
import uuid
from functools import lru_cache
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from workbench.export import conversation_trees, encodings
from workbench.export.conversation_trees import Turn
from workbench.export.formats.strict_model import StrictModel
from workbench.export.privacy.pseudonyms import as_uuid

NAME = "oasst"
ABOUT = "Open-Assistant message trees: one tree per line"
UNIT = "tree"
TREES = "alternating"
HAS_USER_IDS = True
ENCODINGS = encodings.JSON_LINES

#: The trainer's loader skips trees in any other state.
READY = "ready_for_export"
#: Namespace of message ids: a tweet has the same id in every export.
TWEETS = uuid.uuid5(uuid.NAMESPACE_DNS, "twitter.com")

_NAMESPACE = TWEETS.bytes
_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


class Label(StrictModel):
    """The mean of the votes on one label, and their number."""

    value: float | None
    count: int


class Message(StrictModel):
    """A message without its replies; exports of the Open-Assistant server omit null keys."""

    message_id: str = Field(pattern=_UUID)
    parent_id: str | None = Field(None, pattern=_UUID)
    user_id: str | None = Field(None, pattern=_UUID)
    created_date: str | None = None
    text: str
    role: Literal["prompter", "assistant"]
    lang: str | None = None
    review_count: int | None = None
    review_result: bool | None = None
    deleted: bool | None = None
    rank: int | None = None
    synthetic: bool | None = None
    model_name: str | None = None
    emojis: dict[str, int] | None = None
    replies: list[Any] | None = None
    labels: dict[str, Label] | None = None
    events: dict[str, list[dict[str, Any]]] | None = None
    detoxify: dict[str, float] | None = None
    message_tree_id: str | None = Field(None, pattern=_UUID)
    tree_state: str | None = None


class Node(Message):
    """A message with its replies."""

    replies: list["Node"] | None = None

    @model_validator(mode="after")
    def _replies_fit(self) -> Self:
        for reply in self.replies or []:
            if reply.parent_id != self.message_id:
                msg = f"reply {reply.message_id} has another parent_id than the message above it"
                raise ValueError(msg)
            if reply.role == self.role:
                msg = f"reply {reply.message_id} has the same role as its parent"
                raise ValueError(msg)
        return self


class Record(StrictModel):
    """A message tree."""

    message_tree_id: str = Field(pattern=_UUID)
    tree_state: str | None = None
    prompt: Node
    origin: str | None = None

    @model_validator(mode="after")
    def _tree_has_the_id_of_its_prompt(self) -> Self:
        if self.message_tree_id != self.prompt.message_id:
            msg = "message_tree_id is not the message_id of the prompt"
            raise ValueError(msg)
        return self


@lru_cache(maxsize=10_000)
def message_id(tweet_id: int) -> str:
    """Return the UUIDv5 of a tweet. Its replies need it too, soon after.

    Examples:
        >>> message_id(20) == str(uuid.uuid5(TWEETS, "20"))
        True
    """
    digest = hashlib.sha1(_NAMESPACE + b"%d" % tweet_id, usedforsecurity=False)
    return as_uuid(digest.hexdigest())


def message(turn: Turn, replies: list[Any]) -> dict[str, Any]:
    """Return the record of a message, with every key: readers on pydantic 2 require them."""
    return {
        "message_id": message_id(turn.tweet_id),
        "parent_id": None if turn.parent_id is None else message_id(turn.parent_id),
        "user_id": turn.user_id,
        "created_date": turn.created_at,
        "text": turn.text,
        "role": turn.role,
        "lang": turn.lang,
        "review_count": 0,
        # Nobody reviewed it, but the loader skips trees whose prompt has no good review.
        "review_result": True,
        "deleted": False,
        "rank": turn.rank if turn.role == "assistant" else None,
        # The trainer treats missing and null as true.
        "synthetic": False,
        "model_name": None,
        "emojis": None,
        "replies": replies,
        "labels": None,
        "events": None,
        "detoxify": None,
        "message_tree_id": None,
        "tree_state": None,
    }


def record(root: Turn) -> dict[str, Any]:
    """Return the record of a tree."""
    return {
        "message_tree_id": message_id(root.tweet_id),
        "tree_state": READY,
        "prompt": conversation_trees.nested(root, message),
        "origin": "twitter",
    }
