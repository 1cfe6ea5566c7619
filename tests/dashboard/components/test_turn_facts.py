"""What is shown beside each turn of a thread."""

from workbench.dashboard.components import turn_facts
from workbench.schemas import Ledger


def test_every_turn_has_a_source_and_some_have_scores(own):
    own.workspace.write("ledger", Ledger.create_empty())
    turns = own.turns(own.scores["thread_id"][0])
    root, reply = turns["tweet_id"][:2]
    row = {"root_id": root, "suitability": 0.9, "similarity": 0.4, "best_reply_id": reply}
    facts = turn_facts.scores(row, answers={reply: 0.8})
    assert facts == {
        root: {"fits": 0.9, "similarity": 0.4},
        reply: {"best reply, answers": 0.8},
    }
    sources = turn_facts.sources(own.workspace, turns)
    assert "a file missing from the ledger, line 1" in sources[root]
    assert set(sources) == set(turns["tweet_id"])
