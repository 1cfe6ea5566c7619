"""Label one thread after another by key; each label is written at once."""

from html import escape
from importlib import resources
from typing import Any

import anywidget
import marimo as mo
import polars as pl
import traitlets

from workbench import labels
from workbench.classifiers import prompt_classifier, reply_classifier, training_rows
from workbench.dashboard.label.queue import WHY, Item, Queue
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import html
from workbench.display.css import KEPT, LINE
from workbench.exceptions import WorkbenchError
from workbench.recipe import Bounds, Recipe
from workbench.storage import Workspace
from workbench.text import sanitize

#: What is labelled -> classifier that learns from it.
KINDS = {"Prompts": prompt_classifier.KIND, "Replies": reply_classifier.KIND}
#: Classifier -> (action, name, key) of each label.
LABELS = {
    prompt_classifier.KIND: [
        ("fits", "Fits", "f"),
        ("borderline", "Borderline", "b"),
        ("no", "No", "n"),
    ],
    reply_classifier.KIND: [("answers", "Answers", "a"), ("no", "No", "n")],
}
#: (action, name, key) of the other actions.
OTHERS = [("skip", "Skip", "s"), ("undo", "Undo", "u")]
#: Classifier -> meaning of each label.
GUIDE = {
    prompt_classifier.KIND: {
        "Fits": "a request that an assistant could answer from the text alone",
        "Borderline": "a request, but the answer depends on the person, time, place or opinion",
        "No": "chat, complaint, rhetoric or advertising, or unclear without its context",
    },
    reply_classifier.KIND: {
        "Answers": "gives what was asked for: a fact, advice, a method, a choice with a reason",
        "No": "agrees, jokes, thanks, asks back, or only refers elsewhere",
    },
}
#: Which threads may be labelled.
SCOPES = ("that the other rules keep", "all")
#: Maximum number of characters of a name.
LONGEST_NAME = 40

_FILES = resources.files("workbench.dashboard.label")


class Annotator(anywidget.AnyWidget):
    """The thread to label, with a button and a key for each label.

    Args:
        workspace: Where the labels are written.
        queue: The items to label.
        labeller: Who labels.
    """

    _esm = (_FILES / "annotator.js").read_text(encoding="utf-8")
    _css = (_FILES / "annotator.css").read_text(encoding="utf-8")

    colours = traitlets.Dict({"blue": KEPT, "line": LINE}).tag(sync=True)
    buttons: Any = traitlets.List().tag(sync=True)
    pressed = traitlets.Dict().tag(sync=True)
    now = traitlets.Dict().tag(sync=True)

    def __init__(self, workspace: Workspace, queue: Queue, *, labeller: str) -> None:
        self._workspace, self._queue, self._labeller = workspace, queue, labeller
        self._labels = {action for action, _, _ in LABELS[queue.kind]}
        self._done: list[tuple[Item, str]] = []
        self._item = queue.take()
        names = ("action", "label", "key")
        actions = [*LABELS[queue.kind], *OTHERS]
        super().__init__(buttons=[dict(zip(names, row, strict=True)) for row in actions])
        self._show("Each label is saved at once.")
        self.observe(self._press, "pressed")

    @property
    def item(self) -> Item | None:
        """The item on the screen; None if none is left."""
        return self._item

    def act(self, action: str) -> None:
        """Label, skip or undo. An error is shown, and the item stays on the screen."""
        try:
            note = self._apply(action)
        except (WorkbenchError, OSError, pl.exceptions.PolarsError) as error:
            self._show(f"The label was not saved: {error}", is_wrong=True)
        else:
            self._show(note)

    def _press(self, change: Any) -> None:  # noqa: ANN401 (traitlets exports no type)
        """Handle a key or button once, and only for the item that the browser has shown."""
        action, turn = change["new"].get("action"), change["new"].get("turn")
        if turn == self.now["turn"] and action in self.now["actions"]:
            self.act(action)

    def _apply(self, action: str) -> str:
        """Carry out an action and return a note on it."""
        if action == "undo":
            item, label = self._done[-1]
            parent = item.parent["tweet_id"] if item.parent else None
            labels.take_back(
                self._workspace,
                tweet_id=item.tweet["tweet_id"],
                parent_id=parent,
                labeller=self._labeller,
            )
            self._done.pop()
            if self._item:
                self._queue.put_back(self._item)
            self._item = item
            return f"Undone: “{label}”."
        if self._item is None or action == "skip":
            self._item = self._queue.take()
            return "Skipped."
        labels.add(self._workspace, self._item.row(action), labeller=self._labeller)
        self._done.append((self._item, action))
        self._item = self._queue.take()
        return f"Saved: “{action}”. {len(self._done):,} in this session."

    def _show(self, note: str, *, is_wrong: bool = False) -> None:
        actions = [*self._labels, "skip"] if self._item else []
        self.now = {
            "turn": self.now.get("turn", 0) + 1,
            "html": shown(self._item),
            "note": note,
            "is_wrong": is_wrong,
            "actions": [*actions, "undo"] if self._done else actions,
        }


def shown(item: Item | None) -> str:
    """Render the item to label as safe HTML, with the thread around it folded."""
    if item is None:
        return (
            "<p>Nothing is left to label here. Choose other threads or another order above, "
            "or train with the labels so far.</p>"
        )
    why = f"chosen because {WHY[item.why]}" if item.why != "random" else WHY["random"]
    why += ", a fair sample of all" if item.is_fair else ""
    parts = []
    if item.parent:
        parts.append(_text(item.parent["text"], head="Opening tweet"))
        head = f"Does this reply answer it? ({why})"
        parts.append(_text(item.tweet["text"], head=head, name="is-reply"))
    else:
        parts.append(_text(item.tweet["text"], head=f"Could an assistant answer this? ({why})"))
    count = item.turns.height
    parts.append(
        f"<details><summary>The thread around it: {count:,} turn{'s' if count != 1 else ''}"
        f"</summary>{html.thread(item.turns)}</details>"
    )
    return "".join(parts)


def _text(text: str, *, head: str, name: str = "") -> str:
    return (
        f'<h2 class="{name}">{escape(head)}</h2>'
        f'<div class="wb-judge-text {name}" dir="auto">{html.inline(text)}</div>'
    )


def name_of(typed: str | None) -> str:
    """Return a typed name as one short line of plain text."""
    return sanitize.plain(typed or "", most=LONGEST_NAME)


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


def guide(kind: str) -> mo.Html:
    """Show what each label means."""
    rows = "".join(
        f"<tr><th scope=row>{name}</th><td>{meaning}</td></tr>"
        for name, meaning in GUIDE[kind].items()
    )
    return mo.Html(f'<table class="wb-files">{rows}</table>')


def tally(workspace: Workspace, *, kind: str) -> mo.Html:
    """Show the number of labels of a kind, by person and label."""
    is_pair = pl.col("parent_id").is_not_null()
    of_kind = ~is_pair if kind == prompt_classifier.KIND else is_pair
    known = labels.latest(labels.load(workspace).filter(of_kind))
    names = [action for action, _, _ in LABELS[kind]]
    counts = (
        known.group_by("labeller")
        .agg(*((pl.col("label") == name).sum().alias(name) for name in names), total=pl.len())
        .sort("total", "labeller", descending=[True, False])
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ["who", *names, "all"])
    rows = "".join(
        f"<tr><td>{html.inline(sanitize.plain(row['labeller'], most=LONGEST_NAME))}</td>"
        + "".join(f"<td>{row[name]:,}</td>" for name in [*names, "total"])
        + "</tr>"
        for row in counts.head(12).iter_rows(named=True)
    )
    return mo.Html(
        f'<div><p class="wb-said"><b data-testid="labelled">{known.height:,}</b> labelled so far'
        f'</p><table class="wb-files wb-numbers"><tr>{head}</tr>{rows}</table>'
        f'<p class="wb-said">{_fairness(known)}</p></div>'
    )


def _fairness(known: pl.DataFrame) -> str:
    """Say how many labels are a fair sample, and how to get enough of them."""
    fair = known.filter(pl.col("is_random").fill_null(value=False))
    no = fair.filter(pl.col("label") == "no").height
    yes = fair.filter(pl.col("label").is_in(["fits", "answers"])).height
    text = f"{fair.height:,} of them are a fair sample of all threads ({yes:,} yes, {no:,} no)"
    if min(yes, no) >= training_rows.FEWEST:
        return f"{text}: the next training calibrates its probabilities on them."
    return (
        f"{text}. Probabilities are calibrated on {training_rows.FEWEST} of each. To get more, "
        f"choose Threads “{SCOPES[-1]}” and Order “At random”."
    )
