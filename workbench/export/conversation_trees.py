"""Conversations: kept threads as trees of turns, what the formats make their records of."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
import polars as pl
from pydantic import BaseModel, ConfigDict

from workbench.memory import paused_gc

#: Turns on a path at most: pydantic's reader of JSON ends at 200 levels, and a turn takes two.
DEEPEST = 96


class Record(BaseModel):
    """Base of the models of records: exact types, no other keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Turn(msgspec.Struct, gc=False):
    """A turn with its replies, the best first: most likes, where known, then earliest.

    Args:
        thread_id: Thread that it is of.
        tweet_id: First of the tweets that it is made of.
        parent_id: Turn that it answers.
        role: `prompter` or `assistant`.
        text: Cleaned text.
        lang: Language code.
        author: Pseudonym within the thread.
        user_id: Keyed id of the author, the same in all threads.
        created_at: ISO 8601, UTC.
        likes: Likes where known.
        words: Words, split at blanks.
        tweet_ids: Tweets that it is made of.
        rank: Place among its siblings by likes, 0 best, where all are known and differ.
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
    tweet_ids: list[int]
    rank: int | None = None
    depth: int = 1
    replies: list["Turn"] = msgspec.field(default_factory=list)


#: Columns that `from_turns` reads, in the order of the fields of `Turn`.
COLUMNS = Turn.__struct_fields__[:12]


def from_turns(turns: pl.DataFrame, *, is_strict: bool, cuts: Counter[str]) -> list[Turn]:
    """Grow the trees of whole threads; what is below a turn that cannot stay goes with it.

    Args:
        turns: `COLUMNS`, parents before replies.
        is_strict: Make prompter and assistant take turns, a prompter first and an assistant last.
        cuts: Counts the tweets that are lost, by reason.

    Returns:
        The roots that have a reply, in the order of the rows.
    """
    columns = [turns[column].to_list() for column in COLUMNS[:-1]]
    with paused_gc():
        return _grow(
            map(Turn, *columns, _lists(turns["tweet_ids"])), is_strict=is_strict, cuts=cuts
        )


def _grow(turns: Iterable[Turn], *, is_strict: bool, cuts: Counter[str]) -> list[Turn]:
    alive: dict[int, Turn] = {}
    for turn in turns:
        parent = None if turn.parent_id is None else alive.get(turn.parent_id)
        if reason := _obstacle(turn, parent, is_strict=is_strict):
            cuts[reason] += len(turn.tweet_ids)
            continue
        if parent is not None:
            turn.depth = parent.depth + 1
        alive[turn.tweet_id] = turn
    roots: list[Turn] = []
    for turn in reversed(alive.values()):
        if not turn.replies and (turn.parent_id is None or (is_strict and turn.role == "prompter")):
            cuts["unanswered"] += len(turn.tweet_ids)
            continue
        if len(turn.replies) > 1:
            _rank(turn.replies)
        (roots if turn.parent_id is None else alive[turn.parent_id].replies).append(turn)
    return roots[::-1]


def _lists(column: pl.Series) -> list[list[int]]:
    """Give a column of lists as Python has them, far faster than `to_list`."""
    values = column.explode(empty_as_null=False).to_list()
    ends = column.list.len().cum_sum().to_list()
    return [values[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _obstacle(turn: Turn, parent: Turn | None, *, is_strict: bool) -> str | None:
    """Say why a turn cannot stay; None where it can."""
    if parent is None:
        if turn.parent_id is not None:
            return "below_a_cut"
        if is_strict and turn.role != "prompter":
            return "opens_with_assistant"
    elif is_strict and turn.role == parent.role:
        return "same_role_twice"
    elif parent.depth >= DEEPEST:
        return "too_deep"
    return None if turn.text else "no_text_left"


def _rank(replies: list[Turn]) -> None:
    replies.sort(key=lambda turn: (-1 if turn.likes is None else -turn.likes - 2, turn.tweet_id))
    likes = {turn.likes for turn in replies}
    if None not in likes and len(likes) == len(replies):
        for rank, turn in enumerate(replies):
            turn.rank = rank


def all_turns(root: Turn) -> list[Turn]:
    """Give the turns of a tree, depth first, the best reply first."""
    found, waiting = [], [root]
    while waiting:
        turn = waiting.pop()
        found.append(turn)
        waiting.extend(reversed(turn.replies))
    return found


def best_path(root: Turn) -> list[Turn]:
    """Follow the best reply from the root to a leaf."""
    path = [root]
    while path[-1].replies:
        path.append(path[-1].replies[0])
    return path


def all_paths(root: Turn) -> Iterator[list[Turn]]:
    """Give every path from the root to a leaf, the best first."""
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
    """Make the record of a tree from its leaves up, so that depth costs no stack.

    Args:
        root: The tree.
        make: Gives the record of a turn from the records of its replies.
    """
    made: dict[int, dict[str, Any]] = {}
    for turn in reversed(all_turns(root)):
        made[turn.tweet_id] = make(turn, [made.pop(reply.tweet_id) for reply in turn.replies])
    return made[root.tweet_id]
