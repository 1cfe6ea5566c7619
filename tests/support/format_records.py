"""One record of every input format: a reply of Bob to Ann, with a quoted tweet if it has room.

The ids of a record depend on its number, so that no two records share one. Each text names the id
of its tweet, see `text`.
"""

from collections.abc import Callable
from typing import Any

#: No double prints this number, and none of those that a record derives from it.
FIRST = 1955857894790095033
#: Distance between the ids of two records.
STEP = 1_000_000_002

Record = dict[str, Any]


def own(number: int) -> int:
    """Return the id of the tweet of a record."""
    return FIRST + number * STEP


def parent(number: int) -> int:
    """Return the id of the tweet that it answers."""
    return own(number) - 500_000_000


def quoted(number: int) -> int:
    """Return the id of the tweet that it quotes."""
    return own(number) - 700_000_000


def author(number: int) -> int:
    """Return the id of its author."""
    return own(number) - 900_000_000


def text(tweet_id: int) -> str:
    """Return the text of a tweet."""
    return f"<{tweet_id}> Water it from below. #basil"


def link(tweet_id: int) -> str:
    """Return the link to a tweet."""
    return f"https://x.com/bob/status/{tweet_id}"


def twitterstream(number: int) -> Record:
    return _status(own(number), author(number)) | {
        "in_reply_to_status_id": parent(number),
        "in_reply_to_status_id_str": str(parent(number)),
        "in_reply_to_user_id": 9,
        "in_reply_to_user_id_str": "9",
        "quoted_status_id": quoted(number),
        "quoted_status_id_str": str(quoted(number)),
        "quoted_status": _status(quoted(number), 8),
    }


def _status(tweet_id: int, author_id: int) -> Record:
    return {
        "created_at": "Thu Aug 14 05:03:54 +0000 2025",
        "id": tweet_id,
        "id_str": str(tweet_id),
        "text": text(tweet_id),
        "truncated": True,
        "user": {"id": author_id, "id_str": str(author_id), "screen_name": "bob"},
        "extended_tweet": {
            "full_text": text(tweet_id),
            "entities": {"hashtags": [{"text": "basil", "indices": [0, 6]}], "media": []},
        },
        "quote_count": 1,
        "reply_count": 2,
        "retweet_count": 3,
        "favorite_count": 4,
        "entities": {"hashtags": [{"text": "basil", "indices": [0, 6]}], "media": []},
        "possibly_sensitive": False,
        "lang": "en",
    }


def grailbird(number: int) -> Record:
    return {
        "created_at": "2013-01-02 20:10:54 +0000",
        "id": own(number),
        "id_str": str(own(number)),
        "text": text(own(number)),
        "in_reply_to_status_id": parent(number),
        "in_reply_to_status_id_str": str(parent(number)),
        "user": {"id": author(number), "id_str": str(author(number)), "screen_name": "bob"},
        "entities": {"hashtags": [{"text": "basil"}], "media": []},
    }


def x_graphql(number: int) -> Record:
    inner = _graphql(own(number), author(number))
    inner["legacy"] |= {
        "in_reply_to_status_id_str": str(parent(number)),
        "in_reply_to_user_id_str": "9",
        "quoted_status_id_str": str(quoted(number)),
        "quoted_status_permalink": {"expanded": link(quoted(number))},
    }
    inner["quoted_status_result"] = {"result": _graphql(quoted(number), 8)}
    item = {"itemContent": {"tweet_results": {"result": inner}}}
    entries = [{"entryId": "tweet-1", "content": item}]
    timeline = {"instructions": [{"type": "TimelineAddEntries", "entries": entries}]}
    return {"data": {"threaded_conversation_with_injections_v2": timeline}}


def _graphql(tweet_id: int, author_id: int) -> Record:
    user = {"rest_id": str(author_id), "core": {"screen_name": "bob"}, "legacy": {}}
    return {
        "__typename": "Tweet",
        "rest_id": str(tweet_id),
        "core": {"user_results": {"result": user}},
        "note_tweet": {
            "note_tweet_results": {"result": {"text": text(tweet_id), "entity_set": {}}}
        },
        "legacy": {
            "id_str": str(tweet_id),
            "user_id_str": str(author_id),
            "conversation_id_str": str(tweet_id),
            "full_text": text(tweet_id),
            "created_at": "Thu Aug 14 05:03:54 +0000 2025",
            "favorite_count": 2,
            "lang": "en",
            "entities": {"hashtags": [{"text": "basil"}], "media": []},
        },
    }


def web_exporter(number: int) -> Record:
    return {
        "id": str(own(number)),
        "url": link(own(number)),
        "created_at": "2025-08-14 05:03:54 +00:00",
        "full_text": text(own(number)),
        "screen_name": "bob",
        "user_id": str(author(number)),
        "in_reply_to": str(parent(number)),
        "retweeted_status": None,
        "quoted_status": str(quoted(number)),
        "media": [{"type": "photo"}],
        "favorite_count": 1,
        "retweet_count": 2,
        "reply_count": 3,
        "quote_count": 4,
    }


def fxembed(number: int) -> Record:
    tweet = _fx(own(number), author(number)) | {
        "replying_to": "ann",
        "replying_to_status": str(parent(number)),
        "quote": _fx(quoted(number), 8),
    }
    return {"code": 200, "message": "OK", "tweet": tweet, "thread": [_fx(parent(number), 9)]}


def _fx(tweet_id: int, author_id: int) -> Record:
    return {
        "id": str(tweet_id),
        "url": link(tweet_id),
        "text": text(tweet_id),
        "author": {"id": str(author_id), "screen_name": "bob"},
        "created_at": "Thu Aug 14 05:03:54 +0000 2025",
        "created_timestamp": 1755147834,
        "lang": "en",
        "likes": 1,
        "retweets": 2,
        "replies": 3,
        "media": {"all": []},
        "possibly_sensitive": False,
    }


def apify(number: int) -> Record:
    return _apify(own(number), author(number)) | {
        "inReplyToId": str(parent(number)),
        "inReplyToUserId": "9",
        "quoteId": str(quoted(number)),
        "quote": _apify(quoted(number), 8),
    }


def _apify(tweet_id: int, author_id: int) -> Record:
    return {
        "id": str(tweet_id),
        "url": link(tweet_id),
        "text": text(tweet_id),
        "fullText": text(tweet_id),
        "createdAt": "Thu Aug 14 05:03:54 +0000 2025",
        "lang": "en",
        "author": {"id": str(author_id), "userName": "bob"},
        "conversationId": str(tweet_id),
        "likeCount": 1,
        "retweetCount": 2,
        "isRetweet": False,
        "media": [],
        "entities": {"hashtags": [{"text": "basil"}]},
        "possiblySensitive": False,
    }


def agent_twitter_client(number: int) -> Record:
    return _agent(own(number), author(number)) | {
        "inReplyToStatusId": str(parent(number)),
        "inReplyToStatus": _agent(parent(number), 9),
        "quotedStatusId": str(quoted(number)),
        "quotedStatus": _agent(quoted(number), 8),
        "thread": [],
    }


def _agent(tweet_id: int, author_id: int) -> Record:
    return {
        "id": str(tweet_id),
        "permanentUrl": link(tweet_id),
        "text": text(tweet_id),
        "userId": str(author_id),
        "username": "bob",
        "timestamp": 1755147834,
        "conversationId": str(tweet_id),
        "likes": 1,
        "retweets": 2,
        "hashtags": ["basil"],
        "photos": [],
        "isRetweet": False,
    }


def community_archive(number: int) -> Record:
    tweet = {
        "id": str(own(number)),
        "id_str": str(own(number)),
        "full_text": text(own(number)),
        "created_at": "Thu Aug 14 05:03:54 +0000 2025",
        "in_reply_to_status_id": str(parent(number)),
        "in_reply_to_status_id_str": str(parent(number)),
        "favorite_count": "1",
        "entities": {"hashtags": [{"text": "basil"}]},
    }
    return {
        "account": [{"account": {"accountId": str(author(number)), "username": "bob"}}],
        "tweets": [{"tweet": tweet}],
        "note-tweet": [{"noteTweet": {"createdAt": "2025-08-14", "core": {"text": "a"}}}],
        "community-tweet": [],
    }


def archive_csv(number: int) -> Record:
    return {
        "tweet_id": str(own(number)),
        "in_reply_to_status_id": str(parent(number)),
        "in_reply_to_user_id": "9",
        "timestamp": "2013-01-02 20:10:54 +0000",
        "source": "web",
        "text": text(own(number)),
        "retweeted_status_id": "",
        "expanded_urls": "",
    }


def api_v2(number: int) -> Record:
    tweet = _v2(own(number), author(number)) | {
        "in_reply_to_user_id": "9",
        "referenced_tweets": [
            {"type": "replied_to", "id": str(parent(number))},
            {"type": "quoted", "id": str(quoted(number))},
        ],
    }
    return {
        "data": [tweet],
        "includes": {
            "users": [{"id": str(author(number)), "username": "bob"}],
            "tweets": [_v2(parent(number), 9), _v2(quoted(number), 8)],
            "media": [{"media_key": "3_1"}],
        },
        "errors": [
            {
                "resource_type": "tweet",
                "resource_id": str(own(number) - 2),
                "title": "Not Found Error",
                "value": str(own(number) - 2),
            }
        ],
        "meta": {"result_count": 1},
    }


def _v2(tweet_id: int, author_id: int) -> Record:
    return {
        "id": str(tweet_id),
        "text": text(tweet_id),
        "author_id": str(author_id),
        "created_at": "2025-08-14T05:03:54.000Z",
        "conversation_id": str(tweet_id),
        "lang": "en",
        "possibly_sensitive": False,
        "public_metrics": {"like_count": 1, "retweet_count": 2, "reply_count": 3, "quote_count": 4},
        "entities": {"hashtags": [{"tag": "basil"}]},
        "attachments": {"media_keys": ["3_1"]},
    }


def twscrape(number: int) -> Record:
    return _twscrape(own(number), author(number)) | {
        "inReplyToTweetId": parent(number),
        "inReplyToTweetIdStr": str(parent(number)),
        "inReplyToUser": {"id": 9, "id_str": "9", "username": "ann"},
        "quotedTweet": _twscrape(quoted(number), 8),
        "retweetedTweet": None,
    }


def _twscrape(tweet_id: int, author_id: int) -> Record:
    return {
        "id": tweet_id,
        "id_str": str(tweet_id),
        "url": link(tweet_id),
        "date": "2025-08-14 05:03:54+00:00",
        "user": {"id": author_id, "id_str": str(author_id), "username": "bob"},
        "lang": "en",
        "rawContent": text(tweet_id),
        "likeCount": 1,
        "retweetCount": 2,
        "conversationId": tweet_id,
        "conversationIdStr": str(tweet_id),
        "hashtags": ["basil"],
        "media": {"photos": [], "videos": [], "animated": []},
    }


def snscrape(number: int) -> Record:
    return _snscrape(own(number), author(number)) | {
        "inReplyToTweetId": parent(number),
        "inReplyToUser": {"id": 9, "username": "ann"},
        "quotedTweet": _snscrape(quoted(number), 8),
    }


def _snscrape(tweet_id: int, author_id: int) -> Record:
    return {
        "_type": "snscrape.modules.twitter.Tweet",
        "id": tweet_id,
        "url": link(tweet_id),
        "date": "2025-08-14T05:03:54+00:00",
        "content": text(tweet_id),
        "user": {"id": author_id, "username": "bob"},
        "lang": "en",
        "likeCount": 1,
        "retweetCount": 2,
        "conversationId": tweet_id,
        "hashtags": ["basil"],
        "media": [{"previewUrl": "a"}],
    }


def twint(number: int) -> Record:
    return {
        "id": own(number),
        "conversation_id": parent(number),
        "link": link(own(number)),
        "date": "2019-07-03",
        "time": "06:29:00",
        "timezone": "+0200",
        "user_id": author(number),
        "username": "bob",
        "tweet": text(own(number)),
        "language": "en",
        "replies_count": 1,
        "retweets_count": 2,
        "likes_count": 3,
        "hashtags": ["basil"],
        "photos": [],
        "video": 0,
        "quote_url": link(quoted(number)),
        "reply_to": [{"screen_name": "ann", "id": "9"}],
    }


def search_v1(number: int) -> Record:
    return {
        "id": own(number),
        "id_str": str(own(number)),
        "text": text(own(number)),
        "from_user": "bob",
        "created_at": "Thu, 06 Oct 2011 19:41:12 +0000",
        "iso_language_code": "en",
        "in_reply_to_status_id": parent(number),
        "in_reply_to_status_id_str": str(parent(number)),
    }


def personal_archive(number: int) -> Record:
    tweet = {
        "id": str(own(number)),
        "id_str": str(own(number)),
        "full_text": text(own(number)),
        "created_at": "Thu Aug 14 05:03:54 +0000 2025",
        "in_reply_to_status_id": str(parent(number)),
        "in_reply_to_status_id_str": str(parent(number)),
        "in_reply_to_user_id": "9",
        "favorite_count": "1",
        "truncated": False,
        "entities": {"hashtags": [{"text": "basil"}]},
        "lang": "en",
    }
    return {"tweet": tweet}


def twarc_csv(number: int) -> Record:
    return {
        "id": str(own(number)),
        "referenced_tweets.replied_to.id": str(parent(number)),
        "referenced_tweets.quoted.id": str(quoted(number)),
        "referenced_tweets.retweeted.id": "",
        "author_id": str(author(number)),
        "in_reply_to_user_id": "9",
        "conversation_id": str(parent(number)),
        "created_at": "2025-08-14T05:03:54.000Z",
        "text": text(own(number)),
        "lang": "en",
        "author.username": "bob",
        "public_metrics.like_count": "1",
        "possibly_sensitive": "False",
        "attachments.media_keys": "",
    }


def twarc1_csv(number: int) -> Record:
    return {
        "id": str(own(number)),
        "tweet_url": link(own(number)),
        "created_at": "Thu Aug 14 05:03:54 +0000 2025",
        "favorite_count": "1",
        "hashtags": "basil",
        "in_reply_to_status_id": str(parent(number)),
        "in_reply_to_user_id": "9",
        "lang": "en",
        "retweet_or_quote_id": str(quoted(number)),
        "tweet_type": "quote",
        "text": text(own(number)),
        "user_id": str(author(number)),
        "user_screen_name": "bob",
    }


def academic_tidy(number: int) -> Record:
    return {
        "tweet_id": str(own(number)),
        "user_username": "bob",
        "text": text(own(number)),
        "lang": "en",
        "created_at": "2025-08-14T05:03:54.000Z",
        "conversation_id": str(parent(number)),
        "author_id": str(author(number)),
        "in_reply_to_user_id": "9",
        "like_count": "1",
        "sourcetweet_type": "quoted",
        "sourcetweet_id": str(quoted(number)),
    }


def tcat(number: int) -> Record:
    return {
        "id": str(own(number)),
        "time": "1755147834",
        "from_user_name": "bob",
        "from_user_id": str(author(number)),
        "to_user_name": "ann",
        "text": text(own(number)),
        "lang": "en",
        "favorite_count": "1",
        "in_reply_to_status_id": str(parent(number)),
        "quoted_status_id": str(quoted(number)),
        "retweet_id": "",
    }


def tags(number: int) -> Record:
    return {
        "id_str": str(own(number)),
        "from_user": "bob",
        "text": text(own(number)),
        "created_at": "Thu Aug 14 05:03:54 +0000 2025",
        "in_reply_to_user_id_str": "9",
        "from_user_id_str": str(author(number)),
        "in_reply_to_status_id_str": str(parent(number)),
        "status_url": link(own(number)),
        "entities_str": "{}",
    }


def getoldtweets(number: int) -> Record:
    return {
        "date": "2019-07-03 06:29:00",
        "username": "bob",
        "replies": "1",
        "retweets": "2",
        "favorites": "3",
        "text": text(own(number)),
        "geo": "",
        "mentions": "",
        "hashtags": "#basil",
        "id": str(own(number)),
        "permalink": link(own(number)),
    }


def snscrape_csv(number: int) -> Record:
    return {
        "url": link(own(number)),
        "date": "2025-08-14 05:03:54+00:00",
        "rawContent": text(own(number)),
        "id": str(own(number)),
        "user.username": "bob",
        "user.id": str(author(number)),
        "conversationId": str(parent(number)),
        "inReplyToTweetId": str(parent(number)),
        "quotedTweet.id": str(quoted(number)),
        "lang": "en",
        "likeCount": "1",
        "hashtags": "['basil']",
    }


def snscrape_list(number: int) -> Record:
    return {
        "Datetime": "2022-08-14 05:03:54+00:00",
        "Tweet Id": str(own(number)),
        "Text": text(own(number)),
        "Username": "bob",
    }


def v1_table(number: int) -> Record:
    return {
        "id": str(own(number)),
        "created_at": "Thu Aug 14 05:03:54 +0000 2025",
        "full_text": text(own(number)),
        "in_reply_to_status_id": str(parent(number)),
        "in_reply_to_user_id": "9",
        "quoted_status_id": str(quoted(number)),
        "retweeted_status.id": "",
        "user.id": str(author(number)),
        "user.screen_name": "bob",
        "favorite_count": "1.0",
        "lang": "en",
    }


def v2_table(number: int) -> Record:
    replied_to = f"{{'type': 'replied_to', 'id': '{parent(number)}'}}"
    return {
        "id": str(own(number)),
        "text": text(own(number)),
        "author_id": str(author(number)),
        "username": "bob",
        "conversation_id": str(parent(number)),
        "created_at": "2025-08-14T05:03:54.000Z",
        "public_metrics": "{'like_count': 1, 'reply_count': 0}",
        "referenced_tweets": f"[{replied_to}, {{'type': 'quoted', 'id': '{quoted(number)}'}}]",
        "attachments": "",
    }


#: Name of a format -> the function that writes a record of it.
RECORDS: dict[str, Callable[[int], Record]] = {
    writer.__name__: writer
    for writer in (
        *(twitterstream, grailbird, x_graphql, web_exporter, fxembed, apify, agent_twitter_client),
        *(community_archive, archive_csv, api_v2, twscrape, snscrape, twint, search_v1),
        *(personal_archive, twarc_csv, twarc1_csv, academic_tidy, tcat, tags, getoldtweets),
        *(snscrape_csv, snscrape_list, v1_table, v2_table),
    )
}

#: `twcs` gives its tweets ids of its own, see `tests/ingest/formats/test_twcs.py`.
NOT_HERE = {"twcs"}

_GRAPHQL = "data.threaded_conversation_with_injections_v2.instructions.0.entries.0.content"

#: Values without which a record is no tweet of its own, or not of its format.
REQUIRED: dict[str, set[str]] = {
    "twitterstream": {"user"},
    "grailbird": {"text", "user", "created_at"},
    "x_graphql": {f"{_GRAPHQL}.itemContent.tweet_results.result.legacy"},
    "web_exporter": {"full_text", "screen_name", "retweeted_status"},
    "fxembed": {"tweet.text", "tweet.author.screen_name"},
    "apify": {"author.userName", "isRetweet"},
    "agent_twitter_client": {"text", "permanentUrl", "isRetweet"},
    "community_archive": {"account.0.account", "community-tweet", "tweets.0.tweet.full_text"},
    "archive_csv": {"tweet_id", "text", "retweeted_status_id"},
    "api_v2": {"data.0.id", "data.0.text"},
    "twscrape": {"rawContent", "user", "retweetedTweet"},
    "snscrape": {"content"},
    "twint": {"tweet"},
    "search_v1": {"text", "from_user"},
    "personal_archive": {"tweet.full_text"},
    "twarc_csv": {"id", "text", "referenced_tweets.retweeted.id"},
    "twarc1_csv": {"text", "tweet_type", "retweet_or_quote_id"},
    "academic_tidy": {"tweet_id", "text", "sourcetweet_type"},
    "tcat": {"id", "text", "retweet_id"},
    "tags": {"text"},
    "getoldtweets": {"text"},
    "snscrape_csv": {"rawContent"},
    "snscrape_list": {"Tweet Id", "Text"},
    "v1_table": {
        *("id", "full_text", "created_at", "in_reply_to_status_id", "user.screen_name"),
        "retweeted_status.id",
    },
    "v2_table": {"id", "text", "author_id", "referenced_tweets"},
}
