"""Describe the hashtags, links, mentions and photos of made-up tweets, as the platform does."""

import re
from typing import Any
from zlib import crc32

from workbench.sample.users import USERS, display_name, user_id
from workbench.splitmix import GOLDEN

_ENTITY = re.compile(r"(?<![\w&/])#(\w*[^\W\d]\w*)|(?<!\w)@(\w{1,15})|(https://t\.co/\w{10})")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SIZES = {
    "thumb": {"w": 150, "h": 150, "resize": "crop"},
    "large": {"w": 1080, "h": 810, "resize": "fit"},
    "small": {"w": 680, "h": 510, "resize": "fit"},
    "medium": {"w": 1080, "h": 810, "resize": "fit"},
}


def short_link(number: int) -> str:
    """Make up a link of the platform's shortener, always 23 characters."""
    number = number * GOLDEN & 0xFFFFFFFFFFFFFFFF
    token = ""
    for _ in range(10):
        number, digit = divmod(number, 62)
        token += _DIGITS[digit]
    return f"https://t.co/{token}"


def link_entity(link: str, expanded: str, end: int) -> dict[str, Any]:
    """Describe a link that ends at a character of the text."""
    shown = expanded.removeprefix("https://")
    return {
        "url": link,
        "expanded_url": expanded,
        "display_url": shown if len(shown) < 27 else shown[:26] + "…",
        "indices": [end - 23, end],
    }


def entities(text: str, known: dict[str, int]) -> dict[str, Any]:
    """Find hashtags, links and mentions. Indices count the escaped text, as in real dumps.

    Args:
        text: Text, HTML-escaped.
        known: Screen name -> number of the users that exist; other names get made-up users.
    """
    result: dict[str, Any] = {"hashtags": [], "urls": [], "user_mentions": [], "symbols": []}
    if "#" not in text and "@" not in text and "https" not in text:
        return result
    for match in _ENTITY.finditer(text):
        tag, name, link = match.groups()
        if tag:
            result["hashtags"].append({"text": tag, "indices": list(match.span())})
        elif link:
            expanded = f"https://example.com/{link[-10:].lower()}"
            result["urls"].append(link_entity(link, expanded, match.end()))
        else:
            number = known.get(name, crc32(name.encode()) % USERS)
            result["user_mentions"].append(
                {
                    "screen_name": name,
                    "name": display_name(number),
                    "id": user_id(number),
                    "id_str": str(user_id(number)),
                    "indices": list(match.span()),
                }
            )
    return result


def photo(tweet_id: int, screen_name: str, end: int) -> dict[str, Any]:
    """Describe the photo of a tweet. Its link ends at character `end` of the text."""
    link = short_link(tweet_id)
    media = f"://pbs.twimg.com/media/D-{link[-10:]}UcAA.jpg"
    return {
        "id": tweet_id - 4_096,
        "id_str": str(tweet_id - 4_096),
        "indices": [end - 23, end],
        "media_url": f"http{media}",
        "media_url_https": f"https{media}",
        "url": link,
        "display_url": f"pic.twitter.com/{link[-10:]}",
        "expanded_url": f"https://twitter.com/{screen_name}/status/{tweet_id}/photo/1",
        "type": "photo",
        "sizes": _SIZES,
    }
