"""Read the hand-written tweets of the synthetic dump, and vary them."""

import random
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

import msgspec

#: Longest tweet since November 2017, in characters.
LONGEST = 280

_OPENINGS = (
    "Quick question: ",
    "Asking for a friend: ",
    "ok so ",
    "Hey all, ",
    "Twitter, help me out. ",
    "Serious question. ",
    "Been wondering, ",
    "Right, ",
)
_CLOSINGS = (
    " Any help appreciated!",
    " Thanks in advance",
    " pls help",
    " 🙏",
    " Google was no use",
    " Been at it all day",
    " #help",
    " #askingforafriend",
)
_ANSWER_OPENINGS = ("Hi! ", "Had the same. ", "Ah, easy one: ", "So: ", "Good question! ", "Yep, ")
_ANSWER_CLOSINGS = (
    " Hope that helps!",
    " Good luck!",
    " Let me know how it goes",
    " 🙂",
    " Works for me anyway",
    " Shout if it doesn't work",
)
_NOISE_CLOSINGS = (" 😂", " 😭", " 🔥", " ❤️", " 🙄", " 💀", "!!", " ...", " ✨", " 👀", " 🎉")
_TAGS = ("monday", "mood", "life", "tbt", "love", "fail", "music", "football", "travel", "news")
_LOOSER = (
    (" you ", " u "),
    ("please", "pls"),
    (" is not ", " isn't "),
    (" do not ", " don't "),
    (" and ", " & "),
    (" because ", " bc "),
    ("really", "rly"),
    (" about ", " abt "),
    (" to ", " 2 "),
)


class Turn(msgspec.Struct, array_like=True, frozen=True):
    """A tweet of a conversation: number of its author (0 is the opener), parent turn and text."""

    author: int
    parent: int | None
    text: str


class Conversation(msgspec.Struct, frozen=True):
    """A conversation, or a single tweet of kind `post` or `reply`; `question` is genuine."""

    kind: str
    topic: str
    lang: str
    turns: tuple[Turn, ...]


@cache
def load(name: str) -> tuple[Conversation, ...]:
    """Read a shipped file of hand-written texts.

    Examples:
        >>> {conversation.kind for conversation in load("sample_conversations")}
        {'question'}
    """
    data = resources.files("workbench").joinpath("data", f"{name}.jsonl").read_bytes()
    return tuple(msgspec.json.Decoder(Conversation).decode_lines(data))


class Deck:
    """Deal conversations in shuffled order: unchanged in the first round, varied afterwards."""

    def __init__(self, conversations: Sequence[Conversation], rng: random.Random) -> None:
        self._cards = conversations
        self._rng = rng
        self._order = rng.sample(range(len(conversations)), len(conversations))
        self._dealt = 0

    def deal(self) -> Conversation:
        """Return the next conversation."""
        if self._dealt and self._dealt % len(self._cards) == 0:
            self._rng.shuffle(self._order)
        card = self._cards[self._order[self._dealt % len(self._cards)]]
        self._dealt += 1
        return card if self._dealt <= len(self._cards) else self._varied(card)

    def put_back(self) -> None:
        """Return the last conversation to the deck; it is dealt next."""
        self._dealt -= 1

    def _varied(self, card: Conversation) -> Conversation:
        question = card.kind == "question"
        turns = tuple(
            Turn(turn.author, turn.parent, self._text(turn, question=question, lang=card.lang))
            for turn in card.turns
        )
        return msgspec.structs.replace(card, turns=turns)

    def _text(self, turn: Turn, *, question: bool, lang: str) -> str:
        text = turn.text
        if not question:
            return vary_noise(text, self._rng)
        if turn.author:
            return vary(text, self._rng, before=_ANSWER_OPENINGS, after=_ANSWER_CLOSINGS)
        if turn.parent is None:
            return vary(text, self._rng, before=_OPENINGS, after=_CLOSINGS)
        return vary(text, self._rng, before=("",), after=_NOISE_CLOSINGS)


def vary(text: str, rng: random.Random, *, before: tuple[str, ...], after: tuple[str, ...]) -> str:
    """Vary an English text, within 280 characters.

    Args:
        text: The hand-written text.
        rng: Source of randomness.
        before: Phrases to choose an opening from.
        after: Phrases to choose an ending from.
    """
    dice = rng.getrandbits(30)
    if dice & 1:
        old, new = _LOOSER[(dice >> 1) % len(_LOOSER)]
        text = text.replace(old, new, 1)
    if dice & 0x300 == 0x300:
        text = _typo(text, dice >> 10)
    if dice & 0xC00 == 0xC00:
        text = text[:1].lower() + text[1:].removesuffix(".")
    for phrase, wanted in (
        (after[(dice >> 12) % len(after)], dice & 2),
        (before[(dice >> 20) % len(before)], dice & 4),
    ):
        if wanted and len(text) + len(phrase) <= LONGEST:
            text = text + phrase if phrase in after else phrase + text
    return text


def vary_noise(text: str, rng: random.Random) -> str:
    """Change the ending, number or hashtag of a noise tweet in any language, or nothing."""
    dice = rng.getrandbits(30)
    if dice & 1:
        text += _NOISE_CLOSINGS[(dice >> 8) % len(_NOISE_CLOSINGS)]
    if dice & 6 == 6:
        text += f" #{_TAGS[(dice >> 12) % len(_TAGS)]}"
    elif dice & 24 == 24:
        text = re.sub(r"(?<![\w/])\d\d", lambda _: f"{(dice >> 9) % 90 + 10}", text, count=1)
    return text[:LONGEST]


def _typo(text: str, dice: int) -> str:
    """Swap two neighbouring letters of a word; keep links, mentions and numbers."""
    words = text.split(" ")
    at = dice % len(words)
    word = words[at]
    if len(word) > 4 and word.isascii() and word.isalpha():
        middle = 1 + dice % (len(word) - 2)
        words[at] = word[:middle] + word[middle + 1] + word[middle] + word[middle + 2 :]
    return " ".join(words)
