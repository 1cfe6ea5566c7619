"""Keep the recipe that one person edits on the page, with its controls and its history.

Cells only read it. It changes in callbacks of controls and buttons.
"""

from html import escape
from typing import Any, NamedTuple

import marimo as mo

from workbench.dashboard.components import messages, rule_controls
from workbench.dashboard.curate import export_job, export_panel
from workbench.dashboard.curate.undo import History
from workbench.dashboard.session import recipe_files, recipe_url
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.exceptions import WorkbenchError
from workbench.facets.score_axes import Axis
from workbench.recipe import Recipe, SelectSettings
from workbench.storage import Workspace


class Controls(NamedTuple):
    """The controls of a recipe.

    Args:
        recipe: The recipe that they show at first.
        axes: Axis of each rule with bounds.
        rules: Controls of the rules.
        export: Controls of the export.
    """

    recipe: Recipe
    axes: dict[str, Axis]
    rules: mo.ui.dictionary
    export: mo.ui.dictionary

    def select(self) -> SelectSettings:
        """Read the settings of the rules."""
        return rule_controls.settings(self.rules.value, axes=self.axes, start=self.recipe.select)

    def edited(self, select: SelectSettings) -> Recipe:
        """Return the recipe with these rules and with the export that the controls show."""
        return export_panel.edited(self.recipe, select=select, values=self.export.value)


class RecipeEditor:
    """The recipe that one person edits, and what that person saved, exported and compared.

    The cells of the page read `get_recipe`, `get_saved` and `get_export`, which are states of
    marimo: a cell runs again if the state that it reads is set.

    Args:
        workspace: Where recipes and exports are written.
        first: The recipe to start with.
    """

    def __init__(self, workspace: Workspace, first: Recipe) -> None:
        self.workspace = workspace
        self.history = History(first)
        self.get_recipe, self._set_recipe = mo.state(first)
        self.get_saved, self._set_saved = mo.state(mo.Html(""))
        self.get_export, self._set_export = mo.state("")
        self._compared = recipe_files.DEFAULT

    def controls(self, session: ScoresSession, recipe: Recipe) -> Controls:
        """Make controls that show a recipe and note every change in the history."""

        def change(_: object) -> None:
            self.change(controls.edited(controls.select()))

        axes = session.axes(recipe.select)
        rules = rule_controls.build(
            recipe.select, axes=axes, choices=session.choices(), on_change=change
        )
        export = export_panel.controls(
            recipe.export, rule_min=recipe.select.answer.min, on_change=change
        )
        controls = Controls(recipe, axes, rules, export)
        return controls

    def change(self, recipe: Recipe) -> None:
        """Note the recipe that the controls show now, and write it to the address."""
        self.history.note(recipe)
        mo.query_params().set("recipe", recipe_url.to_query(recipe))

    def open(self, recipe: Recipe) -> None:
        """Make new controls that show another recipe."""
        self.change(recipe)
        self._set_recipe(recipe)

    def recipe_chooser(self) -> mo.ui.dropdown:
        """Make the list of recipes to compare with; the last choice stays selected."""
        names = list(recipe_files.places(self.workspace))
        return mo.ui.dropdown(
            names,
            self._compared if self._compared in names else recipe_files.DEFAULT,
            label="Compare with",
            on_change=self._compare,
        )

    def _compare(self, name: Any) -> None:  # noqa: ANN401 (the value of a dropdown)
        self._compared = name or recipe_files.DEFAULT

    def save(self, name: str, *, overwrite: bool) -> None:
        """Save the recipe under a name, or as the workspace's own if the name is empty."""
        recipe = self.history.present
        try:
            path = recipe_files.save(self.workspace, name, recipe, overwrite=overwrite)
        except (WorkbenchError, OSError) as error:
            self._set_saved(messages.error(str(error)))
        else:
            text = f'<p class="wb-effect" data-testid="saved">Saved as {escape(str(path))}</p>'
            self._set_saved(mo.Html(text))

    def export(self, name: str, *, overwrite: bool) -> None:
        """Start writing an export; `get_export` returns what went wrong."""
        recipe = self.history.present
        self._set_export(export_job.start(self.workspace, name, recipe=recipe, overwrite=overwrite))

    def stop_export(self) -> None:
        """Stop writing the export; `get_export` returns what went wrong."""
        self._set_export(export_job.stop(self.workspace))
