"""Keep the examples that one person collects on the page.

Cells only read them. They change in callbacks of lists, fields and buttons.
"""

import marimo as mo

from workbench.dashboard.components import messages
from workbench.dashboard.components.thread_list import ThreadList
from workbench.dashboard.search import examples
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import Recipe


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
        note = examples.add_instructions(
            self._session, self._examples, source=source, recipe=recipe
        )
        self._set_note(note)
