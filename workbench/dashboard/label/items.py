"""What is labelled: an opening tweet, or a reply with the tweet it answers, and the thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from workbench.classifiers import prompt_classifier
from workbench.dashboard.session.scores_session import ScoresSession

#: Reason for the choice of a thread -> text on the page.
WHY = {
    "uncertain": "chosen because the classifier is uncertain",
    "rare": "chosen because few threads of this kind are labelled",
    "random": "drawn at random",
    "likely": "chosen because the classifier is nearly sure",
    "again": "labelled before; a new label replaces yours",
    "second": "labelled by somebody else",
    "settle": "people disagree",
}
#: Number of turns shown around the labelled tweet.
AROUND = 60


@dataclass(frozen=True)
class Item:
    """An opening tweet to label, or a reply with the tweet that it answers.

    Args:
        tweet: Row of `Turns` to label; from a label, only its ids and text.
        parent: Row of the tweet that it answers; None for an opening tweet.
        turns: The thread around it: at most `AROUND` turns, and these two. Empty if the thread is
            not in the workspace.
        why: Key of `WHY`.
        is_fair: True if it belongs to a fair sample of all threads.
        note: More on why it is shown, in words.
    """

    tweet: dict[str, Any]
    parent: dict[str, Any] | None
    turns: pl.DataFrame
    why: str
    is_fair: bool
    note: str = ""

    @property
    def key(self) -> tuple[int, int | None]:
        """Ids of the tweet and of the tweet that it answers."""
        return self.tweet["tweet_id"], self.parent["tweet_id"] if self.parent else None

    def row(self, label: str, *, method: str | None = None) -> pl.DataFrame:
        """Return the row to write with `labels.add`."""
        names = ("tweet_id", "thread_id", "author_id", "text")
        row = {name: self.tweet[name] for name in names} | {"label": label, "method": method}
        row["is_random"] = self.is_fair
        if self.parent:
            row |= {"parent_id": self.parent["tweet_id"], "parent_text": self.parent["text"]}
        return pl.DataFrame([row])


def read(session: ScoresSession, chosen: pl.DataFrame, *, kind: str) -> list[Item]:
    """Read chosen threads; threads whose tweets were deleted are left out.

    Args:
        session: Scores and workspace.
        chosen: `thread_id`, `root_id`, `best_reply_id`, `why` and `is_fair`.
        kind: Which classifier learns from them.
    """
    ids = chosen["root_id"].append(chosen["best_reply_id"]).drop_nulls()
    turns = (
        session.workspace.scan("turns")
        .filter(pl.col("thread_id").is_in(chosen["thread_id"].drop_nulls().implode()))
        .filter((pl.col("position") < AROUND) | pl.col("tweet_id").is_in(ids.implode()))
        .collect()
        .sort("thread_id", "position")
    )
    turns = session.workspace.without_deleted(turns)
    threads = turns.partition_by("thread_id", as_dict=True)
    items = []
    for row in chosen.iter_rows(named=True):
        around = threads.get((row["thread_id"],), turns.clear())
        tweets = {
            turn["tweet_id"]: turn
            for turn in around.filter(
                pl.col("tweet_id").is_in([row["root_id"], row["best_reply_id"]])
            ).iter_rows(named=True)
        }
        root, reply = tweets.get(row["root_id"]), tweets.get(row["best_reply_id"])
        if kind == prompt_classifier.KIND and root:
            items.append(Item(root, None, around, row["why"], row["is_fair"]))
        elif kind != prompt_classifier.KIND and root and reply:
            items.append(Item(reply, root, around, row["why"], row["is_fair"]))
    return items


def of_label(session: ScoresSession, row: Mapping[str, Any], *, why: str, note: str = "") -> Item:
    """Return what a label is about, with its thread if that is in the workspace.

    The texts are those of today. If the thread is not there, they are those of the label.

    Args:
        session: Scores and workspace.
        row: Row of `Labels`.
        why: Key of `WHY`.
        note: More on why it is shown.
    """
    is_pair = row["parent_id"] is not None
    is_fair = bool(row["is_random"])
    chosen = pl.DataFrame(
        {
            "thread_id": [row["thread_id"]],
            "root_id": [row["parent_id"] if is_pair else row["tweet_id"]],
            "best_reply_id": [row["tweet_id"] if is_pair else None],
            "why": [why],
            "is_fair": [is_fair],
        },
        schema_overrides=dict.fromkeys(["thread_id", "root_id", "best_reply_id"], pl.Int64),
    )
    kind = "" if is_pair else prompt_classifier.KIND
    for item in read(session, chosen, kind=kind):
        return Item(item.tweet, item.parent, item.turns, why, is_fair, note)
    names = ("tweet_id", "thread_id", "author_id", "text")
    tweet = {name: row[name] for name in names}
    parent = {"tweet_id": row["parent_id"], "text": row["parent_text"]} if is_pair else None
    empty = session.workspace.scan("turns").head(0).collect()
    return Item(tweet, parent, empty, why, is_fair, note)


class ItemList:
    """Items in a fixed order, with the interface of `queue.Queue`.

    Args:
        items: The items.
        kind: Which classifier learns from them.
    """

    def __init__(self, items: list[Item], *, kind: str) -> None:
        self.kind = kind
        self._items = list(items)

    @property
    def size(self) -> int:
        """Number of items that are left."""
        return len(self._items)

    def take(self) -> Item | None:
        """Return the next item; None if none is left."""
        return self._items.pop(0) if self._items else None

    def put_back(self, item: Item) -> None:
        """Make an item the next one."""
        self._items.insert(0, item)
