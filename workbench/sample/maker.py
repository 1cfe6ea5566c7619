"""Make up single tweets of the synthetic dump, and their ids."""

import random

from workbench.sample.plan import Plan, Tally
from workbench.sample.statuses import EPOCH_MS, Draft
from workbench.sample.texts import Deck, load
from workbench.sample.users import USERS

#: Percentage of each language, similar to real minutes of July 2019.
LANGUAGES = {"en": 33, "ja": 22, "und": 6, "ko": 6, "ar": 6, "th": 6, "es": 6, "in": 4, "pt": 3}
LANGUAGES |= {"tr": 2, "fr": 2, "tl": 1, "hi": 1, "it": 1, "de": 1, "ru": 1}


class Maker:
    """Make up tweets and count them.

    Args:
        plan: What to write.
        tally: Counts the tweets.
        rng: Source of randomness.
    """

    def __init__(self, plan: Plan, tally: Tally, rng: random.Random) -> None:
        self._start_ms, self._tally, self._rng = plan.start_ms, tally, rng
        self._made = 0
        self._langs = [lang for lang, weight in LANGUAGES.items() for _ in range(weight)]
        self._decks: dict[tuple[str, bool], Deck] = {}
        noise = load("sample_noise")
        for lang in LANGUAGES:
            posts = [card for card in noise if (card.lang, card.kind) == (lang, "post")]
            replies = [card for card in noise if (card.lang, card.kind) == (lang, "reply")]
            self._decks[lang, False] = Deck(posts, rng)
            self._decks[lang, True] = Deck(replies or posts, rng)

    def count(self, draft: Draft) -> None:
        """Count a tweet of the dump."""
        self._tally.distinct += 1
        self._tally.replies += draft.answers is not None

    def original(self) -> Draft:
        """Make up a tweet from before the dump, to be embedded; some quote another."""
        age_ms = min(10**11, int(600_000 * self._rng.paretovariate(0.6)))
        draft = self.tweet(self._start_ms - age_ms, replies=self._rng.random() < 0.08)
        draft.has_photo = self._rng.random() < 0.35
        draft.counts = self.popularity()
        if self._rng.random() < 0.08:
            draft.quotes = self.tweet(self._start_ms - 2 * age_ms)
        return draft

    def tweet(self, ms: int, *, replies: bool = False) -> Draft:
        """Make up a tweet outside all threads; a reply answers a tweet that is not in the dump."""
        rng = self._rng
        lang = rng.choice(self._langs)
        draft = Draft(
            tweet_id=self.tweet_id(ms),
            author=rng.randrange(USERS),
            text=self._decks[lang, replies].deal().turns[0].text,
            lang=lang,
            has_photo=rng.random() < 0.12,
            is_sensitive=rng.random() < 0.015,
        )
        if replies:
            draft.answer(self.tweet_id(ms - 2 ** rng.randrange(14, 30)), rng.randrange(USERS))
        self.count(draft)
        return draft

    def popularity(self) -> tuple[int, int, int, int]:
        """Draw the counts of quotes, replies, retweets and likes of a tweet; most are zero."""
        likes = min(900_000, int(self._rng.paretovariate(0.7)) - 1)
        return likes // 40, likes // 15, likes // 4, likes

    def tweet_id(self, ms: int) -> int:
        """Make a snowflake. The sample stream contains ten milliseconds of each second.

        The low bits are a permutation of a running number, so ids are distinct. They are odd.
        """
        self._made += 1
        low = (self._made * 0x9E3779B1 & 0x1FFFFF) << 1 | 1
        return (ms - ms % 1000 + 657 + self._rng.randrange(10) - EPOCH_MS) << 22 | low
