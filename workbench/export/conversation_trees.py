"""Build conversation trees from the turns of kept threads and walk them.

`batches` builds the trees; `file_writers` walks them to make the records of each format.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NamedTuple

import msgspec
import numpy as np
import polars as pl

from workbench.memory import paused_gc
from workbench.schemas import ANSWER_STEP

#: The trees of a thread: every turn (`whole`); turns whose roles alternate, from a prompter to an
#: assistant (`alternating`); or those whatever their answers are worth (`all_replies`). The first
#: two leave out replies below `[export] min_answer`.
TreeKind = Literal["whole", "alternating", "all_replies"]

#: Most turns on a path. Pydantic reads JSON up to 200 levels deep, and a turn takes two.
DEEPEST = 96


class Turn(msgspec.Struct, gc=False):
    """A turn with its replies, best first: best answer, then most likes, then earliest.

    Args:
        thread_id: Its thread.
        tweet_id: First of the tweets merged in the turn.
        parent_id: The turn that it answers.
        role: `prompter` or `assistant`.
        text: Cleaned text.
        lang: Language code.
        author: Pseudonym within the thread.
        user_id: Keyed id of the author, the same in all threads.
        created_at: ISO 8601, UTC.
        likes: Number of likes, None if unknown.
        words: Number of words, split at white space.
        tweet_ids: Tweets merged in the turn.
        answer: Probability that it answers the turn above; None for prompters, and if unknown.
        rank: Rank among its siblings, 0 best; None if it has none, or if nothing ranks them: not
            all were rated as answers, and their likes are not all known and different.
        depth: Number of turns on the path from the root, 1 for a root.
        replies: Turns that answer it.
    """

    thread_id: int
    tweet_id: int
    parent_id: int | None
    role: str
    text: str
    lang: str | None
    author: str
    user_id: str | None
    created_at: str | None
    likes: int | None
    words: int
    answer: float | None
    tweet_ids: list[int]
    rank: int | None = None
    depth: int = 1
    replies: list["Turn"] = msgspec.field(default_factory=list)


#: Columns that `from_turns` reads, in the order of the fields of `Turn`.
COLUMNS = Turn.__struct_fields__[:13]


class HandTurns(NamedTuple):
    """What was decided by hand on turns.

    Args:
        dropped: Tweets to leave out, with the turn that they are part of and all below it.
        kept: Tweets that stay whatever their probability of an answer.
        threads: Threads whose turns all stay whatever their probability of an answer.
    """

    dropped: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()
    threads: frozenset[int] = frozenset()


#: No decision at all.
NOT_BY_HAND = HandTurns()


def from_turns(
    turns: pl.DataFrame,
    *,
    is_strict: bool,
    cuts: Counter[str],
    min_answer: float | None = None,
    by_hand: HandTurns = NOT_BY_HAND,
) -> list[Turn]:
    """Build the trees of whole threads.

    If a turn must be dropped, everything below it is dropped too.

    Args:
        turns: `COLUMNS`, parents before replies.
        is_strict: Require alternating roles, from a prompter to an assistant on every path.
        cuts: Counter of dropped tweets by reason; added to.
        min_answer: Lowest `answer` of an assistant's turn that stays. None if the replies were not
            rated: then all stay.
        by_hand: What was decided by hand.

    Returns:
        The roots that have a reply, in the order of the rows.
    """
    columns = [turns[column].to_list() for column in COLUMNS[:-1]]
    # Answers are Float32: 0.7 is less than 0.7 in Float64, but passes a rule with that bound.
    lowest = None if min_answer is None else float(np.float32(min_answer))
    with paused_gc():
        rows = map(Turn, *columns, _lists(turns["tweet_ids"]))
        return _build(rows, is_strict=is_strict, cuts=cuts, min_answer=lowest, by_hand=by_hand)


def _build(
    turns: Iterable[Turn],
    *,
    is_strict: bool,
    cuts: Counter[str],
    min_answer: float | None,
    by_hand: HandTurns,
) -> list[Turn]:
    stays: dict[int, Turn] = {}
    for turn in turns:
        parent = None if turn.parent_id is None else stays.get(turn.parent_id)
        reason = _reason_to_drop(turn, parent, is_strict=is_strict)
        if reason is None and not by_hand.dropped.isdisjoint(turn.tweet_ids):
            reason = "dropped_by_hand"
        if reason is None and min_answer and parent is not None and turn.role == "assistant":
            reason = _reason_not_to_trust(turn, parent, min_answer=min_answer)
            reason = None if reason and _is_kept_by_hand(turn, by_hand) else reason
        if reason:
            cuts[reason] += len(turn.tweet_ids)
            continue
        if parent is not None:
            turn.depth = parent.depth + 1
        stays[turn.tweet_id] = turn
    roots: list[Turn] = []
    # Replies before parents: all replies of a turn are attached when its own turn comes.
    for turn in reversed(stays.values()):
        if not turn.replies and (turn.parent_id is None or (is_strict and turn.role == "prompter")):
            cuts["unanswered"] += len(turn.tweet_ids)
            continue
        if len(turn.replies) > 1:
            _rank(turn.replies)
        (roots if turn.parent_id is None else stays[turn.parent_id].replies).append(turn)
    return roots[::-1]


def _lists(column: pl.Series) -> list[list[int]]:
    """Convert a column of lists to Python lists, far faster than `to_list`."""
    values = column.explode(empty_as_null=False).to_list()
    ends = column.list.len().cum_sum().to_list()
    return [values[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _reason_to_drop(turn: Turn, parent: Turn | None, *, is_strict: bool) -> str | None:
    if parent is None:
        if turn.parent_id is not None:
            return "below_a_cut"
        if is_strict and turn.role != "prompter":
            return "opens_with_assistant"
    elif is_strict and turn.role == parent.role:
        return "same_role_twice"
    elif parent.depth >= DEEPEST:
        return "too_deep"
    if not turn.text:
        return "no_text_left"
    return None


def _reason_not_to_trust(turn: Turn, parent: Turn, *, min_answer: float) -> str | None:
    """Say why an assistant's turn is not good enough.

    A turn of one's own below one's own turn goes on with the answer and is not rated.
    """
    if turn.answer is not None:
        return "below_the_answer_threshold" if turn.answer < min_answer else None
    return "not_rated" if parent.role == "prompter" else None


def _is_kept_by_hand(turn: Turn, by_hand: HandTurns) -> bool:
    return turn.thread_id in by_hand.threads or not by_hand.kept.isdisjoint(turn.tweet_ids)


def _rank(replies: list[Turn]) -> None:
    """Sort replies, best first; number them if all were rated, or all likes are known and differ.

    Answers are compared by their `schemas.answer_step`, as for `Scores.best_reply_id`.
    """
    replies.sort(key=_badness)
    likes = {turn.likes for turn in replies}
    is_rated = all([turn.answer is not None for turn in replies])
    if is_rated or (None not in likes and len(likes) == len(replies)):
        for rank, turn in enumerate(replies):
            turn.rank = rank


def _badness(turn: Turn) -> tuple[int, int, int]:
    """Sort key: best answer first, then most likes, then earliest; unknown values last."""
    answer = 1 if turn.answer is None else -math.floor(turn.answer / ANSWER_STEP + 0.5)
    return answer, -1 if turn.likes is None else -turn.likes - 2, turn.tweet_id


def with_best_replies(root: Turn, most: int | None) -> Turn:
    """Return a tree with only the best replies to the root; None: all of them."""
    if most is None or len(root.replies) <= most:
        return root
    return msgspec.structs.replace(root, replies=root.replies[:most])


def all_turns(root: Turn) -> list[Turn]:
    """Return the turns of a tree, depth first, best reply first."""
    turns, waiting = [], [root]
    while waiting:
        turn = waiting.pop()
        turns.append(turn)
        waiting.extend(reversed(turn.replies))
    return turns


def best_path(root: Turn) -> list[Turn]:
    """Follow the best reply from the root to a leaf."""
    return _down([root])


def best_paths(root: Turn) -> Iterator[list[Turn]]:
    """Yield one path per reply to the root, best first; below, each follows the best reply."""
    for reply in root.replies:
        yield _down([root, reply])


def _down(path: list[Turn]) -> list[Turn]:
    while path[-1].replies:
        path.append(path[-1].replies[0])
    return path


def all_paths(root: Turn) -> Iterator[list[Turn]]:
    """Yield every path from the root to a leaf, best first."""
    path: list[Turn] = []
    waiting = [root]
    while waiting:
        turn = waiting.pop()
        del path[turn.depth - 1 :]
        path.append(turn)
        if turn.replies:
            waiting.extend(reversed(turn.replies))
        else:
            yield path.copy()


def nested(root: Turn, make: Callable[[Turn, list[Any]], dict[str, Any]]) -> dict[str, Any]:
    """Build the nested record of a tree from the leaves up, without recursion.

    Args:
        root: Root of the tree.
        make: Returns the record of a turn, given the turn and the records of its replies.
    """
    records: dict[int, dict[str, Any]] = {}
    for turn in reversed(all_turns(root)):
        replies = [records.pop(reply.tweet_id) for reply in turn.replies]
        records[turn.tweet_id] = make(turn, replies)
    return records[root.tweet_id]
