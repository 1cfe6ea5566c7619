"""Trees of text, role and children: dialogues with other keys."""

from tests.support.trees_by_hand import records


def test_record_equals_a_dialog_with_other_keys():
    (dialog,), (tree,) = records("dialog"), records("tree")
    assert tree["metadata"] == {"post_id": "1"}

    def renamed(node):
        replies = [renamed(child) for child in node["children"]]
        return {
            "text": node["text"],
            "role": node["role"],
            "meta": node["metadata"],
            "replies": replies,
        }

    assert dialog["thread"] == renamed(tree["root"])
