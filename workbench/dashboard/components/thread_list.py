"""List threads as cards: a click on a card opens its thread, and so does Enter.

`thread_cards` makes the cards. In some lists the threads can also be ticked, which is apart from
opening: a thread may be read without being ticked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import anywidget
import marimo as mo
import traitlets

from workbench.dashboard.components import widget_files
from workbench.display.css import KEPT, LINE


class Card(TypedDict):
    """One thread of a list; all texts are plain texts.

    Args:
        id: Id of the thread, as a text: JavaScript rounds numbers of this size.
        text: The opening tweet, in pieces; every other piece matches the search.
        reply: The turn that matches the search if that is a reply, in pieces.
        verdict: Whether the thread is kept, or the rule that removes it; empty to hide it.
        is_kept: Whether the thread is kept.
        facts: Short facts, such as `12 turns`.
        values: Label, value and meaning of the scores to show.
    """

    id: str
    text: list[str]
    reply: list[str]
    verdict: str
    is_kept: bool
    facts: list[str]
    values: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Choice:
    """What a person has chosen in a list.

    Args:
        opened: Id of the open thread; None if the list is empty.
        ticked: Ids of the ticked threads, in the order of the list.
    """

    opened: int | None
    ticked: list[int]


class Listbox(anywidget.AnyWidget):
    """The list in the browser; see `ThreadList`."""

    _esm = widget_files.script(__file__)
    _css = widget_files.style(__file__)

    colours = traitlets.Dict({"blue": KEPT, "line": LINE}).tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    height = traitlets.Unicode().tag(sync=True)
    can_tick = traitlets.Bool().tag(sync=True)
    cards: Any = traitlets.List().tag(sync=True)
    opened = traitlets.Unicode().tag(sync=True)
    ticked: Any = traitlets.List().tag(sync=True)


class ThreadList(mo.ui.anywidget):
    """A list of threads; its `value` is a `Choice`.

    Args:
        cards: The threads, at most a page of them.
        opened: Id of the thread that is open at first; the first one if it is not listed.
        name: What screen readers call the list.
        height: Greatest height, as a CSS length. The list scrolls on its own.
        can_tick: Whether threads can be ticked.
    """

    def __init__(
        self,
        cards: Sequence[Card],
        *,
        opened: int | None = None,
        name: str = "Threads",
        height: str = "30rem",
        can_tick: bool = False,
    ) -> None:
        self._ids = [card["id"] for card in cards]
        first = str(opened) if str(opened) in self._ids else next(iter(self._ids), "")
        listbox = Listbox(
            cards=list(cards), opened=first, name=name, height=height, can_tick=can_tick
        )
        super().__init__(listbox)

    @property
    def cards(self) -> list[Card]:
        """The listed threads."""
        return list(self.widget.cards)

    @property  # type: ignore[misc]
    def value(self) -> Choice:  # type: ignore[override]
        """What is open and ticked; the browser may send anything, so ids are checked."""
        opened, ticked = self.widget.opened, self.widget.ticked
        return Choice(
            opened=int(opened) if opened in self._ids else None,
            ticked=[int(known) for known in self._ids if known in ticked],
        )
