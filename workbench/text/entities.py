"""Decode the HTML entities of texts, which the platform writes for `&`, `<` and `>`."""

import html
import re

#: A character reference with so many digits names no character.
_LONG_NUMBER = re.compile(r"&#[0-9]{1000,};?")


def decode(text: str) -> str:
    """Decode HTML entities once; a reference to no character becomes U+FFFD.

    Examples:
        >>> decode("&lt;3 &amp;amp;"), decode("&#" + "9" * 5000 + ";") == "\ufffd"
        ('<3 &amp;', True)
    """
    try:
        return html.unescape(text)
    except ValueError:  # Python refuses to read a number of thousands of digits
        return html.unescape(_LONG_NUMBER.sub("\ufffd", text))
