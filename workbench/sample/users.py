"""Make up the users of the synthetic dump, each one a function of its number."""

import time
from functools import lru_cache
from typing import Any

from workbench.splitmix import GOLDEN

#: Number of distinct users.
USERS = 600_000

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FIRST = (
    "Sunny", "Red", "Tiny", "Nord", "Luna", "Kai", "Mo", "Mia", "Ben", "Zoe", "Old", "Jo",
    "Ana", "Rio", "Yuki", "Lee", "Big", "Noor", "Sam", "Ivy", "Max", "El", "The", "Dr",
)  # fmt: skip
_LAST = (
    "fox", "moon", "cat", "river", "bee", "stone", "wolf", "tea", "leaf", "byte", "star",
    "owl", "wave", "cloud", "pixel", "oak", "rain", "finch", "hill", "song", "bean",
)  # fmt: skip
_NAMES = (
    "さくら", "ゆうた@固定見て", "ねこ丸", "محمد", "نورة", "지민이", "하늘", "มะลิ", "José ⚽",
    "Duda 🌻", "Müge", "Élodie", "Putri", "Лена", "राहुल", "she/her ✨",
    "💜 fan acct 💜",
)  # fmt: skip
_PLACES = (
    None, None, None, "London", "東京", "São Paulo", "somewhere over the 🌈",
    "Jakarta", "Bangkok, Thailand", "الرياض", "서울", "México", "Lyon, France",
    "Texas, USA", "she/her",
)  # fmt: skip
_ABOUT = (
    None,
    "coffee, cats & code. opinions are my own",
    "mum of three, gardener, terrible singer 🌱",
    "バスケと音楽とラーメン。無言フォロー失礼します。",
    "fan account 💜 not affiliated | follow back",
    "لا إله إلا الله",
    "News, views and the odd pun. Retweets aren't endorsements.",
    "Estudiante de medicina 🩺 | amo a mis perros",
    "일상 | 덕질 | 맞팔 X",
    "Just here for the football ⚽ #COYB",
    "engenheira, corinthiana, feliz ✨ | ig: @naoexiste",
    "Official account of a small shop by the sea. Mon-Fri 9-5. DM for orders!",
)
#: Colours of a profile: background, link, sidebar border, sidebar fill, text.
_THEMES = (
    ("F5F8FA", "1DA1F2", "C0DEED", "DDEEF6", "333333"),
    ("000000", "E81C4F", "000000", "000000", "000000"),
    ("C0DEED", "1B95E0", "FFFFFF", "DDEEF6", "333333"),
    ("131516", "009999", "EEEEEE", "EFEFEF", "333333"),
)


@lru_cache(maxsize=4096)
def moment(seconds: int) -> str:
    """Write seconds since 1970 as the platform does, independent of the locale.

    Examples:
        >>> moment(1_562_135_340)
        'Wed Jul 03 06:29:00 +0000 2019'
    """
    at = time.gmtime(seconds)
    clock = f"{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02}"
    return (
        f"{_DAYS[at.tm_wday]} {_MONTHS[at.tm_mon - 1]} {at.tm_mday:02} {clock} +0000 {at.tm_year}"
    )


def user_id(number: int) -> int:
    """Return the id of a user: a running number for old accounts, a snowflake for new ones."""
    if number % 3:
        return 12_000_000 + number * 4_919
    return 700_000_000_000_000_000 + number * 500_000_004_001


def screen_name(number: int) -> str:
    """Return the screen name of a user: distinct, at most 15 characters."""
    last = _LAST[number // len(_FIRST) % len(_LAST)]
    return f"{_FIRST[number % len(_FIRST)]}{last[: 4 if number > 99999 else 5]}{number}"


def display_name(number: int) -> str:
    """Return the display name of a user."""
    if number % 5 < 2:
        return _NAMES[number // 5 % len(_NAMES)]
    return f"{_FIRST[number % len(_FIRST)]} {_LAST[number // 7 % len(_LAST)].title()}"


def user(number: int) -> dict[str, Any]:
    """Build a user with the keys of the stream of 2019, in their order."""
    dice = number * GOLDEN >> 8 & 0xFFFFFFFFFFFF
    background, link, border, fill, text = _THEMES[dice % len(_THEMES)]
    uid, face = user_id(number), f"{dice:012x}"
    themed = dice % 4 == 3
    theme = "://abs.twimg.com/images/themes/theme14/bg.gif" if themed else ""
    picture = f"://pbs.twimg.com/profile_images/{uid * 3 + 7}/{face[:8]}_normal.jpg"
    person: dict[str, Any] = {
        "id": uid,
        "id_str": str(uid),
        "name": display_name(number),
        "screen_name": screen_name(number),
        "location": _PLACES[dice // 11 % len(_PLACES)],
        "url": f"https://example.com/{face[:6]}" if dice % 7 == 0 else None,
        "description": _ABOUT[dice // 13 % len(_ABOUT)],
        "translator_type": "regular" if dice % 31 == 0 else "none",
        "protected": False,
        "verified": dice % 97 == 0,
        "followers_count": (dice >> 8) % (1 << (dice % 21)),
        "friends_count": (dice >> 5) % 2_400,
        "listed_count": (dice >> 9) % 40,
        "favourites_count": (dice >> 3) % 60_000,
        "statuses_count": (dice >> 2) % 120_000 + 1,
        "created_at": moment(1_230_768_000 + dice % 320_000_000),
        "utc_offset": None,
        "time_zone": None,
        "geo_enabled": dice % 3 == 0,
        "lang": None,
        "contributors_enabled": False,
        "is_translator": False,
        "profile_background_color": background,
        "profile_background_image_url": theme and f"http{theme}",
        "profile_background_image_url_https": theme and f"https{theme}",
        "profile_background_tile": themed,
        "profile_link_color": link,
        "profile_sidebar_border_color": border,
        "profile_sidebar_fill_color": fill,
        "profile_text_color": text,
        "profile_use_background_image": True,
        "profile_image_url": f"http{picture}",
        "profile_image_url_https": f"https{picture}",
    }
    if dice % 6:
        banner = f"https://pbs.twimg.com/profile_banners/{uid}/{1_400_000_000 + dice % 160_000_000}"
        person["profile_banner_url"] = banner
    person["default_profile"] = not themed
    person["default_profile_image"] = dice % 29 == 0
    person["following"] = person["follow_request_sent"] = person["notifications"] = None
    return person
