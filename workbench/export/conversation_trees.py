"""Build conversation trees from the turns of kept threads and walk them.

`batches` builds the trees; `file_writers` walks them to make the records of each format.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
import polars as pl

from workbench.memory import paused_gc

#: Most turns on a path. Pydantic reads JSON up to 200 levels deep, and a turn takes two.
DEEPEST = 96


class Turn(msgspec.Struct, gc=False):
    """A turn with its replies, best first: most likes if known, then earliest.

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
        rank: Rank among its siblings by likes, 0 best; None unless all likes are known and differ.
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
    tweet_ids: list[int]
    rank: int | None = None
    depth: int = 1
    replies: list["Turn"] = msgspec.field(default_factory=list)


#: Columns that `from_turns` reads, in the order of the fields of `Turn`.
COLUMNS = Turn.__struct_fields__[:12]


def from_turns(turns: pl.DataFrame, *, is_strict: bool, cuts: Counter[str]) -> list[Turn]:
    """Build the trees of whole threads.

    If a turn must be dropped, everything below it is dropped too.

    Args:
        turns: `COLUMNS`, parents before replies.
        is_strict: Require alternating roles, from a prompter to an assistant on every path.
        cuts: Counter of dropped tweets by reason; added to.

    Returns:
        The roots that have a reply, in the order of the rows.
    """
    columns = [turns[column].to_list() for column in COLUMNS[:-1]]
    with paused_gc():
        return _build(
            map(Turn, *columns, _lists(turns["tweet_ids"])), is_strict=is_strict, cuts=cuts
        )


def _build(turns: Iterable[Turn], *, is_strict: bool, cuts: Counter[str]) -> list[Turn]:
    stays: dict[int, Turn] = {}
    for turn in turns:
        parent = None if turn.parent_id is None else stays.get(turn.parent_id)
        if reason := _reason_to_drop(turn, parent, is_strict=is_strict):
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
    return None if turn.text else "no_text_left"


def _rank(replies: list[Turn]) -> None:
    """Sort replies, best first; number them if all likes are known and differ."""
    replies.sort(key=lambda turn: (-1 if turn.likes is None else -turn.likes - 2, turn.tweet_id))
    likes = {turn.likes for turn in replies}
    if None not in likes and len(likes) == len(replies):
        for rank, turn in enumerate(replies):
            turn.rank = rank


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
    path = [root]
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
