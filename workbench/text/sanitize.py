"""Make hostile text safe to show.

Tweets can contain characters that hide text, reorder it or paint over the lines around it. Pages,
reports and charts show every text of a dump through `visible` or `plain`.
"""

import re

#: Characters that hide, reorder or displace text.
HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # change of direction
    "\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"  # zero width
    "\u115f\u1160\u2800\u3164\uffa0"  # blank letters
    "\U000e0000-\U000e007f"  # tags: invisible copies of ASCII
    "\ud800-\udfff"  # lone surrogates
    "]"
)
#: Joiners next to ASCII or Latin-1. Joiners belong in emoji and in Persian or Indic words only.
STRAY_JOINER = re.compile("(?<![^\x00-\xff])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\xff])")
#: The flag of a region without a country code: a black flag and tags.
REGION_FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{1,6}\U000e007f")

_ACCENT = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
#: More accents than any language puts on one letter; they paint over the lines around them.
ACCENT_PILE = re.compile(f"({_ACCENT}{{4}}){_ACCENT}+")
#: Line breaks other than `\n`.
LINE_BREAK = re.compile("\r\n|[\r\u2028\u2029]")
#: Schemes like `https:` and `data:`, which tables of notebooks turn into links and pictures.
SCHEME = re.compile(r"\b([a-z][a-z0-9+.-]*):(?=//|[a-z]+/)", re.IGNORECASE)

#: Looks like a colon, but ends no scheme.
_RATIO_SIGN = "\u2236"


def visible(text: str) -> str:
    r"""Replace characters that hide or reorder text with their code point.

    Line breaks and tabs stay, and so do the joiners that emoji and some scripts need. A pile of
    accents is cut to four.

    Examples:
        >>> visible("a\u202eb\u200bc")
        'a⟨U+202E⟩b⟨U+200B⟩c'
    """
    text = LINE_BREAK.sub("\n", text)
    text = ACCENT_PILE.sub(r"\1", text)
    text = STRAY_JOINER.sub(_code_point, text)
    pieces, end = [], 0
    for flag in REGION_FLAG.finditer(text):
        pieces += [HIDDEN.sub(_code_point, text[end : flag.start()]), flag.group()]
        end = flag.end()
    return "".join([*pieces, HIDDEN.sub(_code_point, text[end:])])


def plain(text: str | None, *, most: int = 160) -> str:
    r"""Write a text on one line that a table shows as plain text.

    Tables of notebooks show some strings as links, pictures or markup. Schemes of addresses
    therefore lose their colon.

    Args:
        text: Any text; None becomes the empty string.
        most: Longest result, in characters; a longer text ends in an ellipsis.

    Examples:
        >>> plain("look \n up", most=6)
        'look …'
    """
    line = " ".join(visible(text or "").split())
    line = SCHEME.sub(rf"\1{_RATIO_SIGN}", line)
    return line if len(line) <= most else line[: most - 1] + "…"


def _code_point(match: re.Match[str]) -> str:
    return f"⟨U+{ord(match.group()):04X}⟩"
