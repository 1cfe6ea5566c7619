"""What is shown beside each turn of a thread."""

from workbench.dashboard.components import turn_facts
from workbench.schemas import Ledger


def test_sources_are_added_to_the_scores(own):
    own.workspace.write("ledger", Ledger.create_empty())
    turns = own.turns(own.scores["thread_id"][0])
    root, reply = turns["tweet_id"][:2]
    row = {"root_id": root, "suitability": 0.9, "similarity": 0.4, "best_reply_id": reply}
    facts = turn_facts.scores(row, answers={reply: 0.8})
    assert facts == {
        root: {"fits": 0.9, "similarity": 0.4},
        reply: {"best reply, answers": 0.8},
    }
    turn_facts.add_sources(facts, own.workspace, turns)
    assert "a file missing from the ledger, line 1" in facts[root]["from"]
    assert set(facts) == set(turns["tweet_id"])
