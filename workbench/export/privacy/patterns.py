"""Regular expressions for personal data in tweets.

They prefer matching a harmless number to missing a phone number. All but `CARD` are for polars,
whose engine runs in linear time on any text.
"""

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
        r"|(?i)\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b"
        r"|(?i)\b[0-9a-f]{3,4}:(?:[0-9a-f]{1,4}:){0,5}(?::[0-9a-f]{1,4}){1,6}\b"
    ),
    "card": CARD,
    "phone": (
        r"(?:\+|\b00)[1-9](?:[ ().-]{0,2}\d){6,13}\b"
        r"|(?:\(\d{3}\) ?|\b\d{3}[ .-])\d{3}[ .-]\d{4}\b"
        r"|\b0\d{2,4}[ /.-]?\d{3,4}[ .-]?\d{3,4}\b|\b\d{10,11}\b|\b\d{5}[ -]\d{5}\b"
    ),
}


def passes_luhn(number: str) -> bool:
    """Check whether the last digit is a correct check digit of a card number (Luhn).

    Examples:
        >>> passes_luhn("4111 1111 1111 1111"), passes_luhn("4111 1111 1111 1112")
        (True, False)
    """
    digits = [int(character) for character in number if character.isdecimal()]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
