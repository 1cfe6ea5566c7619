"""Which turn a gathered tweet answers, on conversations by hand."""

import pytest

from tests.support.tweets_by_hand import make_tweets, tweet
from workbench import threads

NAMES = {7: "Ann", 8: "bob", 9: "cat", None: None}


def say(tweet_id, author, text, reply_to_id=None, answers=None):
    columns = {"author_id": author, "author_name": NAMES[author], "reply_to_author_id": answers}
    return tweet(tweet_id, reply_to_id, 1, text=text, **columns)


OPENING = say(1, 7, "Why?")


def place(*rows):
    """Return the turn above the last tweet, and whether that is known."""
    forest = threads.from_tweets(make_tweets(OPENING, *rows))
    last = forest.turns.filter(tweet_id=rows[-1]["tweet_id"])
    assert forest.counts["not_placed"] == forest.turns["is_placed"].not_().sum()
    return last.select("parent_id", "is_placed").row(0)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([say(2, 8, "Because.")], (1, True)),
        ([say(2, 8, "@ANN Because.")], (1, True)),
        ([say(2, 8, "\u2066@ann\u2069 Because.")], (1, True)),
        ([say(2, 8, "@eve @ann Because.")], (1, False)),
        ([say(2, 7, "I mean it.")], (1, False)),
        ([say(2, None, "Because.")], (1, False)),
        ([say(2, None, "@ann Because.")], (1, True)),
        ([say(2, 8, "@ann Because."), say(3, 9, "@bob @ann No!")], (2, True)),
        ([say(2, 8, "@ann A."), say(3, 8, "@ann B."), say(4, 9, "@bob @ann No!")], (1, False)),
        ([say(2, 8, "@ann A."), say(3, 8, "@ann B."), say(4, 7, "@bob Oh?")], (3, True)),
        ([say(2, 8, "@ann A."), say(3, 7, "@bob Oh?"), say(4, 8, "@ann Yes.")], (3, True)),
        ([say(2, 8, "@ann A."), say(3, 7, "@bob Oh?"), say(4, 9, "@ann C.")], (1, True)),
        ([say(2, 8, "Because.", answers=7)], (1, True)),
        ([say(2, 8, "@ann Because.", answers=9)], (1, False)),
        ([say(5, 8, "@ann Because.", 4)], (1, True)),
        ([say(2, 8, "@ann A."), say(5, 9, "@bob B.", 4)], (1, False)),
        ([say(5, 8, "Because.", 4)], (1, False)),
    ],
)
def test_gathered_tweets_answer_whom_they_name(rows, expected):
    assert place(*rows) == expected


def test_a_name_of_two_authors_names_neither():
    rows = [say(2, 8, "@ann A."), say(3, 9, "@ann B.") | {"author_name": "bob"}]
    assert place(*rows, say(4, 7, "@bob Oh?")) == (1, False)
