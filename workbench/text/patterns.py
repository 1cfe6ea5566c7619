r"""Regular expressions for mentions, links, hashtags and words in tweets.

Mentions and links come in two widths. `MENTION` and `LINK` follow the platform's rules and serve
to measure and compare texts. `HANDLE` and `LINK_LIKE` serve to remove personal data: they prefer a
false match to a missed handle.

All patterns are for polars, whose engine takes linear time on any text.
"""

#: A link as the platform writes it. Its own shortener writes at least `t.co/x`.
LINK = r"(?i)\bhttps?://\S+"
#: A link with or without a scheme. It ends before closing punctuation and before CJK text.
LINK_LIKE = (
    r"(?i)(?:https?://|www\.|pic\.twitter\.com/|\bt\.co/)"
    r"[^\s\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\"<>]*"
    r"[^\s\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\"<>.,;:!?)\]'…]"
)

#: A mention: a screen name has 1 to 15 word characters. An address like `me@host` is no mention.
MENTION = r"(?:^|\B)[@＠]\w{1,15}\b"
#: A screen name after an `@` anywhere in a text, even longer than the platform allows.
HANDLE = r"[@＠][A-Za-z0-9_]+"
#: Mentions that the platform puts before a reply, also after a dot.
LEADING_MENTIONS = rf"^[\s.]*(?:{HANDLE}[,:;]?(?:\s+|$))+"
#: The screen name in the first of them, also between invisible marks.
FIRST_MENTION = r"^[\s.\p{Cf}]*[@＠]([A-Za-z0-9_]+)[,:;\p{Cf}]*(?:\s|$)"

#: The prefix of a tweet that was copied by hand, like `RT @name:`. The name is optional.
RETWEET_PREFIX = r"^\s*(?:RT|MT)\s+(?:@\w+)?:?"
#: The same prefix with a name, and the white space after it.
RETWEET_OF_HANDLE = rf"^\s*(?:RT|MT)\s+{HANDLE}:?\s*"

#: A hashtag. It may begin with a full-width sign.
HASHTAG = r"[#＃]\w+"
#: Hashtags that end a text without being words of its sentence: any number of them after a full
#: stop, or at least two.
TRAILING_HASHTAGS = rf"([.!?…])\s*(?:{HASHTAG}\s*)+$|(?:\s{HASHTAG}){{2,}}\s*$"

#: A character that nobody sees: it changes the direction of a text, takes up no room, or is an
#: invisible copy of ASCII.
_INVISIBLE = (
    r"[\x{00AD}\x{061C}\x{180E}\x{200B}\x{200E}\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}"
    r"\x{FEFF}\x{FFF9}-\x{FFFB}\x{E0000}-\x{E007F}]"
)
#: The zero width joiner and the zero width non-joiner.
JOINER = r"[\x{200C}\x{200D}]"
#: What a joiner may follow: an emoji with its modifiers, or a letter of a script whose letters
#: change their shape beside others.
_JOINS = (
    r"[\p{Extended_Pictographic}\p{Emoji_Modifier}\x{FE0F}\x{20E3}\p{Arabic}\p{Syriac}\p{Nko}"
    r"\p{Mongolian}\p{Thaana}\p{Adlam}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}"
    r"\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Myanmar}\p{Tibetan}]"
)
#: A flag of England and its like: a black flag and invisible letters.
_FLAG = r"\x{1F3F4}[\x{E0030}-\x{E0039}\x{E0061}-\x{E007A}]+\x{E007F}"
#: An invisible character. Group 1 is what must stay: an emoji, or a letter with its joiner.
INVISIBLE = rf"({_JOINS}{JOINER}|{_FLAG})|{JOINER}|{_INVISIBLE}"

#: An apostrophe, as phones, word processors and typewriters write it.
APOSTROPHE = r"['’‘ʼ]"
#: A character of a script that is written without spaces; U+30FC makes Japanese vowels long.
UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\x{30FC}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
#: A word, or one character of a script without spaces.
WORD = rf"{UNSPACED}|[\p{{L}}\p{{M}}\p{{N}}]+"
