"""Open-Assistant dialogues: whole trees with metadata."""

from tests.support.trees_by_hand import BRANCHED, records, walk


def test_record_contains_every_turn():
    (dialog,) = records("dialog")
    assert (dialog["source"], dialog["meta"]) == ("twitter", {"post_id": "1"})
    assert sorted(node["text"] for node in walk(dialog["thread"])) == sorted(BRANCHED["text"])
