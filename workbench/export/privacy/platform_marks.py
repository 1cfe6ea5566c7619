"""Find what tweets contain only because they are tweets, and no reader of a record needs.

`anonymize` removes it if the recipe says `tidy`. All patterns are for polars, whose engine runs in
linear time on any text.
"""

import polars as pl

from workbench.text.patterns import HANDLE, HASHTAG, LEADING_MENTIONS, LINK_LIKE

_LINK = rf"(?:{LINK_LIKE})"
#: Links after a mark, which stay, up to the end of the text.
_LINKS = rf"((?:\s+{_LINK})*)\s*$"
#: The end of a sentence, perhaps in quotation marks or brackets.
_SENTENCE_END = r"([.!?…)\]\"”]|\p{Emoji_Presentation})"
_PART = r"\d{1,2}/\d{1,2}"

#: Kind -> (pattern, replacement) in the order of removal: marks of any tweet.
MARKS = {
    # The label of a numbered question or answer in a chat: "Q2: ...", "A1. ...", "Q3 How ...".
    "chat_label": (
        r"^\s*(?:(?:[QA]\d{1,2}[a-d]?\s?[.:)]\s*)+|Q\d{1,2}[a-d]?\s+((?i:how|what|why|which|when|"
        r"where|who|do|does|is|are|can|should)\b))",
        "$1",
    ),
    # The number of a part: "1/ First", "2/5 And". "1/2 cup" is none.
    "part_at_start": (r"^\s*\(?\d{1,2}/\d{0,2}[.):]*\s+(\p{Lu})", "$1"),
    # The same at the end: "... so far. 1/5", "... (2/3)". "24/7" and "add 1/2" are none.
    "part_at_end": (
        rf"(?:([.!?…,;:\"”])\s+{_PART}|\s*\n\s*\(?{_PART}\)?|\s+\({_PART}\)){_LINKS}",
        "$1$2",
    ),
    # The name of a chat: "#edchat". Other hashtags of an opening tweet can name its topic.
    "chat_tags": (rf"{_SENTENCE_END}(?:\s+[#＃]\w*(?i:chat)\b)+{_LINKS}", "$1$2"),
}
#: The same for replies only.
REPLY_MARKS = {
    # Hashtags after the end of the last sentence.
    "hashtags_at_end": (rf"{_SENTENCE_END}(?:\s+{HASHTAG})+{_LINKS}", "$1$2"),
    # How the staff of a company signs.
    # Initials: "^AB", "*TCH", "/JP".
    "signature": (rf"\s+(?:[\^*~]\s?\p{{Lu}}{{1,4}}|/\s?\p{{Lu}}{{2,4}}){_LINKS}", "$1"),
    # A first name or initials after a sentence: "-Becky", "- Mark", "-TW".
    "signed_name": (
        rf"{_SENTENCE_END}(?:\s*-\s?\p{{Lu}}{{1,3}}|\s+[-–—~]\s?\p{{Lu}}\p{{L}}{{1,10}}){_LINKS}",
        "$1$2",
    ),
}
#: Links after the end of the last sentence: a picture, a page, the quoted tweet. Hashtags stay.
LINKS_AT_END = (rf"{_SENTENCE_END}((?:\s+{HASHTAG})*)(?:\s+{_LINK})+\s*$", "$1$2")

#: A mention before a verb is part of the sentence: "@ann is right".
_IS_SUBJECT = (
    rf"(?i)^[\s.]*(?:{HANDLE}[,:;]?\s+)+(?:and|&|or|vs\.?|is|are|was|were|has|have|had|will|would|"
    r"can|could|should|may|might|must|does|do|did|just|also|never|always|now|really|said|says)\b"
)
#: But not before an inverted one: "@ann is it true ...?".
_IS_INVERTED = (
    rf"(?i)^[\s.]*(?:{HANDLE}[,:;]?\s+)+(?:is|are|was|were|has|have|had|will|would|can|could|should|"
    r"may|must|does|do|did)(?:n['’]t)? (?:it|there|this|that|these|those|i|you|u|we|he|she|they|"
    r"any\w*|some\w*)\b|(?i)^[\s.]*(?:"
    rf"{HANDLE}[,:;]?\s+)+(?:now|just|also) (?:that|what|why|how|when|to|wonder\w*|curious)\b"
)


def addresses_somebody(text: pl.Series) -> pl.Series:
    """Return whether an opening tweet begins with mentions that its sentence does not need.

    Examples:
        >>> texts = ["@ann how do I?", "@ann is it ok?", "@ann is right", "ask @ann"]
        >>> addresses_somebody(pl.Series(texts)).to_list()
        [True, True, False, False]
    """
    is_subject = text.str.contains(_IS_SUBJECT) & ~text.str.contains(_IS_INVERTED)
    return text.str.contains(LEADING_MENTIONS) & ~is_subject
