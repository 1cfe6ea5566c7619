"""The form that writes an export: its name, and a card for each format with a record as example.

The widget is made once, so that nobody loses what is typed in it. `RecipeEditor` keeps the recipe
and starts the job; a cell of the page fills in what the formats would contain.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anywidget
import marimo as mo
import polars as pl
import traitlets

from workbench.dashboard.components import widget_files
from workbench.dashboard.curate import export_examples, export_job, live_counts
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display.css import KEPT, LINE
from workbench.exceptions import WorkbenchError
from workbench.export.formats import FORMATS, by_name
from workbench.recipe import Recipe
from workbench.storage import Workspace

#: Called with the names of the chosen formats.
OnFormats = Callable[[tuple[str, ...]], None]
#: Called with the name of an export, and whether it replaces one of that name.
OnWrite = Callable[[str, bool], None]


class ExportForm(anywidget.AnyWidget):
    """The name of an export, the button that writes it, and the formats to choose from.

    Args:
        workspace: Workspace of the exports.
        chosen: Names of the formats that are chosen at first.
        on_formats: Called when somebody chooses other formats.
        on_write: Called when somebody writes the export.
    """

    _esm = widget_files.script(__file__)
    _css = widget_files.style(__file__)

    colours = traitlets.Dict({"blue": KEPT, "line": LINE}).tag(sync=True)
    #: Name in a recipe and one line about each format, in the order of the cards.
    formats: Any = traitlets.List().tag(sync=True)
    chosen: Any = traitlets.List().tag(sync=True)
    #: Format -> fields of an `export_examples.Example`.
    examples = traitlets.Dict().tag(sync=True)
    #: What is typed, a free name, and why the export cannot be written; empty if it can.
    now = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        workspace: Workspace,
        chosen: Sequence[str],
        *,
        on_formats: OnFormats,
        on_write: OnWrite,
    ) -> None:
        self._workspace, self._on_formats, self._on_write = workspace, on_formats, on_write
        self._typed, self._overwrite, self._problem = export_job.free_name(workspace), False, ""
        super().__init__()
        self.show(chosen)
        self.check()
        self.on_msg(self._take)

    def show(self, chosen: Sequence[str]) -> None:
        """Choose the formats of another recipe."""
        names = [name for name in dict.fromkeys([*FORMATS, *chosen]) if name != "ids"]
        self.formats = [{"name": name, "about": by_name(name).format.ABOUT} for name in names]
        self.chosen = [name for name in names if name in chosen]

    def fill(self, session: ScoresSession, verdicts: pl.DataFrame, *, recipe: Recipe) -> mo.Html:
        """Show what the formats would contain, and return a sentence on those of the recipe.

        Args:
            session: Scores and workspace.
            verdicts: Result of `ScoresSession.verdicts`.
            recipe: Its export settings.
        """
        counts, self._problem = None, ""
        try:
            counts = live_counts.of(session, verdicts, recipe=recipe)
        except WorkbenchError as error:
            self._problem = str(error)
        names = [each["name"] for each in self.formats]
        cards = export_examples.of(session, verdicts, recipe=recipe, formats=names, counts=counts)
        self.examples = {name: card._asdict() for name, card in cards.items()}
        self.check()
        return live_counts.sentence(counts, recipe=recipe) if counts else mo.Html("")

    def check(self) -> None:
        """Find out again whether the export can be written, for example after a job has ended."""
        problem = self._problem or export_job.obstacle(
            self._workspace, self._typed, overwrite=self._overwrite
        )
        free = export_job.free_name(self._workspace)
        self.now = {"name": self._typed, "free": free, "problem": problem}

    def _take(self, _: object, message: object, __: object) -> None:
        """Do what the browser asks for, which may be anything."""
        asked: Mapping[str, Any] = message if isinstance(message, dict) else {}
        if asked.get("action") == "formats" and isinstance(asked.get("chosen"), list):
            known = [each["name"] for each in self.formats]
            chosen = tuple(name for name in known if name in asked["chosen"])
            if chosen:
                self.chosen = list(chosen)
                self._on_formats(chosen)
        elif isinstance(name := asked.get("name"), str):
            self._typed, self._overwrite = name, asked.get("replace") is True
            self.check()
            if asked.get("action") == "write" and not self.now["problem"]:
                self._on_write(name, self._overwrite)
                self.check()
