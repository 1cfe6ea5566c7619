"""Follow-ups: what the author of a prompt said to a reply."""

import polars as pl

from tests.support.kept import turn, turns
from workbench.classifiers import follow_ups


def of_roots(made):
    prompts = made.lazy().filter(pl.col("position") == 0)
    prompts = prompts.select(parent_id="tweet_id", asker_id="author_id")
    return dict(follow_ups.of_replies(made.lazy(), prompts).collect().rows())


def test_only_the_first_words_of_the_asker_to_a_reply_count():
    thread = [
        turn(1, None, 7, "how long do eggs keep?"),
        turn(2, 1, 8, "five weeks in the fridge"),
        turn(4, 2, 9, "no way"),
        turn(5, 2, 7, "thank you!"),
        turn(6, 2, 7, "and now I'm hungry"),
        turn(3, 1, 9, "ask a hen"),
        turn(7, 1, 7, "anybody?"),
    ]
    assert of_roots(turns(thread)) == {2: "thank you!"}


def test_unknown_authors_follow_up_nothing():
    thread = [turn(1, None, None, "how long?"), turn(2, 1, 8, "a day"), turn(3, 2, None, "thanks")]
    assert of_roots(turns(thread)) == {}
