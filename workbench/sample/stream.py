"""Decide minute by minute what the synthetic dump contains, and write it."""

import random
from collections import defaultdict, deque

import numpy as np

from workbench.sample.maker import Maker
from workbench.sample.notices import deletions, notice
from workbench.sample.plan import BLANKS, NOTICES, Plan, Tally
from workbench.sample.statuses import Draft, line, retweet, status
from workbench.sample.texts import Conversation, Deck, load
from workbench.sample.users import USERS

#: Minutes that a thread may span.
WINDOW = 10

#: Probability that a turn only appears inside a retweet or quote, that an opening tweet is missing,
#: that it is retweeted too, and that a tweet is deleted later.
EMBEDDED, MISSING, POPULAR, DELETED = 0.08, 0.05, 0.2, 0.01

#: A future line: a draft, and the tweet that it retweets.
Event = tuple[Draft, Draft | None]


class Stream:
    """Write minute by minute; remember only what the next few minutes need.

    Args:
        plan: What to write.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.tally = plan, Tally()
        self._rng, self._bulk = random.Random(plan.seed), np.random.default_rng(plan.seed)
        self._room: dict[int, int] = {}
        self._due: defaultdict[int, list[Event]] = defaultdict(list)
        self._doomed: defaultdict[int, list[Draft]] = defaultdict(list)
        self._popular: defaultdict[int, list[Draft]] = defaultdict(list)
        self._recent: deque[Draft] = deque(maxlen=100)
        noise = load("sample_noise")
        self._questions = Deck(load("sample_conversations"), self._rng)
        self._chatter = Deck([card for card in noise if len(card.turns) > 1], self._rng)
        self._maker = Maker(plan, self.tally, self._rng)

    def minute(self, minute: int) -> bytes:
        """Write the next minute."""
        self._recent.extend(self._popular.pop(minute, ()))
        self._plan_threads(minute)
        events = self._due.pop(minute, [])
        while len(events) < self.plan.statuses(minute):
            events.append(self._filler(minute))
        events.sort(key=lambda event: event[0].tweet_id)
        carriers = sum(original is not None for _, original in events)
        self.tally.carriers += carriers
        self.tally.tweets += len(events) - carriers
        written = iter([line(retweet(draft, of) if of else status(draft)) for draft, of in events])
        others = iter(self._others(minute))
        is_other = np.arange(self.plan.quota(minute, 1.0)) >= len(events)
        self._bulk.shuffle(is_other)
        return b"".join(next(others) if other else next(written) for other in is_other.tolist())

    def _others(self, minute: int) -> list[bytes]:
        start_ms = self.plan.start_ms + minute * 60_000
        deleted, notices, blank = (
            self.plan.quota(minute, share) for share in (self.plan.deletes, NOTICES, BLANKS)
        )
        doomed = self._doomed.pop(minute, [])
        lines = list(deletions(deleted, doomed, start_ms=start_ms, rng=self._bulk))
        for _ in range(notices):
            message = notice(start_ms + self._rng.randrange(60_000), self._rng)
            lines.insert(self._rng.randrange(len(lines) + 1), message)
        for _ in range(blank):
            lines.insert(self._rng.randrange(len(lines) + 1), b"\r\n")
        self.tally.deletions += deleted
        self.tally.notices += notices
        self.tally.blank += blank
        return lines

    def _plan_threads(self, minute: int) -> None:
        failures = 0
        while self._room_in(minute) > 0 and failures < 5:
            genuine = self._rng.random() < self.plan.questions
            deck = self._questions if genuine else self._chatter
            if not self._place(deck.deal(), minute):
                deck.put_back()
                failures += 1

    def _room_in(self, minute: int) -> int:
        """Return the lines of a minute that are still free for turns of threads."""
        if minute not in self._room:
            self._room.pop(minute - WINDOW, None)
            self._room[minute] = int(self.plan.statuses(minute) * self.plan.threads)
        return self._room[minute]

    def _place(self, card: Conversation, minute: int) -> bool:
        """Place all turns of a conversation in this and the next minutes, or none."""
        limit = min(minute + WINDOW, self.plan.minutes)
        pace = min(60.0, (limit - minute) * 60 / (3 * len(card.turns)))
        taken: defaultdict[int, int] = defaultdict(int)
        sent: list[int] = []
        shown: list[int | None] = []
        for turn in card.turns:
            if turn.parent is None:
                second = minute * 60 + self._rng.randrange(60)
            else:
                second = sent[turn.parent] + 1 + int(self._rng.expovariate(1 / pace))
            is_missing = turn.parent is None and self._rng.random() < MISSING
            is_embedded = not is_missing and self._rng.random() < EMBEDDED
            if not is_missing:
                free = self._free(second + is_embedded, taken, limit)
                if free is None:
                    return False
                second = second if is_embedded else free
            sent.append(second)
            shown.append(None if is_missing else free)
        for at, lines in taken.items():
            self._room[at] -= lines
        self._schedule(card, self._drafts(card, sent), sent, shown)
        return True

    def _free(self, second: int, taken: defaultdict[int, int], limit: int) -> int | None:
        """Find the first second from `second` on whose minute has room; None if there is none."""
        while (minute := second // 60) < limit:
            if self._room_in(minute) > taken[minute]:
                taken[minute] += 1
                return second
            second = (minute + 1) * 60 + self._rng.randrange(10)
        return None

    def _drafts(self, card: Conversation, sent: list[int]) -> list[Draft]:
        people = self._rng.sample(range(USERS), 8)
        drafts: list[Draft] = []
        for turn, second in zip(card.turns, sent, strict=True):
            above = None if turn.parent is None else drafts[turn.parent]
            draft = Draft(
                tweet_id=self._maker.tweet_id(self.plan.start_ms + second * 1000),
                author=people[turn.author],
                text=turn.text,
                lang=card.lang,
                counts=self._maker.popularity(),
                has_photo=above is None and self._rng.random() < 0.04,
                is_sensitive=card.kind == "nsfw",
            )
            if above:
                draft.answer(above.tweet_id, above.author, others=above.addressed.values())
            drafts.append(draft)
        return drafts

    def _schedule(
        self, card: Conversation, drafts: list[Draft], sent: list[int], shown: list[int | None]
    ) -> None:
        kept = []
        for draft, second, at in zip(drafts, sent, shown, strict=True):
            if at is None:
                kept.append(False)
                continue
            event = (draft, None) if at == second else self._carrier(draft, at)
            self._due[at // 60].append(event)
            self._maker.count(draft)
            kept.append(not self._doom(draft, at // 60))
            if draft.answers is None and self._rng.random() < POPULAR:
                self._popular[at // 60 + 1].append(draft)
        parents = [turn.parent for turn in card.turns]
        self.tally.add_thread(parents, [at is not None for at in shown], kept)
        if card.kind == "question" and all(kept):
            self.tally.questions.append(drafts[0].tweet_id)

    def _doom(self, draft: Draft, minute: int) -> bool:
        """Sometimes schedule a delete notice for a tweet, in this or one of the next minutes."""
        if self._rng.random() >= DELETED:
            return False
        minute = min(minute + self._rng.randrange(4), self.plan.minutes - 1)
        if len(self._doomed[minute]) >= self.plan.quota(minute, self.plan.deletes):
            return False
        self._doomed[minute].append(draft)
        self.tally.deleted += 1
        return True

    def _filler(self, minute: int) -> Event:
        """Make up a line outside the threads of the dump."""
        second = minute * 60 + self._rng.randrange(60)
        dice = self._rng.random()
        if dice < 0.6:
            if self._recent and self._rng.random() < 0.1:
                return self._carrier(self._rng.choice(self._recent), second)
            original = self._maker.original()
            self._recent.append(original)
            return self._carrier(original, second)
        ms = self.plan.start_ms + second * 1000
        draft = self._maker.tweet(ms, replies=dice < 0.78)
        self._doom(draft, minute)
        return draft, None

    def _carrier(self, original: Draft, second: int) -> Event:
        """Embed a tweet in a retweet, or one time in twelve in a quote."""
        ms = self.plan.start_ms + second * 1000
        if self._rng.random() < 1 / 12 and original.quotes is None:
            quote = self._maker.tweet(ms)
            quote.quotes = original
            return quote, None
        author, tweet_id = self._rng.randrange(USERS), self._maker.tweet_id(ms)
        return Draft(tweet_id=tweet_id, author=author, text="", lang=original.lang), original
