"""The tables of a workspace as lazy frames, and what their columns mean."""

import polars as pl

from workbench import storage
from workbench.measures import store
from workbench.schemas import Labels
from workbench.schemas.measures import MEASURES, Measure
from workbench.storage.tables import TABLES


class WorkspaceTables(storage.Workspace):
    """A workspace whose tables are attributes; each use reads the table as it is now.

    A table that no stage has written yet raises a `WorkspaceError`.
    """

    @property
    def tweets(self) -> pl.LazyFrame:
        """Stage 1: one row per tweet; schema `schemas.Tweets`."""
        return self.scan("tweets")

    @property
    def ledger(self) -> pl.LazyFrame:
        """Stage 1: one row per file that was read, with what became of its lines."""
        return self.scan("ledger")

    @property
    def turns(self) -> pl.LazyFrame:
        """Stage 2: one row per tweet of a thread, in reading order; schema `schemas.Turns`."""
        return self.scan("turns")

    @property
    def threads(self) -> pl.LazyFrame:
        """Stage 2: one row per thread; schema `schemas.Threads`."""
        return self.scan("threads")

    @property
    def scores(self) -> pl.LazyFrame:
        """Stage 4: one row per thread with its facts and scores; schema `schemas.Scores`."""
        return self.scan("scores")

    @property
    def reply_scores(self) -> pl.LazyFrame:
        """Stage 4: one row per reply that may be an answer; schema `schemas.ReplyScores`."""
        return self.scan("reply_scores")

    @property
    def verdicts(self) -> pl.LazyFrame:
        """Stage 5: one row per thread: `kept`, `removed_by`, and `passes_<rule>` per rule."""
        return self.scan("verdicts")

    @property
    def labels(self) -> pl.LazyFrame:
        """The labels that people have set; schema `schemas.Labels`. Empty before the first."""
        return self.scan("labels") if self.has("labels") else Labels.create_empty(lazy=True)

    def describe(self, table: str) -> pl.DataFrame:
        """List the columns of a table, as they are on disk.

        Args:
            table: Name of a table, for example `scores`.

        Returns:
            One row per column: `column`, `type`, `may_be_null`; for scores also `unit` and `about`,
            which are null for ids and other columns that measure nothing.

        Raises:
            WorkspaceError: If there is no such table.
        """
        frame = self.labels if table == "labels" else self.scan(table)
        schema, declared = frame.collect_schema(), TABLES[table][1].columns()
        columns = pl.DataFrame(
            {
                "column": schema.names(),
                "type": [str(kind) for kind in schema.dtypes()],
                "may_be_null": [name in declared and declared[name].nullable for name in schema],
            }
        )
        if table != "scores":
            return columns
        known = self.measures()
        measures = [known.get(name) for name in schema]
        return columns.with_columns(
            unit=pl.Series(
                [each.unit or None if each else None for each in measures], dtype=pl.String
            ),
            about=pl.Series([each.about if each else None for each in measures], dtype=pl.String),
        )

    def measures(self) -> dict[str, Measure]:
        """Return what is known of each column of the scores, by name; own measures included."""
        return dict(MEASURES) | {own.name: own.measure for own in store.of_scores(self)}
