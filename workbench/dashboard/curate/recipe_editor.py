"""Keep the recipe that one person edits on the page, with its controls and its history.

Cells only read it. It changes in callbacks of controls and widgets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import marimo as mo
import polars as pl

from workbench.dashboard.components.rule_controls import RuleControls
from workbench.dashboard.curate import export_job, export_panel
from workbench.dashboard.curate.export_form import ExportForm
from workbench.dashboard.curate.recipe_bar import RecipeBar
from workbench.dashboard.curate.undo import History
from workbench.dashboard.session import query_params, recipe_files, recipe_url
from workbench.dashboard.session.recipe_files import ChosenRecipe
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.exceptions import RecipeError, WorkbenchError
from workbench.recipe import Recipe, SelectSettings
from workbench.text.counts import counted

#: Query parameter with the name of the saved recipe that is edited.
SAVED = "saved"

#: View of the page that compares two recipes.
COMPARE = "Compare"


@dataclass(frozen=True)
class SavedRecipe:
    """The file that Save writes.

    Args:
        name: Name of a saved recipe; empty for the workspace's own.
        recipe: What it contains; None if there is no such file yet.
        kept: Number of threads that it keeps.
    """

    name: str
    recipe: Recipe | None
    kept: int

    @property
    def title(self) -> str:
        """Its name in the menu."""
        return f"saved: {self.name}" if self.name else recipe_files.OWN_TITLE


class RecipeEditor:
    """The recipe that one person edits, and what that person saved, exported and compared.

    The cells of the page read `get_recipe` (after each final change), `get_opened` (after another
    recipe was opened), `get_compared`, `get_export` and `get_view`. These are states of marimo: a
    cell runs again if the state that it reads is set.

    Args:
        session: Scores and workspace.
        first: The recipe to start with.
        roots: Folders that must contain the files which an uploaded recipe names.
        saved: Name of the saved recipe that is edited; empty for the workspace's own.
        note: Error text to show at first.
    """

    def __init__(
        self,
        session: ScoresSession,
        first: Recipe,
        *,
        roots: Sequence[Path] = (),
        saved: str = "",
        note: str = "",
    ) -> None:
        self.workspace = session.workspace
        self.history = History(first)
        self.get_recipe, self._set_recipe = mo.state(first)
        self.get_opened, self._set_opened = mo.state(first)
        self.get_compared, self._set_compared = mo.state("")
        self.get_export, self._set_export = mo.state("")
        self.get_view, self._set_view = mo.state("")
        self._session, self._roots = session, roots
        self._note, self._is_wrong, self._is_taken = note, bool(note), False
        self._saved = self._read_saved(saved)
        self.rules = RuleControls(session, first.select, on_change=self._take_rules)
        self.bar = RecipeBar(self._act)
        self.form = ExportForm(
            session.workspace,
            first.export.formats,
            on_formats=self._take_formats,
            on_write=lambda name, overwrite: self.export(name, overwrite=overwrite),
        )
        # marimo forgets an element that nothing refers to.
        self.elements = mo.ui.anywidget(self.bar), mo.ui.anywidget(self.rules)
        self.form_element = mo.ui.anywidget(self.form)
        self._draw_counts(session.verdicts(first.select))
        self._draw()

    def export_controls(self, recipe: Recipe) -> mo.ui.dictionary:
        """Make controls that show the export of a recipe and note every change."""

        def change(values: Any) -> None:  # noqa: ANN401 (the value of a dictionary)
            present = self.history.present
            self.change(export_panel.edited(present, select=present.select, values=values))

        return export_panel.controls(
            recipe.export, rule_min=recipe.select.answer.min, on_change=change
        )

    def change(self, recipe: Recipe) -> None:
        """Use the recipe that the controls show now, and write it to the address."""
        self.history.note(recipe)
        self._set_recipe(recipe)
        mo.query_params().set("recipe", recipe_url.to_query(recipe))
        self._tell("")

    def open(self, recipe: Recipe) -> None:
        """Show another recipe in all controls."""
        self.change(recipe)
        self.rules.show(recipe.select)
        self.form.show(recipe.export.formats)
        self._set_opened(recipe)
        self._draw_counts(self._session.verdicts(recipe.select))

    def compared_with(self) -> ChosenRecipe:
        """Return the recipe that somebody chose to compare with; at first the saved one."""
        return recipe_files.chosen(self.workspace, self._compared_name())

    def compare_chooser(self) -> mo.ui.dropdown:
        """Make the list of recipes to compare with."""
        names = list(recipe_files.places(self.workspace))
        chosen = self._compared_name()
        return mo.ui.dropdown(
            names,
            chosen if chosen in names else None,
            label="Compare with",
            on_change=lambda name: self._set_compared(name or ""),
        )

    def _compare(self, name: str) -> None:
        """Show the comparison with a recipe of the menu."""
        query_params.write(tab=COMPARE)
        self._set_compared(name)
        self._set_view(COMPARE)

    def _compared_name(self) -> str:
        saved = self._saved.title if self._saved.recipe else recipe_files.DEFAULT
        return self.get_compared() or saved

    def save(self, name: str, *, overwrite: bool) -> None:
        """Save the recipe under a name, or as the workspace's own if the name is empty."""
        self._is_taken = False
        try:
            path = recipe_files.save(
                self.workspace, name, self.history.present, overwrite=overwrite
            )
        except (WorkbenchError, OSError) as error:
            self._is_taken = isinstance(error, recipe_files.TakenError)
            self._tell(str(error), is_wrong=True)
            return
        self._use_saved(name.strip())
        self._tell(f"Saved as {path}")

    def export(self, name: str, *, overwrite: bool) -> None:
        """Start writing an export; `get_export` returns what went wrong."""
        recipe = self.history.present
        self._set_export(export_job.start(self.workspace, name, recipe=recipe, overwrite=overwrite))

    def stop_export(self) -> None:
        """Stop writing the export; `get_export` returns what went wrong."""
        self._set_export(export_job.stop(self.workspace))

    def _act(self, action: str, text: str, replace: bool) -> None:
        """Do what somebody asks for in the bar."""
        if action in ("undo", "redo"):
            by = -1 if action == "undo" else 1
            if self.history.next_change(by):
                self.open(self.history.step(by))
        elif action == "save":
            self.save(self._saved.name, overwrite=True)
        elif action == "save_as":
            self.save(text, overwrite=replace)
        elif action == "compare":
            self._compare(text)
        elif action == "download":
            name = f"{self._saved.name or 'recipe'}.toml"
            self.bar.offer_download(self.history.present.to_toml(), name=name)
        else:
            contents = text.encode("utf-8", "replace") if action == "upload" else None
            self._open_chosen(
                recipe_files.chosen(self.workspace, text, upload=contents, roots=self._roots)
            )

    def _open_chosen(self, chosen: ChosenRecipe) -> None:
        if chosen.problem:
            self._tell(chosen.problem, is_wrong=True)
            return
        self.open(chosen.recipe)
        if chosen.name == recipe_files.OWN_TITLE or chosen.saved_name:
            self._use_saved(chosen.saved_name)
        self._tell(f"Opened {chosen.name}. Undo brings the previous rules back.")

    def _take_rules(self, select: SelectSettings, verdicts: pl.DataFrame, is_final: bool) -> None:
        """Count at once. Note the change when it is final, not at each step of a drag."""
        self._draw_counts(verdicts)
        if is_final:
            self.change(self.history.present.model_copy(update={"select": select}))

    def _take_formats(self, names: tuple[str, ...]) -> None:
        """Export other formats from now on."""
        present = self.history.present
        export = present.export.model_copy(update={"formats": names})
        self.change(present.model_copy(update={"export": export}))

    def _read_saved(self, name: str) -> SavedRecipe:
        """Read the recipe that Save replaces, and count what it keeps."""
        path = recipe_files.path_of(self.workspace, name)
        try:
            recipe = recipe_files.load(path) if path.exists() else None
        except RecipeError:
            recipe = None
        kept = self._session.kept(self._session.verdicts((recipe or Recipe()).select))[0]
        return SavedRecipe(name, recipe, kept)

    def _use_saved(self, name: str) -> None:
        """Compare with another saved recipe from now on, and let Save replace it."""
        self._saved = self._read_saved(name)
        query_params.write(**{SAVED: name})
        self._draw_counts(self._session.verdicts(self.history.present.select))

    def _draw_counts(self, verdicts: pl.DataFrame) -> None:
        kept, turns = self._session.kept(verdicts)
        change = kept - self._saved.kept
        since = "since saved" if self._saved.recipe else "against the default rules"
        self.bar.counts = {
            "kept": kept,
            "turns": turns,
            "threads": self._session.size[0],
            "since": f"{change:+,} {since}" if change else "",
            "since_title": f"{self._saved.title} keeps {counted(self._saved.kept, 'thread')}",
        }

    def _tell(self, note: str, *, is_wrong: bool = False) -> None:
        self._note, self._is_wrong = note, is_wrong
        if not is_wrong:
            self._is_taken = False
        self._draw()

    def _draw(self) -> None:
        self.bar.now = {
            "name": self._saved.title,
            "is_changed": self.history.present != self._saved.recipe,
            "undo": self.history.next_change(-1),
            "redo": self.history.next_change(1),
            "recipes": list(recipe_files.places(self.workspace)),
            "note": self._note,
            "is_wrong": self._is_wrong,
            "is_taken": self._is_taken,
        }


def start(session: ScoresSession, *, roots: Sequence[Path] = ()) -> RecipeEditor:
    """Start with the recipe in the address, or else with the workspace's own.

    Args:
        session: Scores and workspace.
        roots: Folders that must contain the files which an uploaded recipe names.
    """
    query = query_params.read("recipe", most=query_params.LONG)
    saved = recipe_files.known_name(session.workspace, query_params.read(SAVED))
    first, problem = recipe_url.start(session.workspace, query=query)
    return RecipeEditor(session, first, roots=roots, saved=saved, note=problem)
