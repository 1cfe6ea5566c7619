"""Labelling: one thing at a time to be judged by a key, written down at once."""

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

#: What is judged -> the judge that learns from it.
KINDS = {"Prompts": prompt_classifier.KIND, "Replies": reply_classifier.KIND}
#: Judge -> (action, name, key); the actions that are labels.
LABELS = {
    prompt_classifier.KIND: [
        ("fits", "Fits", "f"),
        ("borderline", "Borderline", "b"),
        ("no", "No", "n"),
    ],
    reply_classifier.KIND: [("answers", "Answers", "a"), ("no", "No", "n")],
}
#: The actions that are none.
OTHERS = [("skip", "Skip", "s"), ("undo", "Undo", "u")]
#: What each label means, for people.
GUIDE = {
    prompt_classifier.KIND: {
        "Fits": "asks for something that an assistant could answer from the text alone",
        "Borderline": "asks, but leans on who asks, on now and here, or on opinion",
        "No": "talk, complaint, rhetoric, advertising, or unclear without what it points to",
    },
    reply_classifier.KIND: {
        "Answers": "gives what was asked for: a fact, advice, a way, a choice with a reason",
        "No": "agrees, jokes, thanks, asks back, or only points elsewhere",
    },
}
#: Which threads may come.
SCOPES = ("that the other rules keep", "all")
#: Characters of a name.
LONGEST_NAME = 40

_FILES = resources.files("workbench.dashboard.label")


class Annotator(anywidget.AnyWidget):
    """What is to be judged, with a button and a key for each answer.

    Args:
        workspace: Where the labels are written.
        queue: What is to be judged.
        labeller: Who judges.
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
        every = [*LABELS[queue.kind], *OTHERS]
        super().__init__(buttons=[dict(zip(names, row, strict=True)) for row in every])
        self._show("Each judgement is written down at once.")
        self.observe(self._press, "pressed")

    @property
    def item(self) -> Item | None:
        """What is on the screen; None where nothing is left."""
        return self._item

    def act(self, action: str) -> None:
        """Judge, skip or undo; what goes wrong is told, and nothing moves on then."""
        try:
            note = self._acted(action)
        except (WorkbenchError, OSError, pl.exceptions.PolarsError) as error:
            self._show(f"That did not work: {error}", is_wrong=True)
        else:
            self._show(note)

    def _press(self, change: Any) -> None:  # noqa: ANN401 (traitlets exports no type)
        """Take what a browser sent, once, and only about what it has seen."""
        action, turn = change["new"].get("action"), change["new"].get("turn")
        if turn == self.now["turn"] and action in self.now["actions"]:
            self.act(action)

    def _acted(self, action: str) -> str:
        if action == "undo":
            item, label = self._done[-1]
            parent = item.above["tweet_id"] if item.above else None
            labels.take_back(
                self._workspace,
                tweet_id=item.judged["tweet_id"],
                parent_id=parent,
                labeller=self._labeller,
            )
            self._done.pop()
            if self._item:
                self._queue.put_back(self._item)
            self._item = item
            return f"Taken back: “{label}”."
        if self._item is None or action == "skip":
            self._item = self._queue.take()
            return "Skipped."
        labels.add(self._workspace, self._item.row(action), labeller=self._labeller)
        self._done.append((self._item, action))
        self._item = self._queue.take()
        return f"Written: “{action}”. {len(self._done):,} in this sitting."

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
    """Write what is to be judged as safe HTML, the thread around it folded."""
    if item is None:
        return (
            "<p>Nothing is left to judge here. Choose other threads or another order above, "
            "or train with what there is.</p>"
        )
    why = f"chosen because {WHY[item.why]}" if item.why != "random" else WHY["random"]
    why += ", a fair sample of all" if item.is_fair else ""
    parts = []
    if item.above:
        parts.append(_said(item.above["text"], head="Opening tweet"))
        head = f"Does this reply answer it? ({why})"
        parts.append(_said(item.judged["text"], head=head, name="is-reply"))
    else:
        parts.append(_said(item.judged["text"], head=f"Could an assistant answer this? ({why})"))
    count = item.turns.height
    parts.append(
        f"<details><summary>The thread around it: {count:,} turn{'s' if count != 1 else ''}"
        f"</summary>{html.thread(item.turns)}</details>"
    )
    return "".join(parts)


def _said(text: str, *, head: str, name: str = "") -> str:
    return (
        f'<h2 class="{name}">{escape(head)}</h2>'
        f'<div class="wb-judge-text {name}" dir="auto">{html.inline(text)}</div>'
    )


def name_of(typed: str | None) -> str:
    """Make what somebody typed a name that can be shown: one line, not too long."""
    return sanitize.plain(typed or "", most=LONGEST_NAME)


def scope(live: ScoresSession, recipe: Recipe, *, kind: str, which: str) -> pl.Series:
    """Mark the threads that may come: all, or those that the rules but the judge's own keep."""
    if which == "all":
        return pl.repeat(True, live.scores.height, dtype=pl.Boolean, eager=True)
    judges = {"suitability": Bounds(), "answer": Bounds()}
    chosen = judges if kind == prompt_classifier.KIND else {"answer": Bounds()}
    return live.verdicts(recipe.select.model_copy(update=chosen))["kept"]


def guide(kind: str) -> mo.Html:
    """Say what each label means."""
    rows = "".join(
        f"<tr><th scope=row>{name}</th><td>{said}</td></tr>" for name, said in GUIDE[kind].items()
    )
    return mo.Html(f'<table class="wb-files">{rows}</table>')


def tally(workspace: Workspace, *, kind: str) -> mo.Html:
    """Count what is labelled of a kind, by person and label."""
    is_pair = pl.col("parent_id").is_not_null()
    of_kind = ~is_pair if kind == prompt_classifier.KIND else is_pair
    known = labels.latest(labels.load(workspace).filter(of_kind))
    names = [action for action, _, _ in LABELS[kind]]
    counts = (
        known.group_by("labeller")
        .agg(*((pl.col("label") == name).sum().alias(name) for name in names), every=pl.len())
        .sort("every", "labeller", descending=[True, False])
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ["who", *names, "all"])
    rows = "".join(
        f"<tr><td>{html.inline(sanitize.plain(row['labeller'], most=LONGEST_NAME))}</td>"
        + "".join(f"<td>{row[name]:,}</td>" for name in [*names, "every"])
        + "</tr>"
        for row in counts.head(12).iter_rows(named=True)
    )
    return mo.Html(
        f'<div><p class="wb-said"><b data-testid="labelled">{known.height:,}</b> labelled so far'
        f'</p><table class="wb-files wb-numbers"><tr>{head}</tr>{rows}</table>'
        f'<p class="wb-said">{_fairness(known)}</p></div>'
    )


def _fairness(known: pl.DataFrame) -> str:
    """Say how many labels are a fair sample, and what to do to have enough."""
    fair = known.filter(pl.col("is_random").fill_null(value=False))
    no = fair.filter(pl.col("label") == "no").height
    yes = fair.filter(pl.col("label").is_in(["fits", "answers"])).height
    told = f"{fair.height:,} of them are a fair sample of all threads ({yes:,} yes, {no:,} no)"
    if min(yes, no) >= training_rows.FEWEST:
        return f"{told}: the chances of the next training are calibrated on them."
    return (
        f"{told}. With {training_rows.FEWEST} of each, chances are calibrated on them: judge those "
        f"of Threads “{SCOPES[-1]}”, Order “At random”."
    )
