"""Keep or drop the thread that is open, or single turns of it, by hand."""

from collections.abc import Iterable
from typing import Any, cast, get_args

from workbench.exceptions import WorkbenchError
from workbench.selection import by_hand, hand_list
from workbench.selection.by_hand import Decision, What
from workbench.storage import Workspace
from workbench.text import sanitize


class HandDecisions:
    """What was decided by hand on one thread and its turns, and somebody who may decide.

    Args:
        workspace: Where the list is.
        thread_id: The thread.
        tweet_ids: Its turns.
    """

    def __init__(self, workspace: Workspace, thread_id: int, tweet_ids: Iterable[int]) -> None:
        self._workspace, self._thread_id = workspace, thread_id
        self._tweet_ids = {str(tweet_id): tweet_id for tweet_id in tweet_ids}

    def press(self, asked: object) -> dict[str, Any]:
        """Decide, or take a decision back, and return the state; an error becomes its message.

        Args:
            asked: What a browser sent: `decision`, `note`, and `turn` if it is about a turn.
                Anything else is ignored.
        """
        asked = asked if isinstance(asked, dict) else {}
        turn, decision = asked.get("turn"), asked.get("decision")
        is_turn = turn is not None
        number = self._tweet_ids.get(str(turn)) if is_turn else self._thread_id
        if number is None or decision not in get_args(Decision):
            return self.state()
        note = asked.get("note")
        try:
            message = self._decide(
                "turn" if is_turn else "thread",
                number,
                cast("Decision", decision),
                note=sanitize.plain(note, most=hand_list.LONGEST) if isinstance(note, str) else "",
            )
        except (WorkbenchError, OSError) as error:
            return self.state(f"The decision was not saved: {error}", is_wrong=True)
        return self.state(message)

    def _decide(self, what: What, number: int, decision: Decision, *, note: str) -> str:
        """Write a decision; the same one again takes it back."""
        rows = hand_list.load(self._workspace).filter(what=what, id=number)
        if rows["decision"].to_list() == [decision] and note in ("", rows["note"][0]):
            hand_list.take_back(self._workspace, [number], what=what)
            return f"Taken back: the {what} is no longer {by_hand.PAST[decision]} by hand."
        hand_list.decide(self._workspace, [number], what=what, decision=decision, note=note)
        follow = "Lists and counts follow at their next change."
        return f"The {what} is {by_hand.PAST[decision]} by hand. {follow}"

    def state(self, message: str = "", *, is_wrong: bool = False) -> dict[str, Any]:
        """Return what the browser shows; all texts are plain texts.

        Returns:
            `thread` (the decision on the thread, or empty), `note`, `turns` (tweet id as text ->
            decision), `message` and `is_wrong`.
        """
        try:
            rows = hand_list.load(self._workspace)
        except WorkbenchError as error:
            message, is_wrong = str(error), True
            rows = by_hand.nothing()
        own = rows.filter(what="thread", id=self._thread_id)
        turns = rows.filter(what="turn")
        return {
            "thread": own["decision"][0] if own.height else "",
            "note": sanitize.plain(own["note"][0], most=hand_list.LONGEST) if own.height else "",
            "turns": {
                str(number): decision
                for number, decision in turns.select("id", "decision").iter_rows()
                if str(number) in self._tweet_ids
            },
            "message": sanitize.plain(message, most=300),
            "is_wrong": is_wrong,
        }
