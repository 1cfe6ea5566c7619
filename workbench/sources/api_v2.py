"""API v2: pages of tweets with their includes, flattened tweets, and objects of the v2 stream.

Pages come one a line, as one array, or gathered as `{"data": {"0": [...]}}`. The opening tweets
of conversations stand mostly in `includes.tweets`. Edited tweets have an id a version, so that
each version is a row.
"""

from contextlib import suppress
from functools import partial
from typing import Any

import msgspec

from workbench.sightings import FIRST_SNOWFLAKE, RejectedError, Sighting, Sink, attempt
from workbench.sources import problems
from workbench.sources.fields import is_cut, moment

NAME = "api_v2"
ABOUT = "API v2: pages as twarc2 and others write them, flattened tweets, stream objects"


class Hashtag(msgspec.Struct, gc=False):
    """What is read of a hashtag."""

    tag: str = ""


class Entities(msgspec.Struct, gc=False):
    """What is read of the parts of a text."""

    hashtags: list[Hashtag] | None = None


class Note(msgspec.Struct, gc=False):
    """The whole of a text of more than 280 characters, since 2023."""

    text: str = ""
    entities: Entities | None = None


class Attachments(msgspec.Struct, gc=False):
    """What is read of photos and videos."""

    media_keys: list[str] | None = None


class Metrics(msgspec.Struct, gc=False):
    """Counts of reactions."""

    like_count: int | None = None
    retweet_count: int | None = None
    reply_count: int | None = None
    quote_count: int | None = None


class User(msgspec.Struct, gc=False):
    """What is read of an author."""

    id: int | None = None
    username: str | None = None


class Tweet(msgspec.Struct):
    """What is read of a tweet; also of a reference, which is a whole tweet where flattened."""

    id: int | None = None
    #: `replied_to`, `quoted` or `retweeted`, in references only.
    type: str | None = None
    text: str | None = None
    note_tweet: Note | None = None
    created_at: str | None = None
    author_id: int | None = None
    author: User | None = None
    lang: str | None = None
    in_reply_to_user_id: int | None = None
    conversation_id: int | None = None
    referenced_tweets: "list[Tweet] | None" = None
    possibly_sensitive: bool | None = None
    public_metrics: Metrics | None = None
    entities: Entities | None = None
    attachments: Attachments | None = None


class Includes(msgspec.Struct):
    """What stands beside the tweets of a page."""

    tweets: list[msgspec.Raw] | None = None
    users: list[msgspec.Raw] | None = None


class Page(msgspec.Struct):
    """What is read of a page, or of an object of the stream."""

    data: msgspec.Raw = msgspec.Raw()
    includes: Includes | None = None
    errors: list[problems.Problem] | None = None
    #: Only in objects of the stream.
    matching_rules: msgspec.Raw = msgspec.Raw()


class _Surroundings(msgspec.Struct, frozen=True):
    """What a tweet's page tells of it."""

    names: dict[int, str]
    counts_are_known: bool = True


_ALONE = _Surroundings({})

#: Ids are strings, so that no reader takes them through a float; `strict` off reads them as ints.
_tweet = msgspec.json.Decoder(Tweet, strict=False).decode
_user = msgspec.json.Decoder(User, strict=False).decode
_page = msgspec.json.Decoder(Page).decode
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode

_BESIDE_DATA = {"includes", "meta", "errors", "matching_rules", "__twarc"}
_OF_A_TWEET = {"author_id", "author", "conversation_id", "public_metrics", "edit_history_tweet_ids"}
#: Keys that only things other than tweets have; a page of these is rejected.
_OTHER_THINGS = {
    "tweet_count": "counts",
    "username": "users",
    "owner_id": "lists",
    "member_count": "lists",
    "upload_url": "compliance jobs",
}
_TITLES = {
    "Not Found Error": "not-found",
    "Authorization Error": "not-authorized",
    "Forbidden": "suspended",
}
_RESOURCES = {"tweet", "user", "media", "poll", "place"}


def matches(sample: dict[str, Any]) -> bool:
    """Tell whether a decoded record is of this format."""
    data = sample.get("data")
    if isinstance(data, list | dict):
        first = next(iter(data.values() if isinstance(data, dict) else data), None)
        return bool(_BESIDE_DATA & sample.keys()) or "id" in data or isinstance(first, dict | list)
    if "id" in sample and "text" in sample:
        return bool(_OF_A_TWEET & sample.keys())
    meta, errors = sample.get("meta"), sample.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        return "title" in errors[0]
    return (isinstance(meta, dict) and "result_count" in meta) or _is_compliance(sample)


def read(record: bytes, sink: Sink) -> None:
    """Give what one record holds to the sink.

    What a page says it lacks (deleted or protected tweets, suspended users) is counted as
    notices, `missing-tweet:not-found` and the like; tweets among it are known to be gone.

    Raises:
        RejectedError: If the record is a page of other things than tweets.
        msgspec.DecodeError: If it is no JSON or a field is of a wrong type.
    """
    found = _keys(record)
    if "data" not in found and "errors" not in found and "meta" not in found:
        if "id" in found and "text" in found:
            _give(record, sink, around=_ALONE)
            return
        msg = "no tweets: compliance" if _is_compliance(found) else "no tweet"
        raise RejectedError(msg)
    _read_page(record, sink)


def _read_page(record: bytes, sink: Sink) -> None:
    page = _page(record)
    elements = _elements(page.data)
    _refuse_other_things(elements)
    includes = page.includes or Includes()
    names = _names(includes.users or [])
    around = _Surroundings(names, counts_are_known=not bytes(page.matching_rules))
    for element in elements:
        is_page = element.startswith(b'{"data"')  # of pages gathered in one object
        attempt(_read_page if is_page else partial(_give, around=around), element, sink)
    for included in includes.tweets or []:
        # Odd ones are left out: they are no lines of the ledger.
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            _give_embedded(_tweet(included), sink, names=names)
    for problem in page.errors or []:
        what = problem.resource_type if problem.resource_type in _RESOURCES else "other"
        sink.notice(f"missing-{what}:{_TITLES.get(problem.title or '', 'other')}")
        if lacking := problems.gone(problem):
            sink.missing(*lacking)


def _is_compliance(found: dict[str, Any]) -> bool:
    # Rows of users and of tweets are alike, so they are not taken for deletions of tweets.
    return {"id", "action", "reason"} <= found.keys()


def _elements(data: msgspec.Raw) -> list[bytes]:
    """Give the elements of `data`: of a list, of lists in an object, or the one object."""
    body = bytes(data)
    if body.startswith(b"["):
        return [bytes(element) for element in _list(body)]
    if not body.startswith(b"{"):
        return []
    found = _keys(body)
    if not found or "id" in found or not all(key.isdigit() for key in found):
        return [body]
    lists = [_list(value) if bytes(value).startswith(b"[") else [value] for value in found.values()]
    return [bytes(element) for each in lists for element in each]


def _refuse_other_things(elements: list[bytes]) -> None:
    if elements and elements[0].startswith(b"{"):
        found = _keys(elements[0])
        for key, things in _OTHER_THINGS.items():
            if key in found and "text" not in found:
                msg = f"no tweets: {things}"
                raise RejectedError(msg)


def _names(users: list[msgspec.Raw]) -> dict[int, str]:
    names = {}
    for raw in users:
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            user = _user(raw)
            if user.id is not None and user.username:
                names[user.id] = user.username
    return names


def _give(record: bytes, sink: Sink, *, around: _Surroundings) -> None:
    """Give a tweet of its own, and those that are flattened into it, to the sink."""
    tweet = _tweet(record)
    references = tweet.referenced_tweets or []
    if any(reference.type == "retweeted" for reference in references):
        sink.carrier()
    else:
        sink.tweet(_sighting(tweet, around))
    for reference in references:
        _give_embedded(reference, sink, names=around.names)


def _give_embedded(tweet: Tweet, sink: Sink, *, names: dict[int, str]) -> None:
    inner = tweet.referenced_tweets or []
    is_retweet = any(reference.type == "retweeted" for reference in inner)
    if not is_retweet and tweet.text is not None and tweet.id and 0 < tweet.id < 2**63:
        sink.embedded(_sighting(tweet, _Surroundings(names)))


def _sighting(tweet: Tweet, around: _Surroundings) -> Sighting:
    note = tweet.note_tweet if tweet.note_tweet and tweet.note_tweet.text else None
    text = note.text if note else tweet.text
    if tweet.id is None or text is None:
        msg = f"no tweet: no {'id' if tweet.id is None else 'text'}"
        raise RejectedError(msg)
    author = tweet.author or User()
    author_id = author.id if tweet.author_id is None else tweet.author_id
    parts = [tweet.entities, note.entities if note else None]
    metrics = tweet.public_metrics or Metrics()
    referenced = {reference.type: reference.id for reference in tweet.referenced_tweets or []}
    known = around.counts_are_known
    return Sighting(
        tweet_id=tweet.id,
        text=text,
        author_id=author_id,
        author_name=author.username or around.names.get(author_id or 0),
        created_at=moment(tweet.created_at) if tweet.id < FIRST_SNOWFLAKE else None,
        lang=tweet.lang,
        reply_to_id=referenced.get("replied_to"),
        reply_to_author_id=tweet.in_reply_to_user_id,
        conversation_id=tweet.conversation_id,
        quoted_id=referenced.get("quoted"),
        hashtags=[tag.tag for part in parts if part for tag in part.hashtags or () if tag.tag],
        likes=_count(metrics.like_count, known=known),
        retweets=_count(metrics.retweet_count, known=known),
        replies=_count(metrics.reply_count, known=known),
        quotes=_count(metrics.quote_count, known=known),
        is_truncated=note is None and is_cut(text),
        is_sensitive=tweet.possibly_sensitive,
        has_media=bool(tweet.attachments and tweet.attachments.media_keys),
    )


def _count(count: int | None, *, known: bool) -> int | None:
    # The stream shows a tweet that is seconds old: its zeros say nothing.
    return count if count is not None and (count > 0 or (known and count == 0)) else None
