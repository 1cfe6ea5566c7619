"""Label the opening tweet of the thread that is open; the labels are those of the page Label."""

from typing import Any

import polars as pl

from workbench import labels
from workbench.exceptions import WorkbenchError
from workbench.storage import Workspace
from workbench.text import sanitize

#: (action, name, key, meaning) of each label, and of taking the last one back.
ACTIONS = (
    ("fits", "Fits", "f", "a request that an assistant could answer from the text alone"),
    ("borderline", "Borderline", "b", "a request, but the answer depends on person, time or place"),
    ("no", "No", "n", "no request: chat, complaint, rhetoric or advertising"),
    ("undo", "Undo", "u", "take back your label"),
)
#: Most characters of a name.
LONGEST_NAME = 40


class ThreadLabels:
    """The labels of one opening tweet, and a person who may set one.

    A label from here is no part of a fair sample: the person chose the thread.

    Args:
        workspace: Where the labels are written.
        turn: Row of `Turns` of the opening tweet.
        labeller: Who labels; empty if the name is not known yet.
    """

    def __init__(self, workspace: Workspace, turn: dict[str, Any], *, labeller: str = "") -> None:
        self._workspace, self._turn = workspace, turn
        self.labeller = _name(labeller)

    def name(self, typed: object) -> dict[str, Any]:
        """Take a typed name, and return the state."""
        self.labeller = _name(typed)
        return self.state()

    def press(self, action: object) -> dict[str, Any]:
        """Set or take back a label, and return the state; an error becomes its note."""
        if action not in [name for name, *_ in ACTIONS] or not self.labeller:
            return self.state()
        try:
            note = self._apply(str(action))
        except (WorkbenchError, OSError, pl.exceptions.PolarsError) as error:
            return self.state(f"The label was not saved: {error}", is_wrong=True)
        return self.state(note)

    def state(self, note: str = "", *, is_wrong: bool = False) -> dict[str, Any]:
        """Return what the browser shows; all texts are plain texts.

        Returns:
            `name` (who labels), `mine` (that person's label), `known` (all labels in words),
            `note` and `is_wrong`.
        """
        known = self._known()
        mine = known.filter(pl.col("labeller") == self.labeller)["label"]
        texts = [
            f"{sanitize.plain(name, most=LONGEST_NAME)}: {label}"
            for name, label in known.select("labeller", "label").rows()
        ]
        return {
            "name": self.labeller,
            "mine": mine[-1] if len(mine) else "",
            "known": f"Labelled {', '.join(texts)}" if texts else "Not labelled yet",
            "note": sanitize.plain(note, most=300),
            "is_wrong": is_wrong,
        }

    def _known(self) -> pl.DataFrame:
        """Return the newest label of each person on this tweet."""
        is_here = (pl.col("tweet_id") == self._turn["tweet_id"]) & pl.col("parent_id").is_null()
        return labels.latest(labels.load(self._workspace).filter(is_here))

    def _apply(self, action: str) -> str:
        if action == "undo":
            count = labels.take_back(
                self._workspace, tweet_id=self._turn["tweet_id"], labeller=self.labeller
            )
            return "Your label is taken back." if count else "You have not labelled this thread."
        names = ("tweet_id", "thread_id", "author_id", "text")
        row = {name: self._turn[name] for name in names} | {"label": action, "is_random": False}
        labels.add(self._workspace, pl.DataFrame([row]), labeller=self.labeller)
        return f"Saved: “{action}”."


def _name(typed: object) -> str:
    """Return a typed name as one short line of plain text."""
    return sanitize.plain(typed, most=LONGEST_NAME) if isinstance(typed, str) else ""
