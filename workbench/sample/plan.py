"""Plan how many lines of each kind the synthetic dump contains, and count what was written."""

from dataclasses import dataclass, field

#: Share of other notices, and of keep-alive lines.
NOTICES, BLANKS = 0.002, 0.0005


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to write.

    Args:
        lines: Total number of lines.
        minutes: Members to spread them over.
        seed: Seed of all random choices.
        start_ms: First millisecond of the first minute, since 1970, UTC.
        deletes: Share of the lines that are delete notices.
        threads: Share of the statuses that belong to a conversation of the dump.
        questions: Share of these conversations that are genuine questions and answers.
    """

    lines: int
    minutes: int
    seed: int
    start_ms: int
    deletes: float
    threads: float
    questions: float

    def quota(self, minute: int, share: float) -> int:
        """Return a share of the lines of a minute, rounded so that the minutes add up."""
        begin, end = (self.lines * at // self.minutes for at in (minute, minute + 1))
        return int(end * share) - int(begin * share)

    def statuses(self, minute: int) -> int:
        """Return the lines of a minute that are left for tweets and retweets."""
        others = sum(self.quota(minute, share) for share in (self.deletes, NOTICES, BLANKS))
        return max(0, self.quota(minute, 1.0) - others)


@dataclass(slots=True)
class Tally:
    """Counts of what was written so far; see `sample.Truth` for each."""

    tweets: int = 0
    carriers: int = 0
    deletions: int = 0
    notices: int = 0
    blank: int = 0
    distinct: int = 0
    replies: int = 0
    linked: int = 0
    threads: int = 0
    deleted: int = 0
    linked_after: int = 0
    threads_after: int = 0
    questions: list[int] = field(default_factory=list)

    def add_thread(self, parents: list[int | None], present: list[bool], kept: list[bool]) -> None:
        """Count the links and trees of a conversation.

        Args:
            parents: Index of each turn's parent in the conversation.
            present: Whether each turn is in the dump.
            kept: Whether each turn is present and not deleted.
        """
        linked, threads = _links(parents, present)
        self.linked += linked
        self.threads += threads
        linked, threads = _links(parents, kept)
        self.linked_after += linked
        self.threads_after += threads


def _links(parents: list[int | None], present: list[bool]) -> tuple[int, int]:
    """Count the turns whose parent is present, and the trees of at least two turns."""
    above = [
        parent if here and parent is not None and present[parent] else None
        for parent, here in zip(parents, present, strict=True)
    ]
    with_replies = {parent for parent in above if parent is not None}
    roots = [turn for turn in with_replies if above[turn] is None]
    return sum(parent is not None for parent in above), len(roots)
