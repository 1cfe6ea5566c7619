"""Column maps of the tables that common tools and data sets write.

Each is claimed only if the columns that no other tool has are there.
"""

import re
from collections.abc import Mapping
from typing import Any

from workbench.ingest.formats.column_format import ColumnFormat
from workbench.recipe import ColumnMap

_REFERENCE = re.compile(r"[{<][^{}<>]{1,200}[}>]")
_KIND = re.compile(r"replied_to|quoted|retweeted")
#: A rounded number is read, too, so that it is counted.
_NUMBER = re.compile(r"\bid\W{1,5}(\d[\d.]{0,30}(?:[eE]\+?\d{1,2})?)\b")


def _with_kind_of_reference(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a row of `json2csv.py` with its retweeted or quoted tweet in a column of its own.

    Early versions misspell the name of the column that both share.
    """
    shared = fields.get("retweet_or_quote_id", fields.get("reweet_or_quote_id"))
    if shared is None:
        return fields
    column = "retweet_id" if fields.get("tweet_type") == "retweet" else "quote_id"
    return {**fields, column: shared}


def _with_references(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a row of API v2 with its parent, quoted and retweeted tweet in columns of their own.

    The cell is a list of objects: JSON, or as Python or tweepy prints it.
    """
    references: dict[str, str] = {}
    for entry in _REFERENCE.findall(str(fields.get("referenced_tweets"))):
        kind, number = _KIND.search(entry), _NUMBER.search(entry)
        if kind and number:
            references[f"referenced_tweets[{kind[0]}]"] = number[1]
    return {**fields, **references}


def _with_kind_of_source(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a row of academictwitteR with its quoted or retweeted tweet in a column of its own."""
    return {
        **fields,
        f"sourcetweet[{fields.get('sourcetweet_type')}]": fields.get("sourcetweet_id"),
    }


def _is_flat_v1(sample: Mapping[str, Any]) -> bool:
    """Return whether the author of a tweet is in a column of its own, or an object as text."""
    user = sample.get("user")
    return "user.screen_name" in sample or (isinstance(user, str) and "screen_name" in user)


def _is_flat_v2(sample: Mapping[str, Any]) -> bool:
    """Return whether the counts of a tweet are in columns of their own, or an object as text."""
    cells_of_objects = (sample.get("public_metrics"), sample.get("referenced_tweets"))
    return "public_metrics.like_count" in sample or any(
        isinstance(cell, str) for cell in cells_of_objects
    )


def _has_no_user_object(sample: Mapping[str, Any]) -> bool:
    """Return whether a record of snscrape is a row of a table: its JSON has an object here."""
    return isinstance(sample.get("user", ""), str)


TWARC_CSV = ColumnFormat(
    "twarc_csv",
    "twarc 2: CSV of `twarc2 csv`",
    ColumnMap(
        tweet_id="id",
        text="text",
        author_name="author.username",
        author_id=["author_id", "author.id"],
        reply_to_id="referenced_tweets.replied_to.id",
        reply_to_author_id="in_reply_to_user_id",
        conversation_id="conversation_id",
        quoted_id="referenced_tweets.quoted.id",
        retweeted_id="referenced_tweets.retweeted.id",
        edit_history="edit_history_tweet_ids",
        created_at="created_at",
        lang="lang",
        likes="public_metrics.like_count",
        retweets="public_metrics.retweet_count",
        replies="public_metrics.reply_count",
        quotes="public_metrics.quote_count",
        media=["attachments.media_keys", "attachments.media"],
        is_sensitive="possibly_sensitive",
    ),
    years="since 2021",
    lacks="",
    evidence={"id", "text", "referenced_tweets.replied_to.id"},
)

TWARC1_CSV = ColumnFormat(
    "twarc1_csv",
    "twarc 1 and Hydrator: CSV",
    ColumnMap(
        tweet_id=["id", "tweet_url"],
        text="text",
        author_name="user_screen_name",
        author_id="user_id",
        reply_to_id="in_reply_to_status_id",
        reply_to_author_id="in_reply_to_user_id",
        quoted_id="quote_id",
        retweeted_id="retweet_id",
        created_at="created_at",
        lang="lang",
        hashtags="hashtags",
        likes="favorite_count",
        retweets="retweet_count",
        media="media",
        is_sensitive="possibly_sensitive",
    ),
    years="2014 to 2023",
    lacks="conversation ids",
    evidence={"id", "text", "tweet_url", "user_screen_name", "in_reply_to_status_id"},
    prepare=_with_kind_of_reference,
)

V1_TABLE = ColumnFormat(
    "v1_table",
    "API v1.1 tweets in a table of pandas, DuckDB or Spark: CSV or Parquet",
    ColumnMap(
        tweet_id=["id", "id_str"],
        text=["full_text", "extended_tweet.full_text", "text"],
        author_name="user.screen_name",
        author_id=["user.id", "user.id_str"],
        reply_to_id=["in_reply_to_status_id", "in_reply_to_status_id_str"],
        reply_to_author_id=["in_reply_to_user_id", "in_reply_to_user_id_str"],
        quoted_id=["quoted_status_id", "quoted_status_id_str"],
        retweeted_id=["retweeted_status.id", "retweeted_status.id_str"],
        edit_history=["edit_history.edit_tweet_ids", "edit_history"],
        created_at="created_at",
        lang="lang",
        likes="favorite_count",
        retweets="retweet_count",
        replies="reply_count",
        quotes="quote_count",
        media=["extended_entities.media", "entities.media"],
        is_sensitive="possibly_sensitive",
    ),
    years="2010 to 2023",
    lacks="conversation ids",
    evidence={"created_at", "in_reply_to_status_id"},
    where=_is_flat_v1,
)

V2_TABLE = ColumnFormat(
    "v2_table",
    "API v2 tweets in a table of pandas, DuckDB or Spark: CSV or Parquet",
    ColumnMap(
        tweet_id="id",
        text=["note_tweet.text", "text"],
        author_name=["author.username", "username"],
        author_id=["author_id", "author.id"],
        reply_to_id="referenced_tweets[replied_to]",
        reply_to_author_id="in_reply_to_user_id",
        conversation_id="conversation_id",
        quoted_id="referenced_tweets[quoted]",
        retweeted_id="referenced_tweets[retweeted]",
        edit_history="edit_history_tweet_ids",
        created_at="created_at",
        lang="lang",
        likes="public_metrics.like_count",
        retweets="public_metrics.retweet_count",
        replies="public_metrics.reply_count",
        quotes="public_metrics.quote_count",
        media=["attachments.media_keys", "attachments"],
        is_sensitive="possibly_sensitive",
    ),
    years="since 2020",
    lacks="names of authors, unless the table has a column for them",
    evidence={"id", "text", "author_id"},
    where=_is_flat_v2,
    prepare=_with_references,
)

ACADEMIC_TIDY = ColumnFormat(
    "academic_tidy",
    "academictwitteR: the tidy table of `bind_tweets`, CSV",
    ColumnMap(
        tweet_id="tweet_id",
        text="text",
        author_name="user_username",
        author_id="author_id",
        reply_to_author_id="in_reply_to_user_id",
        conversation_id="conversation_id",
        quoted_id="sourcetweet[quoted]",
        retweeted_id="sourcetweet[retweeted]",
        created_at="created_at",
        lang="lang",
        likes="like_count",
        retweets="retweet_count",
        quotes="quote_count",
        is_sensitive="possibly_sensitive",
    ),
    years="2021 to 2023",
    lacks="parent ids",
    evidence={"tweet_id", "user_username", "text", "author_id", "conversation_id"},
    prepare=_with_kind_of_source,
)

TCAT = ColumnFormat(
    "tcat",
    "DMI-TCAT: exported tweets, CSV or TSV",
    ColumnMap(
        tweet_id="id",
        text="text",
        author_name="from_user_name",
        author_id="from_user_id",
        reply_to_id="in_reply_to_status_id",
        quoted_id="quoted_status_id",
        retweeted_id="retweet_id",
        created_at=["time", "created_at"],
        lang="lang",
        likes="favorite_count",
        retweets="retweet_count",
        is_sensitive="possibly_sensitive",
    ),
    years="2014 to 2023",
    lacks="conversation ids",
    evidence={"id", "text", "from_user_name", "to_user_name", "in_reply_to_status_id"},
)

TAGS = ColumnFormat(
    "tags",
    "TAGS (Google Sheets): CSV",
    ColumnMap(
        tweet_id=["id_str", "status_url"],
        text="text",
        author_name="from_user",
        author_id="from_user_id_str",
        reply_to_id="in_reply_to_status_id_str",
        reply_to_author_id="in_reply_to_user_id_str",
        created_at="created_at",
    ),
    years="2010 to 2023",
    lacks="language, counts, conversation ids",
    evidence={"id_str", "text", "from_user", "status_url", "entities_str"},
)

GET_OLD_TWEETS = ColumnFormat(
    "getoldtweets",
    "GetOldTweets and GetOldTweets3: CSV",
    ColumnMap(
        tweet_id=["id", "permalink"],
        text="text",
        author_name="username",
        created_at="date",
        hashtags="hashtags",
        likes="favorites",
        retweets="retweets",
        replies="replies",
    ),
    years="2016 to 2020",
    lacks="parent and conversation ids, language",
    evidence={"id", "text", "username", "date", "favorites", "mentions", "geo", "permalink"},
)

SNSCRAPE_CSV = ColumnFormat(
    "snscrape_csv",
    "snscrape and twscrape: CSV written by pandas",
    ColumnMap(
        tweet_id=["id", "id_str", "url"],
        text=["rawContent", "content"],
        author_name=["user.username", "username", "user"],
        author_id=["user.id", "user.id_str"],
        reply_to_id=["inReplyToTweetId", "inReplyToTweetIdStr"],
        reply_to_author_id=["inReplyToUser.id", "inReplyToUser.id_str"],
        conversation_id=["conversationId", "conversationIdStr"],
        quoted_id=["quotedTweet.id", "quotedTweet.url", "quotedTweet"],
        retweeted_id=["retweetedTweet.id", "retweetedTweet"],
        created_at="date",
        lang="lang",
        hashtags="hashtags",
        likes="likeCount",
        retweets="retweetCount",
        replies="replyCount",
        quotes="quoteCount",
        media="media",
    ),
    years="since 2020",
    lacks="parent ids that pandas has rounded",
    evidence={"id", "url", "date", "conversationId"},
    where=_has_no_user_object,
)

SNSCRAPE_LIST = ColumnFormat(
    "snscrape_list",
    "snscrape: CSV of its best-known tutorial",
    ColumnMap(tweet_id="Tweet Id", text="Text", author_name="Username", created_at="Datetime"),
    years="2020 to 2023",
    lacks="parent and conversation ids, language, counts",
    evidence={"Datetime", "Tweet Id", "Text", "Username"},
)

#: Every ready map.
FORMATS = (
    TWARC_CSV,
    TWARC1_CSV,
    V1_TABLE,
    V2_TABLE,
    ACADEMIC_TIDY,
    TCAT,
    TAGS,
    GET_OLD_TWEETS,
    SNSCRAPE_CSV,
    SNSCRAPE_LIST,
)
