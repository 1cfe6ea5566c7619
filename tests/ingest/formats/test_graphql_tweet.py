"""A single tweet of X's GraphQL; `test_x_graphql` reads whole responses."""

import pytest

from tests.ingest.formats.test_x_graphql import NEW, result
from tests.support.reading import lines, read


def test_old_tweets_have_the_written_time():
    tweet = result(0, "just setting up", created_at="Tue Mar 21 20:50:14 +0000 2006")
    frame, _ = read(lines(tweet | {"rest_id": "20"}))
    assert str(frame["created_at"][0]) == "2006-03-21 20:50:14+00:00"


def test_media_and_the_quoted_tweet_are_noted():
    tweet = result(1, "look", extended_entities={"media": [{"type": "photo"}]})
    tweet["quoted_status_result"] = {"result": {"__typename": "Tweet", **result(0, "a")}}
    frame, row = read(lines(tweet))
    assert (row["tweets"], row["embedded"]) == (1, 1)
    assert frame.select("quoted_id", "has_media").rows()[1] == (NEW, True)


@pytest.mark.parametrize("gone", [None, {"__typename": "TweetTombstone"}, {}])
def test_a_quoted_tweet_that_is_gone_costs_nothing(gone):
    tweet = result(1, "look", quoted_status_id_str="9")
    tweet["quoted_status_result"] = {"result": gone}
    frame, row = read(lines(tweet))
    assert (row["tweets"], row["rejected"]) == (1, 0)
    assert frame["quoted_id"].to_list() == [9]
