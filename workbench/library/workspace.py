"""A workspace as notebooks and scripts use it: runs, search, threads, funnel, attribution."""

from pathlib import Path
from typing import TYPE_CHECKING, Self

import polars as pl

from workbench import pipeline, selection
from workbench.cluster.connection import AUTO, LOCAL
from workbench.cluster.engine import connected
from workbench.display.tables import Table
from workbench.exceptions import StageError, WorkbenchError
from workbench.library import (
    overview,
    results,
    runs,
    score_histogram,
    thread_lookup,
    thread_search,
)
from workbench.library.results import MODES, Mode, SearchResults
from workbench.library.thread import Thread
from workbench.library.workspace_decisions import WorkspaceDecisions
from workbench.pipeline import damage
from workbench.recipe import Recipe, RecipeLike, as_recipe
from workbench.selection import hand_list

if TYPE_CHECKING:
    from workbench.charts import Layers

#: File in a workspace with the recipe that commands and dashboards use.
OWN_RECIPE = "recipe.toml"

_COUNTS = {"step": pl.String, "count": pl.Int64, "share": pl.Float64, "of": pl.String}


class Workspace(WorkspaceDecisions):
    """A folder with the tables of one project, open in Python.

    It shows its stages, the rows of their tables and what is stale. Everything that it returns
    reads the tables as they are now, so a run in another process needs no new object.

    Examples:
        >>> import tempfile
        >>> workspace = Workspace.create(tempfile.mkdtemp())
        >>> workspace.recipe
        Recipe with 12 active rules: the defaults
        >>> workspace.funnel().height
        0
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._recipe: Recipe | None = None

    def __repr__(self) -> str:
        return repr(self._overview())

    def _repr_html_(self) -> str:
        return self._overview()._repr_html_()

    def _overview(self) -> Table:
        try:
            with damage.explained(self):
                return overview.of(self, self.recipe)
        except WorkbenchError as error:
            return overview.unreadable(self, error)

    @property
    def recipe(self) -> Recipe:
        """The recipe that the methods use: the one that was set, else that of the workspace.

        Set it to use another one in this process: a recipe, the path of its file, or a mapping of
        its sections. The methods take recipes in the same ways. `save_recipe` also writes it into
        the workspace.

        Raises:
            RecipeError: If the recipe file of the workspace is wrong.
        """
        path = self.root / OWN_RECIPE
        if self._recipe is not None:
            return self._recipe
        return Recipe.load(path) if path.exists() else Recipe()

    @recipe.setter
    def recipe(self, recipe: RecipeLike | None) -> None:
        self._recipe = None if recipe is None else as_recipe(recipe)

    def _chosen(self, recipe: RecipeLike | None) -> Recipe:
        return self.recipe if recipe is None else as_recipe(recipe)

    def save_recipe(self, recipe: RecipeLike | None = None) -> Self:
        """Make a recipe that of the workspace, which commands and dashboards use too.

        Args:
            recipe: The recipe; by default the one in use.
        """
        chosen = self._chosen(recipe)
        self.write_text(OWN_RECIPE, chosen.to_toml())
        self._recipe = None
        return self

    def run(
        self,
        *archives: str | Path,
        recipe: RecipeLike | None = None,
        until: str = "export",
        workers: int | None = None,
        engine: str = LOCAL,
        ray_address: str = AUTO,
        progress: bool = True,
    ) -> Self:
        """Read archives, and run the stages that are stale; see `workbench.run`.

        Args:
            archives: Files, folders and globs to read first.
            recipe: The recipe to use from now on; by default the one in use.
            until: Last stage to run.
            workers: Processes that work at once; by default one per core.
            engine: `local`, `daft` or `ray`, see `workbench.run`.
            ray_address: The Ray cluster.
            progress: Whether to show the progress, and what each stage did.
        """
        if recipe is not None:
            self.recipe = recipe
        runs.bring_up_to_date(
            self,
            self.recipe,
            archives=[str(archive) for archive in archives],
            until=until,
            workers=workers,
            engine=connected(engine, workers=workers, ray_address=ray_address),
            shows_progress=progress,
        )
        return self

    def export(
        self, name: str, recipe: RecipeLike | None = None, *, overwrite: bool = False
    ) -> Path:
        """Write the threads that a recipe keeps as an export, and return its folder.

        Args:
            name: Name of the export.
            recipe: Rules, formats, roles and privacy; by default the recipe in use.
            overwrite: Replace an export of this name.

        Raises:
            StageError: If an earlier stage has to run first, or no thread is kept.
            ExportError: If the export exists already, or a format is unknown.
        """
        pipeline.write_export(self, self._chosen(recipe), name=name, overwrite=overwrite)
        return self.exports_path / name

    def search(
        self,
        text: str,
        *,
        mode: Mode = "hybrid",
        limit: int = 10,
        lang: str | None = None,
        only_kept: bool = False,
    ) -> SearchResults:
        """Find threads by meaning, by words, or by the ranks of both.

        Searches the turns that have a vector: the opening tweets, unless `[embed] turns` of the
        recipe says otherwise.

        Args:
            text: What to search for. `"an egg"` in quotes is a phrase, `boil OR fry` means either
                word, `-salt` leaves out threads with that word, and `tomat*` is the start of words.
            mode: How to search. A text that the model cannot read is searched by words.
            limit: Most threads, at least 1.
            lang: Only turns in this language, for example `en`.
            only_kept: Only threads that the last selection keeps.

        Raises:
            StageError: If the text is empty, there is no such mode, there are no vectors, another
                embedder made them, or the kept threads are unknown because the selection is stale.
        """
        if not isinstance(text, str) or not text.strip():
            msg = f"There is nothing to search for: the text is {text!r}."
            raise StageError(msg, hint='pass words, like search("boil an egg").')
        if mode not in MODES:
            msg = f"There is no search mode called {mode!r}."
            raise StageError(msg, hint=f"choose one of {', '.join(MODES)}.")
        if limit < 1:
            msg = f"A search cannot return {limit} threads."
            raise StageError(msg, hint="choose a limit of at least 1.")
        with damage.explained(self):
            matches = thread_search.find(
                self,
                self.recipe,
                text,
                by=MODES[mode],
                lang=lang,
                only_kept=only_kept,
                limit=limit,
            )
        return results.of(matches, text=text)

    def thread(self, id: int | str) -> Thread:
        """Read one conversation, with its roles, scores and missing tweets.

        Args:
            id: Id of a thread or of any tweet in it, or the address of a tweet.

        Raises:
            StageError: If it is no id.
            WorkspaceError: If no thread contains it.
        """
        with damage.explained(self):
            return Thread(thread_lookup.read(self, self.recipe, str(id)))

    def funnel(self) -> pl.DataFrame:
        """Count what is left after each finished stage: lines, tweets, linked replies, threads.

        Returns:
            `step`, `count`, `share` (0 to 1, null if there is nothing to compare with) and `of`
            (what it is a share of). Stages whose tables were written by others are left out.
        """
        rows = [
            (step.title, step.count, step.count / step.whole if step.whole else None, step.of)
            for step in pipeline.funnel(self)
        ]
        return pl.DataFrame(rows, schema=_COUNTS, orient="row").with_columns(
            of=pl.col("of").replace("", None)
        )

    def select(self, recipe: RecipeLike | None = None) -> pl.DataFrame:
        """Apply the rules of a recipe and the decisions by hand, without writing anything.

        Args:
            recipe: The recipe; by default the one in use.

        Returns:
            As `selection.from_scores`: `thread_id`, `kept`, `removed_by`, `passes_<rule>`,
            and `kept_by_hand` if threads were decided by hand.

        Raises:
            WorkspaceError: If the threads are not scored yet.
        """
        with damage.explained(self):
            return selection.from_scores(
                self.scores,
                settings=self._chosen(recipe).select,
                decisions=hand_list.load(self),
            )

    def attribution(self, recipe: RecipeLike | None = None) -> pl.DataFrame:
        """Count what each active rule of a recipe removes: first, at all, and alone.

        Args:
            recipe: The recipe; by default the one in use.

        Returns:
            As `selection.attribution`: `rule`, `title`, `removed_first`, `removed_at_all`,
            `removed_only` and `kept_by_hand`. `charts.attribution` draws it.

        Raises:
            WorkspaceError: If the threads are not scored yet.
        """
        return selection.attribution(self.select(recipe))

    def histogram(self, column: str, recipe: RecipeLike | None = None) -> "Layers":
        """Draw how many threads have which value of a score, kept and removed.

        The dashed lines are the bounds of the rule on this score, if the recipe has one.

        Args:
            column: A numeric column of the scores, for example `similarity`.
            recipe: Decides what is kept; by default the one in use.

        Raises:
            StageError: If the scores have no such column, or no numbers in it.
            WorkspaceError: If the threads are not scored yet.
        """
        return score_histogram.draw(self, self._chosen(recipe), column)
