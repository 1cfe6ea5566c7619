"""Label one thread after another by key; each label is written at once."""

from html import escape
from typing import Any, NamedTuple, Protocol, cast

import anywidget
import marimo as mo
import polars as pl
import traitlets

from workbench import labels
from workbench.classifiers import experiments, prompt_classifier
from workbench.dashboard.components import widget_files
from workbench.dashboard.components.hand_decisions import HandDecisions
from workbench.dashboard.label import card, goals, items, kinds
from workbench.dashboard.label.items import Item
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display.css import KEPT, LINE
from workbench.exceptions import WorkbenchError
from workbench.recipe import Bounds, Recipe
from workbench.text import sanitize

#: Which threads may be labelled.
SCOPES = ("that the other rules keep", "all")
#: Number of labels in the history.
HISTORY = 30


class Source(Protocol):
    """Where items come from: a `queue.Queue` or an `items.ItemList`."""

    kind: str

    def take(self) -> Item | None:
        """Return the next item; None if none is left."""

    def put_back(self, item: Item) -> None:
        """Make an item the next one."""


class _Done(NamedTuple):
    """A label of this session: what it is about, the label, and the row that it replaced."""

    item: Item
    label: str
    before: pl.DataFrame


class Annotator(anywidget.AnyWidget):
    """The thread to label, with a button and a key for each label, the goals and the history.

    Args:
        session: Scores, and the workspace where the labels are written.
        source: The items to label.
        labeller: Who labels.
        method: Method of the labels, see `Labels.method`.
    """

    _esm = widget_files.script(__file__)
    _css = widget_files.style(__file__)

    colours = traitlets.Dict({"blue": KEPT, "line": LINE}).tag(sync=True)
    buttons: Any = traitlets.List().tag(sync=True)
    pressed = traitlets.Dict().tag(sync=True)
    now = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        session: ScoresSession,
        source: Source,
        *,
        labeller: str,
        method: str | None = None,
    ) -> None:
        self._session, self._source, self._labeller = session, source, labeller
        self._workspace, self._method = session.workspace, method
        self._labels = {action for action, *_ in kinds.LABELS[source.kind]}
        scores = session.scores[experiments.COLUMNS[source.kind]]
        self._share = cast("float | None", scores.mean())
        self._done: list[_Done] = []
        self._history: list[dict[str, Any]] = []
        self._item = source.take()
        names = ("action", "label", "key", "meaning")
        actions = [*kinds.LABELS[source.kind], *kinds.OTHERS, *kinds.DECISIONS]
        super().__init__(buttons=[dict(zip(names, row, strict=True)) for row in actions])
        self._show("Each label is saved at once.")
        self.observe(self._press, "pressed")

    @property
    def item(self) -> Item | None:
        """The item on the screen; None if none is left."""
        return self._item

    def act(self, action: str) -> None:
        """Label, skip or undo. An error is shown, and the item stays on the screen."""
        self._try(lambda: self._apply(action))

    def reopen(self, place: int) -> None:
        """Show a label of the history again, to revise it; the item on the screen comes after."""
        if 0 <= place < len(self._history):
            self._try(lambda: self._reopen(self._history[place]))

    def _try(self, change: Any) -> None:  # noqa: ANN401 (a function that returns a note)
        try:
            note = change()
        except (WorkbenchError, OSError, pl.exceptions.PolarsError) as error:
            self._show(f"The label was not saved: {error}", is_wrong=True)
        else:
            self._show(note)

    def _press(self, change: Any) -> None:  # noqa: ANN401 (traitlets exports no type)
        """Handle a key or button once, and only for the item that the browser has shown."""
        action, turn = change["new"].get("action"), change["new"].get("turn")
        if turn != self.now["turn"]:
            return
        if action == "open" and isinstance(place := change["new"].get("place"), int):
            self.reopen(place)
        elif action in self.now["actions"]:
            self.act(action)

    def _apply(self, action: str) -> str:
        """Carry out an action and return a note on it."""
        if action == "undo":
            return self._undo()
        if self._item is None or action == "skip":
            self._item = self._source.take()
            return "Skipped."
        item = self._item
        if action in (name for name, *_ in kinds.DECISIONS):
            return self._decide(item, action)
        before = self._label_of(item)
        labels.add(self._workspace, item.row(action, method=self._method), labeller=self._labeller)
        self._done.append(_Done(item, action, before))
        self._item = self._source.take()
        return f"Saved: “{action}”. {len(self._done):,} in this session."

    def _decide(self, item: Item, action: str) -> str:
        """Keep or drop the thread, or the reply, by hand; the item stays on the screen."""
        tweet_id, parent_id = item.key
        hand = HandDecisions(self._workspace, item.tweet["thread_id"], [tweet_id])
        turn = {} if parent_id is None else {"turn": tweet_id}
        return str(hand.press({"decision": action} | turn)["message"])

    def _undo(self) -> str:
        item, label, before = self._done[-1]
        tweet_id, parent_id = item.key
        labels.take_back(
            self._workspace, tweet_id=tweet_id, parent_id=parent_id, labeller=self._labeller
        )
        if before.height:
            labels.put(self._workspace, before)
        self._done.pop()
        self._next(item)
        return f"Undone: “{label}”."

    def _reopen(self, row: dict[str, Any]) -> str:
        self._next(items.of_label(self._session, row, why="again"))
        return f"You labelled this “{row['label']}”. Press a key to change it, or s to leave it."

    def _next(self, item: Item) -> None:
        """Show an item; the one on the screen comes after it."""
        if self._item:
            self._source.put_back(self._item)
        self._item = item

    def _mine(self) -> pl.DataFrame:
        known = goals.of_kind(labels.load(self._workspace), self._source.kind)
        return known.filter(pl.col("labeller") == self._labeller)

    def _label_of(self, item: Item) -> pl.DataFrame:
        """Return the label of this person on an item that a new one replaces; no row if none."""
        tweet_id, parent_id = item.key
        return (
            self._mine()
            .filter(
                pl.col("tweet_id") == tweet_id,
                pl.col("parent_id").eq_missing(pl.lit(parent_id, pl.Int64)),
                pl.col("method").eq_missing(pl.lit(self._method, pl.String)),
            )
            .tail(1)
        )

    def _show(self, note: str, *, is_wrong: bool = False) -> None:
        actions = [*self._labels, "skip"] if self._item else []
        if self._item and not self._item.turns.is_empty():
            actions += [name for name, *_ in kinds.DECISIONS]
        known = goals.of_kind(labels.load(self._workspace), self._source.kind)
        mine = known.filter(pl.col("labeller") == self._labeller)
        newest = mine.sort("labelled_at", descending=True, maintain_order=True)
        self._history = newest.head(HISTORY).to_dicts()
        own = {row["label"] for row in self._label_of(self._item).to_dicts()} if self._item else {}
        self.now = {
            "turn": self.now.get("turn", 0) + 1,
            "question": kinds.QUESTIONS[self._source.kind],
            "why": card.why(self._item) if self._item else "",
            "html": card.shown(self._item),
            "note": note,
            "is_wrong": is_wrong,
            "actions": [*actions, "undo"] if self._done else actions,
            "chosen": next(iter(own), ""),
            "goals": goals.progress(known, share=self._share) | {"mine": mine.height},
            "history": [_line(row) for row in self._history],
        }


def _line(row: dict[str, Any]) -> dict[str, str]:
    """Return a label of the history as plain texts."""
    names = {action: name for kind in kinds.LABELS.values() for action, name, *_ in kind}
    return {"label": names[row["label"]], "text": sanitize.plain(row["text"], most=70)}


def name_of(typed: str | None) -> str:
    """Return a typed name as one short line of plain text."""
    return sanitize.plain(typed or "", most=labels.LONGEST_NAME)


def scope(session: ScoresSession, recipe: Recipe, *, kind: str, which: str) -> pl.Series:
    """Mark the threads that may be labelled: all, or those kept by all other rules.

    The rules that use the trained classifier, or one that depends on it, are ignored.
    """
    if which == "all":
        return pl.repeat(True, session.scores.height, dtype=pl.Boolean, eager=True)
    ignored = {"answer": Bounds()}
    if kind == prompt_classifier.KIND:
        ignored["suitability"] = Bounds()
    return session.verdicts(recipe.select.model_copy(update=ignored))["kept"]


def order_note(text: str) -> mo.Html:
    """Explain the chosen order of the queue."""
    return mo.Html(f'<p class="wb-said" data-testid="order-note">{escape(text)}</p>')
