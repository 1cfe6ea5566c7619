"""Every shape of an edit history gives the same versions; a wrong one gives none."""

import pytest

from workbench.ingest.edit_history import versions

FIRST, SECOND = 1576994746135764992, 1576994789110992896
BOTH = [str(FIRST), str(SECOND)]
DAY_LATER = SECOND + (25 * 60 * 60 * 1000 << 22)


@pytest.mark.parametrize(
    "history",
    [
        BOTH,
        [*reversed(BOTH), BOTH[0]],
        [FIRST, SECOND],
        f"['{FIRST}', '{SECOND}']",
        f'["{FIRST}","{SECOND}"]',
        {"initial_tweet_id": BOTH[0], "edit_tweet_ids": BOTH},
        {"edit_tweet_ids": BOTH, "is_edit_eligible": True, "edits_remaining": "4"},
        {"initial_tweet_id": BOTH[0], "edit_control_initial": {"edit_tweet_ids": BOTH}},
        {"initial": {"editTweetIds": BOTH, "editsRemaining": "4"}},
        {"edit": {"initialTweetId": BOTH[0], "editControlInitial": {"editTweetIds": BOTH}}},
        {"edit": {"initialTweetId": BOTH[0], "editControlInitial": None}},
    ],
    ids=str,
)
def test_versions_reads_every_shape(history):
    assert versions(SECOND, history) == [FIRST, SECOND]


@pytest.mark.parametrize("history", [[], {}, [str(SECOND)], {"initial": {}}, "[]", None, 1.5])
def test_versions_of_a_tweet_without_edits_is_the_tweet(history):
    assert versions(SECOND, history) == [SECOND]


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        ([str(FIRST)], "does not contain it"),
        ([str(SECOND), str(DAY_LATER)], "too long"),
        ([str(SECOND + number) for number in range(200)], "too long"),
        ([str(SECOND), 1.5769947461357650e18], "no exact id"),
        ([str(SECOND), 1576994746135765000], "no exact id"),
    ],
    ids=["another tweet", "a day later", "too many", "float", "rounded"],
)
def test_versions_refuses_a_history_that_cannot_be_right(history, reason):
    with pytest.raises(ValueError, match=reason):
        versions(SECOND, history)


def test_versions_ends_in_nested_nonsense():
    history: object = str(FIRST)
    for _ in range(500):
        history = {"edit": [history]}
    assert versions(SECOND, history) == [SECOND]
