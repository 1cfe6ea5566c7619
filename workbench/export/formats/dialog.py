"""Dialog: the multi-turn data sets of Open-Assistant, trees with free metadata."""

from typing import Any, Literal

from workbench.export import conversation_trees, encodings
from workbench.export.conversation_trees import Turn

NAME = "dialog"
ABOUT = "Open-Assistant multi-turn dialogues, a tree a line, every turn in it"
UNIT = "tree"
IS_STRICT = False
HAS_USER_IDS = False
ENCODINGS = encodings.LINES


class About(conversation_trees.Record):
    """What is known of a turn."""

    user: str
    lang: str | None
    likes: int | None
    created_date: str | None


class Node(conversation_trees.Record):
    """A turn with its replies."""

    text: str
    role: Literal["prompter", "assistant"]
    meta: About
    replies: list["Node"]


class Post(conversation_trees.Record):
    """What is known of a tree."""

    post_id: str


class Record(conversation_trees.Record):
    """A tree."""

    thread: Node
    source: Literal["twitter"]
    meta: Post


def about(turn: Turn) -> dict[str, Any]:
    """Say what is known of a turn."""
    return {
        "user": turn.author,
        "lang": turn.lang,
        "likes": turn.likes,
        "created_date": turn.created_at,
    }


def _node(turn: Turn, replies: list[Any]) -> dict[str, Any]:
    return {"text": turn.text, "role": turn.role, "meta": about(turn), "replies": replies}


def record(root: Turn) -> dict[str, Any]:
    """Make the record of a tree."""
    return {
        "thread": conversation_trees.nested(root, _node),
        "source": "twitter",
        "meta": {"post_id": str(root.tweet_id)},
    }
