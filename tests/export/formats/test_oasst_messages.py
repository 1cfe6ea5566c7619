"""OASST messages: the nodes of the trees as flat rows."""

from tests.export.formats.test_oasst import KEYS_OF_A_NODE
from tests.support.trees_by_hand import records, walk
from workbench.export.formats import oasst_messages


def test_messages_are_the_nodes_of_the_tree_depth_first():
    (tree,) = records("oasst")
    rows = records("oasst_messages")
    place = {"message_tree_id": tree["message_tree_id"], "tree_state": "ready_for_export"}
    assert rows == [node | {"replies": []} | place for node in walk(tree["prompt"])]
    assert [row["parent_id"] is None for row in rows] == [True] + [False] * 6
    assert list(rows[0]) == KEYS_OF_A_NODE == list(oasst_messages.Record.model_fields)


def test_messages_rebuild_the_tree():
    rows = {row["message_id"]: dict(row) for row in records("oasst_messages")}
    for row in rows.values():
        row |= {"message_tree_id": None, "tree_state": None}
        if row["parent_id"] is not None:
            rows[row["parent_id"]]["replies"].append(row)
    (tree,) = records("oasst")
    assert rows[tree["message_tree_id"]] == tree["prompt"]
