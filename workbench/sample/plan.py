"""Sample plan: how much of what the synthetic dump holds, and the tally of what was written."""

from dataclasses import dataclass, field

#: Shares of the lines that are other notices, and keep-alive lines.
NOTICES, BLANKS = 0.002, 0.0005


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to write.

    Args:
        lines: Lines in all.
        minutes: Members that they are spread over.
        seed: Start of every random choice.
        start_ms: First millisecond of the first minute, since 1970, UTC.
        deletes: Share of the lines that are delete notices.
        threads: Share of the statuses that belong to a conversation of the dump.
        questions: Share of those conversations that are genuine questions and answers.
    """

    lines: int
    minutes: int
    seed: int
    start_ms: int
    deletes: float
    threads: float
    questions: float

    def quota(self, minute: int, share: float) -> int:
        """Give a share of the lines of a minute, rounded so that the minutes add up."""
        begin, end = (self.lines * at // self.minutes for at in (minute, minute + 1))
        return int(end * share) - int(begin * share)

    def statuses(self, minute: int) -> int:
        """Give the lines of a minute that are neither deletions, nor notices, nor blank."""
        others = sum(self.quota(minute, share) for share in (self.deletes, NOTICES, BLANKS))
        return max(0, self.quota(minute, 1.0) - others)


@dataclass(slots=True)
class Tally:
    """What has been written so far; `sample.Truth` says what each is."""

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

    def add_thread(self, parents: list[int | None], there: list[bool], kept: list[bool]) -> None:
        """Count the links and trees of a conversation.

        Args:
            parents: Place of each turn's parent in the conversation.
            there: Whether each turn stands in the dump.
            kept: Whether it is there and is not deleted.
        """
        linked, threads = _links(parents, there)
        self.linked += linked
        self.threads += threads
        linked, threads = _links(parents, kept)
        self.linked_after += linked
        self.threads_after += threads


def _links(parents: list[int | None], there: list[bool]) -> tuple[int, int]:
    """Count the turns that have their parent, and the trees of two turns or more."""
    above = [
        parent if here and parent is not None and there[parent] else None
        for parent, here in zip(parents, there, strict=True)
    ]
    with_replies = {parent for parent in above if parent is not None}
    roots = [turn for turn in with_replies if above[turn] is None]
    return sum(parent is not None for parent in above), len(roots)
