"""Make the trees of the scripts that this workbench replaced."""

from typing import Any, Literal

from workbench.export import conversation_trees, encodings
from workbench.export.conversation_trees import Turn
from workbench.export.formats import dialog
from workbench.export.formats.strict_model import StrictModel

NAME = "tree"
ABOUT = "trees of text, role and children: one tree per line, with every turn"
UNIT = "tree"
TREES = "whole"
HAS_USER_IDS = False
ENCODINGS = encodings.JSON_LINES


class Node(StrictModel):
    """A turn with its replies."""

    text: str
    role: Literal["prompter", "assistant"]
    children: list["Node"]
    metadata: dialog.TurnMeta


class Record(StrictModel):
    """A tree with its metadata."""

    root: Node
    metadata: dialog.TreeMeta


def _node(turn: Turn, children: list[Any]) -> dict[str, Any]:
    return {
        "text": turn.text,
        "role": turn.role,
        "children": children,
        "metadata": dialog.turn_meta(turn),
    }


def record(root: Turn) -> dict[str, Any]:
    """Return the record of a tree."""
    return {
        "root": conversation_trees.nested(root, _node),
        "metadata": {"post_id": str(root.tweet_id)},
    }
