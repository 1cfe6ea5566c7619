"""OASST messages: the same messages as flat rows, as the data sets on the hub have them."""

from typing import Any, NamedTuple

from pydantic import Field

from workbench.export import encodings
from workbench.export.conversation_trees import Turn
from workbench.export.formats import oasst

NAME = "oasst_messages"
ABOUT = "Open-Assistant messages, depth first, a message a line"
UNIT = "turn"
IS_STRICT = True
HAS_USER_IDS = True
ENCODINGS = encodings.LINES


class Record(oasst.Message):
    """A message; `replies` stays empty, readers fill it from `parent_id`."""

    replies: list[Any] | None = Field(None, max_length=0)


class Member(NamedTuple):
    """A turn and the root of its tree."""

    turn: Turn
    root: Turn


def record(member: Member) -> dict[str, Any]:
    """Make the record of a message."""
    return oasst.message(member.turn, []) | {
        "message_tree_id": oasst.message_id(member.root.tweet_id),
        "tree_state": oasst.READY,
    }
