"""GraphQL responses of the web client: every tweet in every kind of timeline, once."""

import json

import pytest

from tests.support.reading import lines, read

NEW = 1955857894790095084


def result(number: int, text: str, *, user: str = "ann", **legacy: object) -> dict:
    """Write a tweet as the web client gets it."""
    return {
        "__typename": "Tweet",
        "rest_id": str(NEW + number),
        "core": {
            "user_results": {
                "result": {
                    "__typename": "User",
                    "rest_id": "8",
                    "legacy": {"followers_count": 1},
                    "core": {"screen_name": user, "name": user.title()},
                }
            }
        },
        "legacy": {
            "created_at": "Thu Aug 14 05:03:54 +0000 2025",
            "conversation_id_str": str(NEW),
            "full_text": text,
            "id_str": str(NEW + number),
            "user_id_str": "8",
            "favorite_count": 2,
            "retweet_count": 3,
            "reply_count": 4,
            "quote_count": 5,
            "lang": "en",
            "entities": {"hashtags": [{"text": "Basil", "indices": [0, 6]}]},
            **legacy,
        },
    }


def item(content: dict) -> dict:
    return {"itemContent": {"itemType": "TimelineTweet", "tweet_results": {"result": content}}}


def entry(content: dict) -> dict:
    return {"entryId": "tweet-1", "content": {"entryType": "TimelineTimelineItem", **item(content)}}


def module(*contents: dict) -> dict:
    items = [{"entryId": "conversationthread-1", "item": item(content)} for content in contents]
    return {"entryId": "c", "content": {"entryType": "TimelineTimelineModule", "items": items}}


CURSOR = {"entryId": "cursor-bottom-0", "content": {"cursorType": "Bottom", "value": "a"}}

OPENER = result(0, "How do I keep basil alive?")
REPLY = result(1, "@ann Water it.", user="bob", in_reply_to_status_id_str=str(NEW))
LIMITED = {"__typename": "TweetWithVisibilityResults", "tweet": result(2, "@bob Thanks!")}
LIMITED["tweet"]["legacy"]["in_reply_to_status_id_str"] = str(NEW + 1)


def timeline(*entries: dict) -> dict:
    return {"instructions": [{"type": "TimelineAddEntries", "entries": [*entries, CURSOR]}]}


def search(*entries: dict) -> dict:
    return {"data": {"search_by_raw_query": {"search_timeline": {"timeline": timeline(*entries)}}}}


def detail(*entries: dict) -> dict:
    return {"data": {"threaded_conversation_with_injections_v2": timeline(*entries)}}


def user(*entries: dict) -> dict:
    result = {"__typename": "User", "timeline_v2": {"timeline": timeline(*entries)}}
    return {"data": {"user": {"result": result}}}


WRITTEN = {
    "search": lines(search(entry(OPENER), entry(REPLY), entry(LIMITED))),
    "detail": lines(detail(entry(OPENER), module(REPLY, LIMITED))),
    "user": json.dumps(user(entry(OPENER), module(REPLY, LIMITED)), indent=1).encode(),
    "pages": json.dumps([search(entry(OPENER)), search(entry(REPLY), entry(LIMITED))]).encode(),
    "timeline alone": lines(timeline(entry(OPENER), entry(REPLY), entry(LIMITED))),
    "entries alone": lines(entry(OPENER), entry(REPLY), entry(LIMITED)),
    "tweets alone": lines(OPENER, REPLY, LIMITED),
    "by id": lines(*({"data": {"tweetResult": {"result": r}}} for r in (OPENER, REPLY, LIMITED))),
    "by ids": lines({"data": {"tweetResult": [{"result": r} for r in (OPENER, REPLY, LIMITED)]}}),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_every_tweet_of_a_response_is_read(name):
    frame, row = read(WRITTEN[name])
    assert (row["format"], row["tweets"], row["rejected"]) == ("x_graphql", 3, 0)
    columns = ["tweet_id", "author_id", "author_name", "reply_to_id", "conversation_id", "likes"]
    assert frame.select(columns).rows() == [
        (NEW, 8, "ann", None, NEW, 2),
        (NEW + 1, 8, "bob", NEW, NEW, 2),
        (NEW + 2, 8, "ann", NEW + 1, NEW, 2),
    ]
    assert frame.select("retweets", "replies", "quotes", "lang").rows() == [(3, 4, 5, "en")] * 3
    assert frame["hashtags"].to_list() == [["basil"]] * 3


def test_a_large_response_is_recognized():
    entries = [entry(result(number, "x" * 999)) for number in range(200)]
    for written in (user(*entries), timeline(*entries)):
        _, row = read(lines(written))
        assert (row["format"], row["tweets"]) == ("x_graphql", 200)


def test_a_long_text_is_whole():
    note = {"text": "long " * 100, "entity_set": {"hashtags": [{"text": "More"}]}}
    tweet = OPENER | {"note_tweet": {"note_tweet_results": {"result": note}}}
    frame, _ = read(lines(search(entry(tweet))))
    assert frame["text"].to_list() == [note["text"]]
    assert frame["hashtags"].to_list() == [["basil", "more"]]


def test_names_of_older_responses_are_read():
    tweet = json.loads(json.dumps(OPENER))
    tweet["core"]["user_results"]["result"] = {"rest_id": "8", "legacy": {"screen_name": "ann"}}
    frame, _ = read(lines(search(entry(tweet))))
    assert frame.select("author_id", "author_name").rows() == [(8, "ann")]


def test_a_retweet_gives_its_original_and_what_that_quotes():
    original = result(1, "see this", user="bob", quoted_status_id_str=str(NEW))
    original["quoted_status_result"] = {"result": OPENER}
    retweet = result(5, "RT @bob: see…", retweeted_status_result={"result": original})
    frame, row = read(lines(search(entry(retweet))))
    assert (row["tweets"], row["carriers"], row["embedded"]) == (0, 1, 2)
    assert frame.select("tweet_id", "text", "author_name", "quoted_id").rows() == [
        (NEW, "How do I keep basil alive?", "ann", None),
        (NEW + 1, "see this", "bob", NEW),
    ]


def test_absent_tweets_are_notices_and_odd_ones_cost_no_others():
    tombstone = {"__typename": "TweetTombstone", "tombstone": {"text": {"text": "deleted"}}}
    unavailable = {"__typename": "TweetUnavailable", "reason": "Suspended"}
    odd = [{"__typename": "Tweet", "rest_id": "x"}, {"__typename": "Tweet", "legacy": 5}]
    absent = [tombstone, unavailable, {}]
    frame, row = read(lines(search(*map(entry, [*absent, *odd, OPENER]))))
    assert frame["tweet_id"].to_list() == [NEW]
    assert (row["tweets"], row["notices"], row["rejected"]) == (1, 3, 2)
    assert {part["kind"] for part in row["notice_kinds"]} == {"tombstone", "tweet-unavailable"}


def test_a_response_without_tweets_carries_nothing():
    _, row = read(lines({"data": {"user": {"result": {"__typename": "User", "rest_id": "8"}}}}))
    assert (row["format"], row["carriers"], row["rejected"]) == ("x_graphql", 1, 0)


@pytest.mark.parametrize(
    "other",
    [
        {"data": {"user": {"name": "of another site", "repositories": []}}},
        {"data": {"user": {"result": {}}, "repository": {}}},
        {"instructions": "Translate this.", "output": "a"},
        {"instructions": [{"type": "step"}]},
        {"entries": [{"title": "a"}]},
    ],
)
def test_responses_of_other_sites_are_unknown(other):
    _, row = read(lines(other))
    assert (row["format"], row["rejected"]) == (None, 1)
