"""Which turns continue the turn of the same author above."""

from datetime import timedelta

import polars as pl
import pytest

from tests.support.tweets_by_hand import BEGAN, make_tweets, tweet
from workbench import threads
from workbench.export import role_trees
from workbench.export.continuations import continues, evidence
from workbench.export.dialogue import dialogue

OPENER, HELPER = 1, 2


def nodes(*rows):
    turns = threads.from_tweets(make_tweets(*rows)).turns
    return dialogue(turns).select("role", "text").rows()


def marks(*rows):
    turns = threads.from_tweets(make_tweets(*rows)).turns
    return continues(role_trees.first_trees(turns)).tolist()


@pytest.mark.parametrize(
    "text",
    [
        "Never mind, found it: it was the cable",
        "nvm",
        "@ann Nevermind I got it",
        "Ok, figured it out!",
        "Update: solved, thanks",
        "I just fixed it.",
        "It works now.",
    ],
)
def test_an_opener_who_has_solved_it_continues_nothing(text):
    asked = tweet(1, text="Why is it dark?")
    answer = tweet(3, 1, author_id=HELPER, text="Try the switch.")
    assert nodes(asked, tweet(2, 1, text=text), answer) == [
        ("prompter", "Why is it dark?"),
        ("assistant", "Try the switch."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "I never mind the rain",
        "I fixed the car yesterday, and it is still loud",
        "Got it from my mom, does it work?",
        "It works fine on one machine but not on the other",
    ],
)
def test_other_texts_that_name_a_solution_continue_the_question(text):
    assert marks(tweet(1), tweet(2, 1, text=text), tweet(3, 1, author_id=HELPER)) == [
        *(True, True, False)
    ]


@pytest.mark.parametrize(
    ("first", "second", "is_whole"),
    [
        ("Begin here (1/2)", "Then there (2/2)", True),
        ("1/ Begin", "2/ Then", True),
        ("Begin 1/3", "Then 2/3", True),
        ("Begin (1/2)", "Again (1/2)", False),
        ("Begin (1/3)", "Then (2/2)", False),
        ("Begin", "Then (2/2)", False),
        ("Begin (1/2)", "Then", False),
    ],
)
def test_a_numbered_answer_is_whole_whoever_speaks_between(first, second, is_whole):
    rows = (
        tweet(1, text="How?"),
        tweet(2, 1, author_id=HELPER, text=first),
        tweet(3, 2, author_id=3, text="Is that so?"),
        tweet(4, 2, author_id=HELPER, text=second),
    )
    answer = f"{first}\n{second}" if is_whole else first
    assert nodes(*rows) == [("prompter", "How?"), ("assistant", answer)]


def test_a_numbered_question_ends_where_somebody_answered_its_first_part():
    rows = (
        tweet(1, text="It is dark (1/2)"),
        tweet(2, 1, author_id=HELPER, text="Then light it."),
        tweet(3, 1, text="Why is that? (2/2)"),
    )
    assert nodes(*rows)[0] == ("prompter", "It is dark (1/2)")


def test_a_numbered_part_comes_soon():
    late = BEGAN + timedelta(minutes=30)
    rows = (
        tweet(1),
        tweet(2, 1, author_id=HELPER, text="a (1/2)"),
        tweet(3, 2, author_id=HELPER, text="b (2/2)", created_at=late),
    )
    assert marks(*rows) == [True, False, False]


def test_numbers_that_cleaning_removes_still_count():
    turns = threads.from_tweets(
        make_tweets(
            tweet(1, text="How?"),
            tweet(2, 1, author_id=HELPER, text="Begin here (1/2)"),
            tweet(3, 2, author_id=3, text="Is that so?"),
            tweet(4, 2, author_id=HELPER, text="Then there (2/2)"),
        )
    ).turns
    cleaned = turns.with_columns(pl.col("text").str.replace(r" \(.*", ""))
    written = turns.select("tweet_id", "text")
    assert dialogue(cleaned)["tweet_ids"].to_list() == [[1], [2]]
    assert dialogue(cleaned, written=written)["tweet_ids"].to_list() == [[1], [2, 4]]


def test_counting_needs_no_text_but_the_evidence():
    texts = pl.DataFrame({"text": ["Begin (1/2)", "nvm", "Long and plain", None]})
    kept = texts.select(evidence()).to_series().to_list()
    assert kept == ["Begin (1/2)", "nvm", "-", "-"]
