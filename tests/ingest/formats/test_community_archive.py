"""The Community Archive: the account is the author, and notes complete cut texts."""

import json

from tests.support.reading import lines, read

NEW = 1955857894790095084


def tweet(number: int, **more: object) -> dict:
    return {
        "tweet": {
            "id": str(NEW + number),
            "id_str": str(NEW + number),
            "full_text": f"text {number}",
            "created_at": "Thu Aug 14 05:03:54 +0000 2025",
            "favorite_count": "2",
            "retweet_count": "3",
            "lang": "en",
            **more,
        }
    }


def archive(*tweets: dict, **more: object) -> dict:
    account = {"accountId": "8", "username": "ann", "accountDisplayName": "Ann"}
    return {
        "account": [{"account": account}],
        "profile": [{"profile": {"description": {"bio": "b"}}}],
        "tweets": list(tweets),
        "like": [{"like": {"tweetId": "5", "fullText": "not mine"}}],
        "follower": [],
        **more,
    }


def test_tweets_have_the_account_as_author():
    reply = tweet(1, in_reply_to_status_id=str(NEW), in_reply_to_user_id="8")
    community = {"community-tweet": [tweet(2)]}
    frame, row = read(json.dumps(archive(tweet(0), reply, **community), indent=1).encode())
    assert (row["format"], row["tweets"], row["rejected"]) == ("community_archive", 3, 0)
    columns = ["tweet_id", "author_id", "author_name", "reply_to_id", "likes", "retweets"]
    assert frame.select(columns).rows() == [
        (NEW, 8, "ann", None, 2, 3),
        (NEW + 1, 8, "ann", NEW, 2, 3),
        (NEW + 2, 8, "ann", None, 2, 3),
    ]


def test_a_note_completes_the_text_of_its_second():
    start = "A long text about basil " * 11
    whole = start + "that goes on and on " * 20
    notes = [
        {"noteTweet": {"createdAt": "2025-08-14T05:03:54.000Z", "core": {"text": text}}}
        for text in ("Another text of that second", whole)
    ]
    cut = tweet(0, full_text=start.rstrip() + "… https://t.co/x")
    frame, _ = read(lines(archive(cut, tweet(1), **{"note-tweet": notes})))
    assert frame["text"].to_list() == [whole, "text 1"]
    assert frame["is_truncated"].to_list() == [False, False]


def test_odd_tweets_cost_no_others():
    _, row = read(lines(archive(tweet(0), {"tweet": {"id": "x"}}, {"tweet": {}}, 5)))
    assert (row["tweets"], row["rejected"]) == (1, 3)


def test_tweets_without_an_account_have_no_author():
    frame, row = read(lines(archive(tweet(0)) | {"account": []}))
    assert (row["tweets"], row["rejected"]) == (1, 0)
    assert frame["author_name"].to_list() == [None]
