"""Counts of what each role policy makes of threads, at once and in batches."""

import polars as pl

from tests.support import fakes
from tests.support.tweets_by_hand import make_tweets, tweet
from workbench import threads
from workbench.export import role_counts, roles
from workbench.schemas import Turns


def test_of_turns_counts_threads_nodes_and_paths():
    tweets = make_tweets(
        tweet(1),
        tweet(2, 1, author_id=2),
        tweet(3, 1, author_id=3),
        tweet(4, 2),
        tweet(11),
        tweet(12, 11),
    )
    assert role_counts.of_turns(threads.from_tweets(tweets).turns).rows() == [
        ("author", 1, 4, 2),
        ("dialogue", 1, 4, 2),
        ("first_reply", 1, 2, 1),
    ]


def test_of_turns_counts_zero_without_turns():
    assert role_counts.of_turns(Turns.create_empty()).rows() == [
        (name, 0, 0, 0) for name in roles.POLICIES
    ]


def test_of_threads_in_batches_equals_of_turns_and_reads_no_hashtags(tmp_path, monkeypatch):
    workspace = fakes.workspace(tmp_path / "ws", threads=60)
    chosen = workspace.read("scores")["thread_id"].sample(40, seed=1)
    turns = workspace.read("turns").filter(pl.col("thread_id").is_in(chosen.implode()))
    monkeypatch.setattr(role_counts, "BATCH", 7)
    calls = []
    counts = role_counts.of_threads(
        workspace.scan("turns").drop("hashtags"),
        chosen,
        on_progress=lambda *call: calls.append(call),
    )
    assert counts.rows() == role_counts.of_turns(turns).rows()
    assert calls == [(min(done, 40), 40) for done in range(7, 43, 7)]
