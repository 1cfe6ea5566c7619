"""The trees that role policies work on."""

from tests.support.tweets_by_hand import make_tweets, tweet
from workbench import threads
from workbench.export import role_trees


def make_turns(*rows):
    return threads.from_tweets(make_tweets(*rows)).turns


def test_first_trees_keeps_the_first_tree_and_points_to_rows():
    turns = make_turns(tweet(5, None, 1), tweet(6, 5), tweet(8, 6), tweet(7, None, 1), tweet(9, 7))
    trees = role_trees.first_trees(turns.reverse())
    assert trees.turns["tweet_id"].to_list() == [5, 6, 8]
    assert trees.parents.tolist() == [0, 0, 1]
    assert trees.roots.tolist() == [0, 0, 0]


def test_unknown_authors_are_all_different():
    turns = make_turns(
        tweet(1, author_id=None),
        tweet(2, 1, author_id=None),
        tweet(3, 2, author_id=4),
        tweet(4, 3, author_id=4),
    )
    first, second, *known = role_trees.first_trees(turns).authors.tolist()
    assert first != second
    assert known[0] == known[1]
    assert known[0] not in (first, second)


def test_to_nodes_drops_threads_without_an_assistant():
    turns = make_turns(tweet(1), tweet(2, 1, author_id=2), tweet(11), tweet(12, 11, author_id=2))
    trees = role_trees.first_trees(turns)
    nodes = role_trees.to_nodes(trees.turns, (trees.turns["tweet_id"] != 2).to_numpy())
    assert nodes.select("tweet_id", "role").rows() == [(1, "prompter"), (2, "assistant")]
    assert nodes["tweet_ids"].to_list() == [[1], [2]]
