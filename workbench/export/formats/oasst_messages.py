"""Make OASST messages as flat rows, like the Open-Assistant data sets on the hub."""

from typing import Any, NamedTuple

from pydantic import Field

from workbench.export import encodings
from workbench.export.conversation_trees import Turn
from workbench.export.formats import oasst

NAME = "oasst_messages"
ABOUT = "Open-Assistant messages: one message per line, depth first"
UNIT = "turn"
TREES = "alternating"
HAS_USER_IDS = True
ENCODINGS = encodings.JSON_LINES


class Record(oasst.Message):
    """A message; `replies` stays empty: readers fill it from `parent_id`."""

    replies: list[Any] | None = Field(None, max_length=0)


class TreeTurn(NamedTuple):
    """A turn and the root of its tree."""

    turn: Turn
    root: Turn


def record(tree_turn: TreeTurn) -> dict[str, Any]:
    """Return the record of a message."""
    return oasst.message(tree_turn.turn, []) | {
        "message_tree_id": oasst.message_id(tree_turn.root.tweet_id),
        "tree_state": oasst.READY,
    }
