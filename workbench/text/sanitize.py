"""Make hostile text harmless: characters that hide, reorder or pile up become visible."""

import re

#: Characters that change the direction of what follows, hide, or only take up room.
HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    "\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"  # without width
    "\u115f\u1160\u2800\u3164\uffa0"  # blank letters
    "\U000e0000-\U000e007f"  # tags: invisible copies of ASCII
    "\ud800-\udfff"  # halves of a character
    "]"
)


#: Joiners belong in emoji and in Persian or Indic words; elsewhere they hide something.
STRAY_JOINER = re.compile("(?<![^\x00-\xff])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\xff])")


#: Flags of countries without a code of their own are a black flag and tags.
FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{1,6}\U000e007f")


#: More than four accents on one letter paint over the lines around them.
_ACCENT = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"


PILE = re.compile(f"({_ACCENT}{{4}}){_ACCENT}+")


#: `https://`, `data:` and their like, which tables of notebooks turn into links and pictures.
SCHEME = re.compile(r"\b([a-z][a-z0-9+.-]*):(?=//|[a-z]+/)", re.IGNORECASE)


def visible(text: str) -> str:
    r"""Write characters that hide or reorder text as their code point.

    Line breaks and tabs stay, and so do the joiners that emoji and some scripts need. A pile of
    accents is cut to four.

    Examples:
        >>> visible("a\u202eb\u200bc")
        'a⟨U+202E⟩b⟨U+200B⟩c'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n")
    text = STRAY_JOINER.sub(_code_point, PILE.sub(r"\1", text))
    parts, done = [], 0
    for flag in FLAG.finditer(text):
        parts += [HIDDEN.sub(_code_point, text[done : flag.start()]), flag.group()]
        done = flag.end()
    return "".join([*parts, HIDDEN.sub(_code_point, text[done:])])


def plain(text: str | None, *, most: int = 160) -> str:
    r"""Write a text on one line of a table, as nothing but text.

    Tables of notebooks show some strings as links, pictures or markup, so schemes of addresses
    lose their colon. The missing text becomes an empty string.

    Args:
        text: Any text.
        most: Characters after which the rest becomes an ellipsis.

    Examples:
        >>> plain("look \n up", most=6)
        'look …'
    """
    line = SCHEME.sub("\\1\u2236", " ".join(visible(text or "").split()))
    return line if len(line) <= most else line[: most - 1] + "…"


def _code_point(found: re.Match[str]) -> str:
    return f"⟨U+{ord(found.group()):04X}⟩"
