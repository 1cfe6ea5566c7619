"""Write made-up tweets in the shape of the v1.1 stream of 2019."""

import html
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from workbench.sample.entities import entities, link_entity, photo, short_link
from workbench.sample.users import moment, screen_name, user, user_id

#: Millisecond of snowflake 0, UTC.
EPOCH_MS = 1_288_834_974_657

_SOURCES = (
    ("http://twitter.com/download/iphone", "Twitter for iPhone", 41),
    ("http://twitter.com/download/android", "Twitter for Android", 37),
    ("http://twitter.com", "Twitter Web Client", 6),
    ("https://mobile.twitter.com", "Twitter Web App", 6),
    ("http://twitter.com/#!/download/ipad", "Twitter for iPad", 3),
    ("https://about.twitter.com/products/tweetdeck", "TweetDeck", 3),
    ("https://example.com/bots", "botmaker", 4),
)
_CLIENTS = [
    f'<a href="{link}" rel="nofollow">{name}</a>' for link, name, weight in _SOURCES
    for _ in range(weight)
]  # fmt: skip
_PLACE = {
    "id": "5d838f7a011f4a2d",
    "url": "https://api.twitter.com/1.1/geo/id/5d838f7a011f4a2d.json",
    "place_type": "city",
    "name": "Manchester",
    "full_name": "Manchester, England",
    "country_code": "GB",
    "country": "United Kingdom",
    "bounding_box": {
        "type": "Polygon",
        "coordinates": [[[-2.3, 53.3], [-2.3, 53.5], [-2.1, 53.5], [-2.1, 53.3]]],
    },
    "attributes": {},
}


@dataclass(slots=True, kw_only=True)
class Draft:
    """A tweet before it is written.

    Args:
        tweet_id: Its snowflake.
        author: Number of its author, see `users`.
        text: Text without the mentions of a reply, HTML not escaped.
        quotes: The tweet that it quotes.
        counts: Quotes, replies, retweets and likes, shown if the tweet is embedded.
        answers: Tweet id and author number of the parent.
        addressed: Screen name -> number of the users that a reply mentions at its start.
    """

    tweet_id: int
    author: int
    text: str
    lang: str
    quotes: "Draft | None" = None
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    has_photo: bool = False
    is_sensitive: bool = False
    answers: tuple[int, int] | None = None
    addressed: dict[str, int] = field(default_factory=dict)

    def answer(self, parent: int, author: int, *, others: Iterable[int] = ()) -> None:
        """Make it a reply that mentions the parent's author and others, but not its own author."""
        self.answers = (parent, author)
        self.addressed = {screen_name(one): one for one in (author, *others) if one != self.author}

    @property
    def created_ms(self) -> int:
        """Read the time from the snowflake, in milliseconds since 1970, UTC."""
        return (self.tweet_id >> 22) + EPOCH_MS

    @property
    def mentions(self) -> str:
        """Write the mentions that open a reply, with the space after them."""
        return "".join(f"@{name} " for name in self.addressed)

    @property
    def full_text(self) -> str:
        """Write the whole text, HTML-escaped as the platform does."""
        photo = f" {short_link(self.tweet_id)}" if self.has_photo else ""
        return html.escape(self.mentions + self.text, quote=False) + photo


def line(message: dict[str, Any]) -> bytes:
    r"""Encode one message as the stream does: ASCII, escaped slashes, CRLF.

    Examples:
        >>> line({"text": "</é>"})
        b'{"text":"\\u003c\\/\\u00e9\\u003e"}\r\n'
    """
    text = json.dumps(message, separators=(",", ":"))
    text = text.replace("/", r"\/").replace("<", r"\u003c").replace(">", r"\u003e")
    return text.encode("ascii") + b"\r\n"


def status(draft: Draft, *, embedded: bool = False) -> dict[str, Any]:
    """Build a tweet.

    The stream shows a tweet at the moment it is sent, so all its counts are 0. Embedded tweets
    have true counts, and no `timestamp_ms`.
    """
    full, hidden = draft.full_text, len(draft.mentions)
    end = len(full) - 24 * draft.has_photo
    truncated = len(full) > 140
    text = _cut(full) + f"… {short_link(draft.tweet_id + 1)}" if truncated else full
    has_range = hidden or (draft.has_photo and not truncated)
    shown = [hidden, len(text) if truncated else end] if has_range else None
    message = _head(draft, text, shown=shown, truncated=truncated)
    if draft.quotes:
        _quoted(message, draft.quotes)
    message["is_quote_status"] = draft.quotes is not None
    outer = found_entities = entities(full[:end], draft.addressed)
    if draft.has_photo:
        found_entities["media"] = [photo(draft.tweet_id, screen_name(draft.author), len(full))]
    if truncated:
        extended: dict[str, Any] = {
            "full_text": full,
            "display_text_range": [hidden, end],
            "entities": found_entities,
        }
        if draft.has_photo:
            extended["extended_entities"] = {"media": found_entities["media"]}
        message["extended_tweet"] = extended
        link = f"https://twitter.com/i/web/status/{draft.tweet_id}"
        outer = entities(text[:-25], draft.addressed)
        outer["urls"].append(link_entity(text[-23:], link, len(text)))
    _foot(message, outer, draft, counts=draft.counts if embedded else (0, 0, 0, 0))
    if not embedded:
        message["timestamp_ms"] = str(draft.created_ms)
    return message


def retweet(draft: Draft, original: Draft) -> dict[str, Any]:
    """Build a plain retweet, a line that only carries another tweet."""
    name = screen_name(original.author)
    text = f"RT @{name}: {original.full_text}"
    if len(text) > 140:
        text = text[:139] + "…"
    known = {name: original.author}
    message = _head(draft, text)
    message["retweeted_status"] = status(original, embedded=True)
    if original.quotes:
        _quoted(message, original.quotes)
    message["is_quote_status"] = original.quotes is not None
    found_entities = entities(text.rstrip("…"), known)
    _foot(message, found_entities, draft, counts=(0, 0, 0, 0))
    message["timestamp_ms"] = str(draft.created_ms)
    return message


def _cut(full: str) -> str:
    """Leave room for an ellipsis and a link, without splitting a word, link or HTML entity."""
    cut = full[:115]
    space = cut.rfind(" ", 90)
    cut = cut if space < 0 else cut[:space]
    ampersand = cut.rfind("&", len(cut) - 5)
    return cut if ampersand < 0 or ";" in cut[ampersand:] else cut[:ampersand]


def _head(
    draft: Draft, text: str, *, shown: list[int] | None = None, truncated: bool = False
) -> dict[str, Any]:
    parent, author = draft.answers or (None, None)
    writer = None if author is None else user_id(author)
    message: dict[str, Any] = {
        "created_at": moment(draft.created_ms // 1000),
        "id": draft.tweet_id,
        "id_str": str(draft.tweet_id),
        "text": text,
    }
    if shown:
        message["display_text_range"] = shown
    message["source"] = _CLIENTS[draft.author % 100]
    message["truncated"] = truncated
    message["in_reply_to_status_id"] = parent
    message["in_reply_to_status_id_str"] = None if parent is None else str(parent)
    message["in_reply_to_user_id"] = writer
    message["in_reply_to_user_id_str"] = None if writer is None else str(writer)
    message["in_reply_to_screen_name"] = None if author is None else screen_name(author)
    message["user"] = user(draft.author)
    message["geo"] = message["coordinates"] = None
    message["place"] = None if draft.tweet_id % 101 else _PLACE
    message["contributors"] = None
    return message


def _foot(
    message: dict[str, Any],
    found_entities: dict[str, Any],
    draft: Draft,
    *,
    counts: tuple[int, int, int, int],
) -> None:
    names = ("quote_count", "reply_count", "retweet_count", "favorite_count")
    message.update(zip(names, counts, strict=True))
    message["entities"] = found_entities
    if "media" in found_entities:
        message["extended_entities"] = {"media": found_entities["media"]}
    message["favorited"] = message["retweeted"] = False
    if draft.is_sensitive or found_entities["urls"] or "media" in found_entities:
        message["possibly_sensitive"] = draft.is_sensitive
    message["filter_level"] = "low"
    message["lang"] = draft.lang


def _quoted(message: dict[str, Any], quoted: Draft) -> None:
    name = screen_name(quoted.author)
    message["quoted_status_id"] = quoted.tweet_id
    message["quoted_status_id_str"] = str(quoted.tweet_id)
    message["quoted_status"] = status(quoted, embedded=True)
    message["quoted_status_permalink"] = {
        "url": short_link(quoted.tweet_id),
        "expanded": f"https://twitter.com/{name}/status/{quoted.tweet_id}",
        "display": f"twitter.com/{name}/stat…",
    }
