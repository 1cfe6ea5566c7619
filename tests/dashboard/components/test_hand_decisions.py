"""Decide by hand on the thread that is open; a browser may send anything."""

import pytest

from workbench.dashboard.components.hand_decisions import HandDecisions
from workbench.selection import hand_list


@pytest.fixture
def hand(own):
    return HandDecisions(own.workspace, 10, [10, 11])


def test_decisions_are_written_and_taken_back(own, hand):
    state = hand.press({"decision": "keep", "note": "a <b>good</b>\nanswer"})
    assert (state["thread"], state["is_wrong"]) == ("keep", False)
    assert "thread is kept by hand" in state["message"]
    assert hand_list.load(own.workspace).rows() == [("thread", 10, "keep", state["note"])]
    assert hand.press({"decision": "drop", "turn": "11"})["turns"] == {"11": "drop"}
    assert hand.press({"decision": "keep", "note": "better"})["note"] == "better"
    assert hand.press({"decision": "keep"})["thread"] == ""
    assert hand.press({"decision": "drop", "turn": 11})["turns"] == {}
    assert hand_list.load(own.workspace).is_empty()


@pytest.mark.parametrize(
    "asked",
    [None, "keep", {}, {"decision": "eat"}, {"decision": "drop", "turn": "99"}, {"decision": []}],
)
def test_anything_else_is_ignored(own, hand, asked):
    assert hand.press(asked)["message"] == ""
    assert hand_list.load(own.workspace).is_empty()


def test_damaged_list_is_told_and_left_alone(own, hand):
    hand_list.path_of(own.workspace).write_text("what,id,decision\noops,1,keep\n")
    state = hand.press({"decision": "keep"})
    assert state["is_wrong"]
    assert "Line 2" in state["message"]
    assert "oops" in hand_list.path_of(own.workspace).read_text()
