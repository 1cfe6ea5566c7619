"""Compare the replies to one prompt, and tell good replies from bad ones.

`file_writers` calls this for the formats `preference` and `kto`. The reply classifier must have
rated the replies; those that it did not rate are left out.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from workbench.export.conversation_trees import Turn
from workbench.recipe import ExportSettings

#: Replies of a prompt, the worst ones, that a chosen reply is compared with. It bounds the time
#: for a prompt with thousands of replies.
_WORST = 100
#: Decimals of the difference between two answers: they are Float32.
_DECIMALS = 4


class Comparison(NamedTuple):
    """Two replies to one prompt, one of which is preferred.

    Args:
        prompt: The turns from the root to the prompt.
        chosen: The preferred reply.
        rejected: The other reply.
    """

    prompt: list[Turn]
    chosen: Turn
    rejected: Turn


class RatedReply(NamedTuple):
    """A reply that is good or bad.

    Args:
        prompt: The turns from the root to the prompt.
        reply: The reply.
        is_good: Whether it answers the prompt.
    """

    prompt: list[Turn]
    reply: Turn
    is_good: bool


def comparisons(
    root: Turn, *, settings: ExportSettings, most: int | None, left_out: Counter[str]
) -> Iterator[Comparison]:
    """Yield the pairs of replies of which one is preferred.

    A chosen reply reaches `min_answer`. It makes one pair, with the worst reply that the rule
    `settings.preferred_by` puts below it.

    Args:
        root: Root of a tree of the kind `all_replies`.
        settings: The rule, its margin, `min_answer` and `paths`.
        most: Most pairs per prompt, those of the best replies; None: all of them.
        left_out: Counter of prompts without a pair, by reason; added to.
    """
    is_preferred, lowest = _RULES[settings.preferred_by], _float32(settings.min_answer or 0)
    for prompt, replies in _prompts(root, settings):
        pairs = 0
        for chosen in replies:
            if pairs == most or (chosen.answer or 0) < lowest:
                continue
            for rejected in reversed(replies[-_WORST:]):
                if is_preferred(chosen, rejected, settings.margin) and chosen.text != rejected.text:
                    yield Comparison(prompt, chosen, rejected)
                    pairs += 1
                    break
        if not pairs:
            reason = "prompts with one rated reply" if len(replies) == 1 else "prompts without pair"
            left_out[reason if replies else "prompts without rated reply"] += 1


def rated_replies(
    root: Turn, *, settings: ExportSettings, most: int | None, left_out: Counter[str]
) -> Iterator[RatedReply]:
    """Yield the replies that are clearly good or clearly bad.

    Args:
        root: Root of a tree of the kind `all_replies`.
        settings: The thresholds `kto_good` and `kto_bad`, `min_answer` and `paths`.
        most: Most good replies per prompt, the best ones, and most bad ones, the worst; None: all.
        left_out: Counter of replies without a record, by reason; added to.
    """
    lowest_good, highest_bad = _float32(settings.kto_good), _float32(settings.kto_bad)
    for prompt, replies in _prompts(root, settings):
        good = [reply for reply in replies if (reply.answer or 0) >= lowest_good]
        bad = [reply for reply in replies if (reply.answer or 0) <= highest_bad]
        left_out["replies between the thresholds"] += len(replies) - len(good) - len(bad)
        shown = good[:most] + (bad if most is None else bad[-most:])
        left_out["replies beyond the number wanted"] += len(good) + len(bad) - len(shown)
        for number, reply in enumerate(shown):
            yield RatedReply(prompt, reply, is_good=number < len(good[:most]))


def _prompts(root: Turn, settings: ExportSettings) -> Iterator[tuple[list[Turn], list[Turn]]]:
    """Yield the prompts of a tree: the turns down to each, and the rated replies, best first.

    Only replies that reach `min_answer` are part of a later prompt. With `paths = "best"`, only
    the best of them is, and only the best turn that answers it.
    """
    lowest = _float32(settings.min_answer or 0)
    most = None if settings.paths == "all" else 1
    waiting = [[root]]
    while waiting:
        prompt = waiting.pop()
        replies = [reply for reply in prompt[-1].replies if reply.answer is not None]
        yield prompt, replies
        good = [reply for reply in replies if (reply.answer or 0) >= lowest]
        later = [[*prompt, reply, turn] for reply in good[:most] for turn in reply.replies[:most]]
        waiting.extend(reversed(later))


def _float32(bound: float) -> float:
    """Round a bound as answers are: 0.7 in Float32 is less than 0.7 in Float64."""
    return float(np.float32(bound))


def _by_answer(reply: Turn, other: Turn, margin: float) -> int:
    """Compare answers: 1 if the first is better by the margin, -1 if the other is, else 0."""
    gap = round((reply.answer or 0) - (other.answer or 0), _DECIMALS)
    return (gap >= margin) - (-gap >= margin)


def _by_likes(reply: Turn, other: Turn) -> int:
    """Compare likes: 1 if the first came later and still has more, -1 if the other does, else 0.

    An earlier reply with more likes decides nothing: more people have seen it.
    """
    if reply.likes is None or other.likes is None:
        return 0
    later, more = reply.tweet_id > other.tweet_id, reply.likes > other.likes
    earlier, fewer = reply.tweet_id < other.tweet_id, reply.likes < other.likes
    return (later and more) - (earlier and fewer)


def _by_both(reply: Turn, other: Turn, margin: float) -> bool:
    return _by_answer(reply, other, margin) > 0 and _by_likes(reply, other) > 0


def _by_either(reply: Turn, other: Turn, margin: float) -> bool:
    """Check that one of the rules prefers the first reply, and none the other."""
    signs = _by_answer(reply, other, margin), _by_likes(reply, other)
    return max(signs) > 0 and min(signs) >= 0


#: Rule by its name in `[export] preferred_by`: whether it prefers the first reply to the second.
_RULES: dict[str, Callable[[Turn, Turn, float], bool]] = {
    "answer": lambda reply, other, margin: _by_answer(reply, other, margin) > 0,
    "likes": lambda reply, other, margin: _by_likes(reply, other) > 0,
    "both": _by_both,
    "either": _by_either,
}
