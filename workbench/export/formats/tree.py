"""Tree: the trees that the scripts before this workbench wrote."""

from typing import Any, Literal

from workbench.export import conversation_trees, encodings
from workbench.export.conversation_trees import Turn
from workbench.export.formats import dialog

NAME = "tree"
ABOUT = "trees of text, role and children, a tree a line, every turn in it"
UNIT = "tree"
IS_STRICT = False
HAS_USER_IDS = False
ENCODINGS = encodings.LINES


class Node(conversation_trees.Record):
    """A turn with its replies."""

    text: str
    role: Literal["prompter", "assistant"]
    children: list["Node"]
    metadata: dialog.About


class Record(conversation_trees.Record):
    """A tree."""

    root: Node
    metadata: dialog.Post


def _node(turn: Turn, children: list[Any]) -> dict[str, Any]:
    return {
        "text": turn.text,
        "role": turn.role,
        "children": children,
        "metadata": dialog.about(turn),
    }


def record(root: Turn) -> dict[str, Any]:
    """Make the record of a tree."""
    return {
        "root": conversation_trees.nested(root, _node),
        "metadata": {"post_id": str(root.tweet_id)},
    }
