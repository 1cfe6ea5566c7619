"""Keep the examples that one person collects on the page.

Cells only read them. They change in callbacks of lists, fields and buttons.
"""

import time
from html import escape

import marimo as mo

from workbench.dashboard.components import job_status, messages
from workbench.dashboard.components.thread_list import ThreadList
from workbench.dashboard.search import examples
from workbench.dashboard.session import activity, jobs
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.exceptions import WorkbenchError
from workbench.recipe import Recipe

#: Title of the job that scores again.
RESCORE = "Scoring the threads again"


class ExampleEditor:
    """The examples of one person, and what became of the last change.

    The cells of the page read `get_examples` (ids of threads) and `get_note` (an error, or what
    was added to the known instructions). These are states of marimo: a cell runs again if the
    state that it reads is set.

    Args:
        session: Scores and workspace.
        first: Ids of the threads to start with.
    """

    def __init__(self, session: ScoresSession, first: list[int]) -> None:
        self._session = session
        self._examples = first
        self.get_examples, self._set_examples = mo.state(first)
        self.get_note, self._set_note = mo.state(mo.Html(""))
        self.get_turn, self._set_turn = mo.state(0.0)
        self._is_rescoring = False

    def put(self, thread_ids: list[int]) -> None:
        """Replace all examples."""
        self._examples = thread_ids
        self._set_examples(thread_ids)
        self._set_note(mo.Html(""))

    def add_typed(self, typed: str) -> None:
        """Add the threads of typed ids or addresses."""
        thread_ids, problem = examples.resolve(self._session, typed)
        if thread_ids:
            self.put(examples.united(self._examples, thread_ids))
        self._set_note(messages.error(problem))

    def add_button(self, listing: ThreadList) -> mo.ui.button:
        """Make the button that adds the ticked threads of a list.

        Args:
            listing: The list.
        """

        def add(_: object) -> None:
            self.put(examples.united(self._examples, listing.value.ticked))

        return mo.ui.button(
            label="Use ticked as examples", disabled=not listing.cards, on_click=add
        )

    def add_instructions(self, source: str, recipe: Recipe) -> None:
        """Add the texts of the examples to the known instructions of the workspace.

        Args:
            source: Name of the set, by which it can be removed again.
            recipe: Its known instructions are not added again.
        """
        button = mo.ui.button(label="Rescore now", on_click=lambda _: self.rescore())
        note = examples.add_instructions(
            self._session, self._examples, source=source, recipe=recipe, rescore=button
        )
        # A button in a state must be kept, or its clicks are lost.
        self._button = button
        self._set_note(note)

    def rescore(self) -> None:
        """Bring all stale stages up to date in a process of its own."""
        try:
            jobs.start(self._session.workspace, ["run"], title=RESCORE)
        except WorkbenchError as error:
            self._set_note(messages.error(str(error)))
            return
        text = "The threads are being scored again. This goes on if you leave the page."
        self._set_note(mo.Html(f'<p class="wb-listed" data-testid="rescoring">{text}</p>'))
        self._is_rescoring = True
        self._set_turn(time.time())

    def clock(self) -> mo.ui.refresh | None:
        """Make a clock that ticks while the threads are scored again; None if they are not."""
        if not self._is_rescoring:
            return None
        return mo.ui.refresh(default_interval="2s", on_change=self._look)

    def _look(self, _: object) -> None:
        """Show how far the job is, or what it changed."""
        job = jobs.last(self._session.workspace)
        if job is None or job.record.title != RESCORE:
            return
        if job.is_running:
            text = escape(activity.of_job(job, at=time.time()).text)
            self._set_note(
                mo.Html(f'<p class="wb-listed" role="status" data-testid="rescoring">{text}</p>')
            )
            return
        self._is_rescoring = False
        self._set_turn(time.time())
        problem, hint = job_status.failure(job)
        self._set_note(messages.error(f"{problem}\n\nHint: {hint}") if problem else self._changes())

    def _changes(self) -> mo.Html:
        """Say what scoring again has changed."""
        text = f"{examples.changes(self._session)} Reload the page to see the new scores."
        return mo.callout(
            mo.Html(f'<div data-testid="rescored">{escape(text)}</div>'), kind="success"
        )
