"""What is shown beside each turn of a thread."""

import polars as pl

from tests.support import fakes
from workbench.library import turn_facts


def test_every_turn_has_a_source_and_some_have_scores(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=3)
    turns = workspace.read("turns")
    turns = turns.filter(pl.col("thread_id") == turns["thread_id"][0])
    root, reply = turns["tweet_id"][:2]
    row = {"root_id": root, "suitability": 0.9, "similarity": 0.4, "best_reply_id": reply}
    facts = turn_facts.scores(row, answers={reply: 0.8})
    assert facts == {
        root: {"fits": 0.9, "similarity": 0.4},
        reply: {"best reply, answers": 0.8},
    }
    sources = turn_facts.sources(workspace, turns)
    assert "a file missing from the ledger, line 1" in sources[root]
    assert set(sources) == set(turns["tweet_id"])


def test_a_thread_without_scores_still_shows_which_replies_answer():
    assert turn_facts.scores({}, answers={2: 0.8}) == {2: {"answers": 0.8}}
