"""Label many threads at once, and undo it; `bulk_choice` chooses which."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import escape

import marimo as mo
import polars as pl

from workbench import labels
from workbench.dashboard.components import messages
from workbench.dashboard.label.bulk_choice import Choice
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display import html
from workbench.exceptions import WorkbenchError
from workbench.text import sanitize
from workbench.text.counts import counted

#: Number of texts in the preview.
SAMPLE = 12


class Bulk:
    """The labels that one person sets in bulk, and the last batch to undo.

    It changes in callbacks of buttons only. Cells read `get_note`, a state of marimo.

    Args:
        session: Scores and workspace.
        labeller: Who labels.
    """

    def __init__(self, session: ScoresSession, *, labeller: str) -> None:
        self._session, self._labeller = session, labeller
        # The cell that shows the note has the buttons, too: marimo would not run it again.
        self.get_note, self._set_note = mo.state(mo.Html(""), allow_self_loops=True)
        self._batches: list[tuple[datetime, str]] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a batch to take back."""
        return bool(self._batches)

    def apply(self, choice: Choice, label: str) -> None:
        """Write a label for every chosen thread, marked as bulk."""
        at = datetime.now(UTC).replace(microsecond=0)
        rows = choice.rows.with_columns(
            label=pl.lit(label), labelled_at=pl.lit(at), method=pl.lit(labels.BULK)
        )

        def write() -> str:
            count = labels.add(self._session.workspace, rows, labeller=self._labeller)
            self._batches.append((at, label))
            return f"Labelled {counted(count, 'thread')} “{label}” in bulk."

        self._try(write)

    def undo(self) -> None:
        """Erase the last batch."""

        def erase() -> str:
            at, label = self._batches[-1]
            count = labels.take_back_bulk(
                self._session.workspace, labelled_at=at, labeller=self._labeller
            )
            self._batches.pop()
            return f"Undone: {counted(count, 'label')} “{label}”."

        if self._batches:
            self._try(erase)

    def _try(self, change: Callable[[], str]) -> None:
        try:
            note = f'<p role="status" data-testid="bulk-note">{escape(change())}</p>'
        except (WorkbenchError, OSError, pl.exceptions.PolarsError) as error:
            self._set_note(messages.error(f"Nothing was changed: {error}"))
        else:
            self._set_note(mo.Html(note))


def source(by: str, groups: Mapping[str, pl.Series]) -> mo.ui.text | mo.ui.dropdown:
    """Return the control that chooses the threads: words to search for, or a cluster.

    Args:
        by: `Search` or `Cluster`.
        groups: Result of `bulk_choice.clusters`.
    """
    if by == "Search":
        return mo.ui.text(label="Words", placeholder='how do I, "exact words", -without')
    return mo.ui.dropdown(list(groups), label="Cluster", searchable=True)


def preview(choice: Choice) -> mo.Html:
    """Show how many threads would be labelled, and a few of their texts."""
    if not choice.matching:
        text = "No thread matches. Type words or choose a cluster; “Threads: all” looks at all."
        return mo.Html(f'<p class="wb-said" data-testid="bulk-count">{text}</p>')
    count = choice.rows.height
    left = choice.matching - choice.labelled
    cut = f", {count} at a time" if left > count else ""
    items = "".join(
        f"<li>{html.inline(sanitize.plain(text, most=160))}</li>"
        for text in choice.rows["text"].head(SAMPLE)
    )
    return mo.Html(
        f'<p class="wb-said" data-testid="bulk-count"><b>{choice.matching:,}</b> threads match, '
        f"{choice.labelled:,} of them are labelled already and stay as they are. "
        f"<b>{count:,}</b> would be labelled{cut}.</p>"
        f'<ul class="wb-chosen" aria-label="Some of them">{items}</ul>'
    )


def buttons(bulk: Bulk, choice: Choice, names: dict[str, str]) -> list[mo.ui.button]:
    """Make a button for each label, and one to undo the last batch.

    Args:
        bulk: Writes the labels.
        choice: The threads to label.
        names: Label -> its name on the page.
    """
    count = choice.rows.height

    def make(label: str, name: str) -> mo.ui.button:
        return mo.ui.button(
            label=f"Label {count:,} as “{name}”",
            disabled=not count,
            on_click=lambda _: bulk.apply(choice, label),
        )

    undo = mo.ui.button(
        label="Undo the last batch", disabled=not bulk.can_undo, on_click=lambda _: bulk.undo()
    )
    return [*(make(label, name) for label, name in names.items()), undo]
