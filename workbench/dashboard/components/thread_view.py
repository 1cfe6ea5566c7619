"""Show one conversation in a browser: its turns in parts, folding branches, labels and links.

`thread_reader` reads the conversation and makes the HTML.
"""

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import traitlets

from workbench.dashboard.components import widget_files
from workbench.dashboard.components.hand_decisions import HandDecisions
from workbench.dashboard.components.thread_labels import ACTIONS, ThreadLabels
from workbench.display.css import KEPT, LINE, STYLE

#: Draws the next turns of a thread as safe HTML, and counts the turns that are then left.
Part = Callable[[int], tuple[str, int]]


class ThreadView(anywidget.AnyWidget):
    """The open conversation.

    Args:
        thread_id: Id of the thread.
        head: Safe HTML above the turns.
        part: Draws a part of the turns; called with its number, from 0.
        links: Text and address of each link to another page.
        labels: Labels of the opening tweet; None if it cannot be labelled here.
        on_name: Called with the name of the person who labels.
        hand: What was decided by hand on the thread and its turns; None to hide these controls.
        height: Greatest height, as a CSS length; `none` to be as tall as the conversation.
    """

    _esm = widget_files.script(__file__)
    _css = STYLE + widget_files.style(__file__)

    colours = traitlets.Dict({"blue": KEPT, "line": LINE}).tag(sync=True)
    thread = traitlets.Unicode().tag(sync=True)
    height = traitlets.Unicode().tag(sync=True)
    head = traitlets.Unicode().tag(sync=True)
    parts: Any = traitlets.List().tag(sync=True)
    left = traitlets.Int().tag(sync=True)
    links: Any = traitlets.List().tag(sync=True)
    buttons: Any = traitlets.List().tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)
    hand = traitlets.Dict().tag(sync=True)
    asked = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        thread_id: int,
        *,
        head: str,
        part: Part,
        links: Sequence[tuple[str, str]] = (),
        labels: ThreadLabels | None = None,
        on_name: Callable[[str], None] | None = None,
        hand: HandDecisions | None = None,
        height: str = "36rem",
    ) -> None:
        self._part, self._labels, self._on_name, self._hand = part, labels, on_name, hand
        first, left = part(0)
        names = ("action", "label", "key", "about")
        super().__init__(
            thread=str(thread_id),
            height=height,
            head=head,
            parts=[first],
            left=left,
            links=[{"text": text, "address": address} for text, address in links],
            buttons=[dict(zip(names, row, strict=True)) for row in ACTIONS] if labels else [],
            labels=labels.state() if labels else {},
            hand=hand.state() if hand else {},
        )
        self.observe(self._answer, "asked")

    def _answer(self, change: Any) -> None:  # noqa: ANN401 (traitlets exports no type)
        """Do what the browser asks for; it may send anything."""
        action, value = change["new"].get("action"), change["new"].get("value")
        if action == "more" and self.left:
            html, self.left = self._part(len(self.parts))
            self.parts = [*self.parts, html]
        elif action == "label" and self._labels:
            self.labels = self._labels.press(value)
        elif action == "hand" and self._hand:
            self.hand = self._hand.press(value)
        elif action == "name" and self._labels:
            self.labels = self._labels.name(value)
            if self._on_name:
                self._on_name(self._labels.labeller)
