"""Suggest a column map for records of an unknown format, by the names and values of their columns.

`preview` calls it for files that no format knows.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from workbench.ingest.exact_ids import parse
from workbench.ingest.formats import cells
from workbench.recipe.column_map import FIELDS

#: Field -> common names of its column, the best first: lower case, letters and digits only.
_NAMES = {
    "tweet_id": "tweetid tweetidstr statusid statusidstr idstr id restid postid tweetpostid "
    "twitterid tweeturl tweetlink statusurl permalink permanenturl url link",
    "text": "fulltext tweettext tweetcontent rawcontent tweet text content body message posttext "
    "post",
    "author_name": "userscreenname screenname userusername username authorscreenname "
    "authorusername fromusername fromuser userhandle authorhandle twitterhandle handle accountname "
    "tweeter poster sender author user",
    "author_id": "authorid authoridstr userid useridstr fromuserid fromuseridstr accountid",
    "reply_to_id": "inreplytostatusidstr inreplytostatusid inreplytotweetid inreplytoid "
    "replytotweetid replytostatusid replytoid repliedtoid repliedtotweetid inresponsetotweetid "
    "referencedtweetsrepliedtoid parenttweetid parentid inreplyto "
    "repliedto replyto replyingto parent",
    "reply_to_author_id": "inreplytouseridstr inreplytouserid replytouserid touserid",
    "conversation_id": "conversationidstr conversationid threadid",
    "quoted_id": "quotedstatusidstr quotedstatusid quotedtweetid quotedid quoteid "
    "referencedtweetsquotedid",
    "retweeted_id": "retweetedstatusidstr retweetedstatusid retweetedtweetid retweetedid retweetid "
    "referencedtweetsretweetedid",
    "edit_history": "edithistorytweetids edittweetids",
    "created_at": "createdat tweetcreatedat datetime timestamp date time tweetdate postedat "
    "posttime publishedat published",
    "lang": "lang language tweetlang languagecode",
    "hashtags": "hashtags hashtag",
    "likes": "likecount likescount likes favoritecount favouritecount favoritescount favorites "
    "favourites favs publicmetricslikecount",
    "retweets": "retweetcount retweetscount retweets reposts publicmetricsretweetcount",
    "replies": "replycount repliescount replies publicmetricsreplycount",
    "quotes": "quotecount quotescount quotes publicmetricsquotecount",
    "media": "media photos mediaurls images",
    "is_sensitive": "possiblysensitive",
}
#: Objects around a whole tweet: their names say nothing about a field.
_AROUND = frozenset({"tweet", "status", "data", "legacy", "node", "post", "source", "doc"})

_NOT_WORD = re.compile(r"[\W_]+")


def guess(records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Suggest the column of each field; fields without a likely column are left out.

    Args:
        records: The first records, decoded.

    Examples:
        >>> guess([{"Tweet Id": "1669700100971536389", "Tweet": "hi", "@": "x", "Date": "soon"}])
        {'tweet_id': 'Tweet Id', 'text': 'Tweet'}
    """
    columns: dict[str, list[object]] = {}
    for record in records:
        for path, value in cells.leaves(record):
            filled = columns.setdefault(path, [])
            if not cells.is_null(value):
                filled.append(value)
    suggested: dict[str, str] = {}
    for field in FIELDS:
        names = _NAMES[field].split()
        likely = [
            (names.index(name), path)
            for path, values in columns.items()
            if path not in suggested.values()
            and (name := _plain(path)) in names
            and all(map(_FITS.get(field, _is_number), values))
        ]
        if likely:
            suggested[field] = min(likely)[1]
    return suggested


def _plain(path: str) -> str:
    """Return a path as `_NAMES` writes it."""
    parts = [_NOT_WORD.sub("", part.lower()) for part in path.split(".")]
    while len(parts) > 1 and parts[0] in _AROUND:
        del parts[0]
    return "".join(parts)


def _is_id(value: object) -> bool:
    number, is_exact = parse(cells.written_id(value, is_table=False))
    return number is not None or not is_exact


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return cells.count(value) is not None


#: Field -> whether a value can be one of its. The others are numbers.
_FITS: dict[str, Callable[[object], bool]] = {
    **dict.fromkeys([field for field in FIELDS if field.endswith("_id")], _is_id),
    **dict.fromkeys(["text", "lang"], _is_text),
    "author_name": lambda value: cells.name_of(value) is not None,
    "created_at": lambda value: cells.time_of(value, None) is not None,
    "hashtags": lambda value: cells.tags_of(value) is not None,
    **dict.fromkeys(["media", "edit_history"], lambda _: True),
    "is_sensitive": lambda value: cells.truth(value) is not None,
}
