"""Links between tweets, found from ids alone."""

import polars as pl
import pytest

from tests.support.tweets_by_hand import make_tweets, tweet
from workbench.exceptions import StageError
from workbench.recipe import ThreadSettings
from workbench.threads import links


def link(*tweets, **options):
    skeleton = links.skeleton(make_tweets(*tweets).lazy(), settings=ThreadSettings())
    return links.from_skeleton(skeleton, **options)


def test_skeleton_reads_parents_and_conversations_of_other_tweets():
    tweets = make_tweets(tweet(3, 1, 1), tweet(2, None, 2), tweet(1))
    skeleton = links.skeleton(tweets.lazy(), settings=ThreadSettings())
    assert skeleton.tweet_ids.tolist() == [1, 2, 3]
    assert skeleton.replies.rows() == [(3, 1)]
    assert skeleton.conversations.rows() == [(3, 1)]


def test_skeleton_refuses_repeated_ids():
    tweets = pl.concat([make_tweets(tweet(1))] * 2).lazy()
    with pytest.raises(StageError, match="1 of 2 rows repeat the id"):
        links.skeleton(tweets, settings=ThreadSettings())


@pytest.mark.parametrize(("keep_single", "ids"), [(False, [1, 2]), (True, [1, 2, 5])])
def test_from_skeleton_keeps_single_tweets_only_if_asked(keep_single, ids):
    linked = link(tweet(1), tweet(2, 1), tweet(5), keep_single=keep_single)
    assert linked.tweet_ids.tolist() == ids
    assert linked.thread_ids.tolist() == [1, 1, 5][: len(ids)]


def test_from_skeleton_counts_a_missing_parent_of_several_replies_once():
    counts = link(tweet(5, 3), tweet(6, 3), tweet(7, 4)).counts
    assert (counts["orphans"], counts["missing"], counts["linked"]) == (3, 2, 0)


def test_from_skeleton_gathers_only_if_asked():
    fragment = (tweet(1), tweet(5, 4, 1), tweet(6, 5))
    gathered, apart = link(*fragment), link(*fragment, gather=False)
    assert gathered.thread_ids.tolist() == [1, 1, 1]
    assert gathered.is_inferred.tolist() == [False, True, False]
    assert apart.tweet_ids.tolist() == [5, 6]
    assert apart.thread_ids.tolist() == [5, 5]
    assert apart.missing_ids.tolist() == [4, 0]
    assert not apart.is_inferred.any()
