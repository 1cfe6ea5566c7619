"""Keep or drop threads and turns by hand, from Python."""

import operator
from collections.abc import Iterable
from contextlib import suppress

import polars as pl

from workbench.exceptions import StageError
from workbench.library.workspace_tables import WorkspaceTables
from workbench.selection import hand_list
from workbench.selection.by_hand import Decision, What

#: Highest id that a table can contain.
_HIGHEST = 2**63 - 1


class WorkspaceDecisions(WorkspaceTables):
    """A workspace with what people decided by hand, which outranks every rule.

    Examples:
        >>> import tempfile
        >>> workspace = WorkspaceDecisions.create(tempfile.mkdtemp())
        >>> workspace.keep(7, note="a good answer")
        1
        >>> workspace.drop([8, 9], turn=True)
        2
        >>> workspace.decisions().rows()[0]
        ('thread', 7, 'keep', 'a good answer')
        >>> workspace.take_back(7)
        1
    """

    def decisions(self) -> pl.DataFrame:
        """Return the decisions: `what` (`thread` or `turn`), `id`, `decision` and `note`.

        `select` applies them. `export.from_selection` needs them as its argument `decisions`.
        """
        return hand_list.load(self)

    def keep(
        self, ids: int | str | Iterable[int | str], *, note: str = "", turn: bool = False
    ) -> int:
        """Keep threads by hand, or single turns; the next run applies it.

        Args:
            ids: Id of a thread, or several; of tweets if `turn` is true.
            note: Why.
            turn: Whether the ids are those of single turns.

        Returns:
            Number of decisions that are new or different.

        Raises:
            StageError: If something is no id, or the list of decisions is damaged.
        """
        return self._decide(ids, "keep", note=note, turn=turn)

    def drop(
        self, ids: int | str | Iterable[int | str], *, note: str = "", turn: bool = False
    ) -> int:
        """Drop threads by hand, or single turns with what answers them; see `keep`."""
        return self._decide(ids, "drop", note=note, turn=turn)

    def take_back(self, ids: int | str | Iterable[int | str], *, turn: bool = False) -> int:
        """Take decisions back, so that the rules decide again; return how many there were."""
        return hand_list.take_back(self, _ids(ids), what=_what(turn=turn))

    def _decide(
        self, ids: int | str | Iterable[int | str], decision: Decision, *, note: str, turn: bool
    ) -> int:
        return hand_list.decide(
            self, _ids(ids), what=_what(turn=turn), decision=decision, note=note
        )


def _what(*, turn: bool) -> What:
    return "turn" if turn else "thread"


def _ids(ids: int | str | Iterable[int | str]) -> list[int]:
    """Return ids as a list of integers."""
    several = [ids] if isinstance(ids, int | str | float) else list(ids)
    return [_id(each) for each in several]


def _id(value: int | str) -> int:
    with suppress(TypeError, ValueError):
        # `index` takes integers of every library, and refuses floats.
        number = int(value) if isinstance(value, str) else operator.index(value)
        if not isinstance(value, bool) and 0 < number <= _HIGHEST:
            return number
    msg = f"{value!r} is not an id."
    raise StageError(msg, hint="pass whole numbers, like the `thread_id` of a table.")
