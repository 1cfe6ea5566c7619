"""Regular expressions for personal data in tweets.

They prefer matching a harmless number to missing a phone number. They are for polars, whose engine
runs in linear time on any text. The matches of the kinds in `CHECKS` are checked one by one.
"""

import re
from collections.abc import Callable

#: End of a truncated tweet: its last, cut word, the ellipsis, and the link to the full tweet.
CUT_TAIL = r"\s*\S*…\s*(?:https?:\S*)?\s*$"

#: The part of an e-mail address after the @.
_HOST = (
    r"[\p{Latin}0-9-]+(?:(?:\.|\s*[\[(]\s*dot\s*[\])]\s*)[\p{Latin}0-9-]+)*"
    r"(?:\.|\s*[\[(]\s*dot\s*[\])]\s*)[a-z]{2,}"
)
#: An e-mail address; group 1 is the character before the @, group 2 everything after it.
ADDRESS = rf"(?i)([\p{{Latin}}0-9_])@({_HOST})"

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
CARD = r"\b\d(?:[ -]?\d){12,18}\b"
#: Kind -> pattern, in the order of masking. Secret scanners look for the same forms of keys:
#: OpenAI, AWS, GitHub, GitLab, Slack, Google, Stripe, Hugging Face, JWT, PEM.
PERSONAL = {
    "key": (
        r"\b(?:sk-[A-Za-z0-9_-]{20,}|(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}"
        r"|github_pat_\w{30,}|glpat-[\w-]{20,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|AIza[\w-]{35}"
        r"|[sprw]k_(?:live|test)_[A-Za-z0-9]{16,}|hf_[A-Za-z0-9]{30,}"
        r"|eyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)?)"
        r"|-----BEGIN [A-Z ]*PRIVATE KEY-----\S*"
    ),
    "email": (r"(?i)[\p{Latin}0-9._%+-]+(?:@|\s*[\[(]\s*at\s*[\])]\s*)" + _HOST),
    "ip": (
        rf"\b{_OCTET}(?:\.{_OCTET}){{3}}\b"
        r"|\b(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}\b"
        r"|\b[0-9a-fA-F]{3,4}:(?:[0-9a-fA-F]{1,4}:){0,5}(?::[0-9a-fA-F]{1,4}){1,6}\b"
    ),
    "card": CARD,
    "phone": (
        r"(?:\+|\b00)[1-9](?:[ ().-]{0,2}\d){6,13}\b"
        r"|(?:\(\d{3}\) ?|\b\d{3}[ .-])\d{3}[ .-]\d{4}\b"
        r"|\b0\d{2,4}[ /.-]?\d{3,4}[ .-]?\d{3,4}\b|\b\d{10,11}\b|\b\d{5}[ -]\d{5}\b"
    ),
}


#: What comes before a number of a version or a section: a letter, a dot, or one of these words.
_VERSION_BEFORE = re.compile(
    r"(?:[^\W_]|\d[.]|§ ?|\b(?:v|ver|versions?|build|firmware|fw|releases?d?|rev|revision|updated?"
    r"|upgraded?|patch|hotfix|drivers?|kernel|alpha|beta|stable|rc|sdk|api|bios|i?os|ios|i?pados"
    r"|mac ?os(?: x)?|osx|tvos|watchos|android|windows|win|linux|ubuntu|debian|chrome|chromium"
    r"|firefox|safari|opera|edge|java|jre|jdk|python|php|ruby|node|flash|player|itunes|office"
    r"|skype|steam|nvidia|directx|sections?|sec|chapter|clause|article|paragraph|step|figure|fig"
    r"|table)[.:]?\s{0,3}(?:(?:to|from|is|number|no[.]?|=)\s{1,3})?)$",
    re.IGNORECASE,
)
#: What comes after a number of a version: more of it, or the kind of release.
_VERSION_AFTER = re.compile(
    r"[.]\d|[-+ ]?(?:alpha|beta|rc\d?|dev|snapshot|build|firmware|update|patch|release)\b",
    re.IGNORECASE,
)
#: Characters before a number that are looked at.
_BEFORE = 40


def is_address(match: re.Match[str]) -> bool:
    """Check whether what looks like an IP address is one, and no version or section number.

    Examples:
        >>> texts = ["ping 10.3.3.1", "iOS 10.3.3.1", "v1.2.3.4", "0.9.8.1"]
        >>> [is_address(re.search("[0-9][0-9.]+", text)) for text in texts]
        [True, False, False, False]
    """
    if ":" in match[0] or match[0].startswith(("192.168.", "127.0.0.")):
        return True
    before = match.string[max(match.start() - _BEFORE, 0) : match.start()]
    is_version = _VERSION_BEFORE.search(before) or _VERSION_AFTER.match(match.string, match.end())
    return not is_version and not match[0].startswith("0.")


def passes_luhn(number: str) -> bool:
    """Check whether the last digit is a correct check digit of a card number (Luhn).

    Examples:
        >>> passes_luhn("4111 1111 1111 1111"), passes_luhn("4111 1111 1111 1112")
        (True, False)
    """
    digits = [int(character) for character in number if character.isdecimal()]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


#: Kind -> check that a match must pass to be masked.
CHECKS: dict[str, Callable[[re.Match[str]], bool]] = {
    "ip": is_address,
    "card": lambda match: passes_luhn(match[0]),
}
