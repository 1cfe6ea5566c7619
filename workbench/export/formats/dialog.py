"""Make the trees of Open-Assistant's multi-turn data sets, with free metadata."""

from typing import Any, Literal

from workbench.export import conversation_trees, encodings
from workbench.export.conversation_trees import Turn
from workbench.export.formats.strict_model import StrictModel

NAME = "dialog"
ABOUT = "Open-Assistant multi-turn dialogues: one tree per line, with every turn"
UNIT = "tree"
TREES = "whole"
HAS_USER_IDS = False
ENCODINGS = encodings.JSON_LINES


class TurnMeta(StrictModel):
    """Facts about a turn."""

    user: str
    lang: str | None
    likes: int | None
    created_date: str | None


class Node(StrictModel):
    """A turn with its replies."""

    text: str
    role: Literal["prompter", "assistant"]
    meta: TurnMeta
    replies: list["Node"]


class TreeMeta(StrictModel):
    """Facts about a tree."""

    post_id: str


class Record(StrictModel):
    """A tree with its source."""

    thread: Node
    source: Literal["twitter"]
    meta: TreeMeta


def turn_meta(turn: Turn) -> dict[str, Any]:
    """Return the facts about a turn."""
    return {
        "user": turn.author,
        "lang": turn.lang,
        "likes": turn.likes,
        "created_date": turn.created_at,
    }


def _node(turn: Turn, replies: list[Any]) -> dict[str, Any]:
    return {"text": turn.text, "role": turn.role, "meta": turn_meta(turn), "replies": replies}


def record(root: Turn) -> dict[str, Any]:
    """Return the record of a tree."""
    return {
        "thread": conversation_trees.nested(root, _node),
        "source": "twitter",
        "meta": {"post_id": str(root.tweet_id)},
    }
