"""One conversation: what it answers to the browser. `tests/apps/test_read_threads.py` opens it."""

from tests.support.reader import view
from workbench.dashboard.components.hand_decisions import HandDecisions
from workbench.dashboard.components.thread_view import ThreadView


def test_a_part_is_sent_when_it_is_asked_for():
    sizes = [120, 20, 0]
    shown = ThreadView(7, head="", part=lambda number: (f"<p>{number}</p>", sizes[number]))
    assert (shown.parts, shown.left) == (["<p>0</p>"], 120)
    for turn in range(4):
        shown.asked = {"action": "more", "turn": turn + 1}
    assert (shown.parts, shown.left) == (["<p>0</p>", "<p>1</p>", "<p>2</p>"], 0)


def test_the_browser_may_send_anything(live):
    shown = view(live, live.scores["thread_id"][0])
    for turn, asked in enumerate([{}, {"action": "label"}, {"action": ["more"]}, {"value": "x"}]):
        shown.asked = asked | {"turn": turn}
    assert shown.labels == {}
    assert len(shown.parts) == 1


def test_links_go_to_the_other_pages(live):
    thread_id = live.scores["thread_id"][0]
    addresses = [link["address"] for link in view(live, thread_id).links]
    assert addresses == [
        f"?file=read_threads.py&thread={thread_id}",
        f"?file=search.py&examples={thread_id}",
    ]


def test_decisions_by_hand_are_passed_on(own):
    hand = HandDecisions(own.workspace, 7, [7, 8])
    shown = ThreadView(7, head="", part=lambda number: ("", 0), hand=hand)
    shown.asked = {"action": "hand", "value": {"decision": "drop", "turn": "8"}, "turn": 1}
    assert shown.hand["turns"] == {"8": "drop"}
