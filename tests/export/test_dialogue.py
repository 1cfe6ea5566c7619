"""The policy `dialogue` on threads by hand; `test_roles` compares it with brute force."""

from collections import Counter
from datetime import timedelta

from tests.support.tweets_by_hand import BEGAN, make_tweets, tweet
from workbench import threads
from workbench.export.dialogue import dialogue


def make_turns(*rows):
    return threads.from_tweets(make_tweets(*rows)).turns


def test_dialogue_keeps_each_branch_with_its_own_responder():
    turns = make_turns(
        tweet(1),
        tweet(2, 1, author_id=2),
        tweet(3, 1, author_id=3),
        tweet(4, 2, author_id=3),
        tweet(5, 3),
        tweet(6, 4),
        tweet(7, 5, author_id=3),
        tweet(8, 5, author_id=2),
    )
    nodes = dialogue(turns)
    assert nodes.select("tweet_id", "parent_id", "role").rows() == [
        (1, None, "prompter"),
        (2, 1, "assistant"),
        (3, 1, "assistant"),
        (5, 3, "prompter"),
        (7, 5, "assistant"),
    ]


def test_dialogue_merges_the_facts_of_a_run():
    turns = make_turns(
        tweet(1, hashtags=["b"], likes=5, lang="en"),
        tweet(2, 1, hashtags=["a", "b"], is_truncated=True, has_media=True, likes=9),
        tweet(3, 2, author_id=2),
    )
    columns = ("text", "hashtags", "is_truncated", "has_media", "is_sensitive", "likes", "lang")
    assert dialogue(turns).select(columns).row(0) == (
        "text 1\ntext 2",
        ["a", "b"],
        True,
        True,
        None,
        5,
        "en",
    )


def test_dialogue_does_not_merge_what_the_opener_adds_after_an_answer_or_long_after():
    late = {"created_at": BEGAN + timedelta(minutes=16)}
    turns = make_turns(
        *(tweet(1), tweet(2, 1), tweet(3, 2, author_id=2), tweet(4, 1), tweet(5, 4, author_id=2)),
        *(tweet(11), tweet(12, 11, **late), tweet(13, 11, author_id=2)),
    )
    nodes = dialogue(turns).select("tweet_ids", "role").rows()
    assert nodes == [
        *(([1, 2], "prompter"), ([3], "assistant")),
        *(([11], "prompter"), ([13], "assistant")),
    ]


def test_dialogue_counts_what_speakers_add_later_and_what_is_below_that():
    turns = make_turns(
        *(tweet(1), tweet(2, 1, author_id=2), tweet(3, 1), tweet(4, 3, author_id=3)),
        *(tweet(5, 2, author_id=4), tweet(6, 5), tweet(7, 2), tweet(8, 2, author_id=2)),
        *(tweet(9, 4, author_id=4), tweet(10, 9, author_id=4)),
    )
    cuts = Counter()
    # 3 and 8 are late. 5 and 6 are by no speaker, and 10 belongs to 9, which is below 3.
    assert dialogue(turns, cuts)["tweet_id"].to_list() == [1, 2, 7]
    assert cuts == {"added_later": 2, "below_a_cut": 3}


def test_dialogue_joins_texts_without_blank_lines():
    turns = make_turns(
        *(tweet(1), tweet(2, 1, text=""), tweet(3, 2), tweet(4, 3, author_id=2)),
    )
    assert dialogue(turns)["text"][0] == "text 1\ntext 3"


def test_dialogue_leaves_out_turns_without_a_known_place():
    turns = make_turns(
        tweet(1),
        tweet(2, 1, author_id=2),
        tweet(5, 4, 1, text="@gone No, that one closed."),
        tweet(6, 5, author_id=2),
        tweet(7, 4, 1, author_id=3, reply_to_author_id=2),
    )
    assert turns["is_placed"].to_list() == [True, True, False, True, False]
    assert dialogue(turns)["tweet_id"].to_list() == [1, 2]
