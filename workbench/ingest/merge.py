"""Merge the parts that ingest has staged into the tables of the workspace: one row per tweet."""

from collections.abc import Callable, Collection, Mapping
from enum import Enum, auto

import dataframely as dy
import polars as pl

from workbench.ingest import edits, merged_ledger, staging
from workbench.ingest.merged_rows import OpenTables, RowTables, local_tables
from workbench.schemas import Authors, Deletions, Edits, Ledger
from workbench.storage import Workspace, atomic


class Step(Enum):
    """The points of a merge after which a killed run leaves different tables behind."""

    DELETIONS_WRITTEN = auto()
    EDITS_WRITTEN = auto()
    TWEETS_WRITTEN = auto()
    REJECTS_WRITTEN = auto()
    GONE_WRITTEN = auto()
    LEDGER_WRITTEN = auto()


def merge(
    workspace: Workspace,
    *,
    listed: Mapping[str, Collection[int]] | None = None,
    row_tables: OpenTables = local_tables,
    on_step: Callable[[Step], None] = lambda _: None,
) -> dict[str, int]:
    """Merge the staged parts into the tables of the workspace.

    The table of tweets is cut at ids and sorted by id, so its files do not depend on the order in
    which rows arrived. Damaged members that have since been read whole leave the ledger.

    Args:
        workspace: Where the tables are.
        listed: Archive -> keys of the members that stand for its unreadable rest, for every
            archive that was just listed to its end.
        row_tables: Opens what merges and writes the tables of a row per tweet.
        on_step: Called after each step; tests crash the merge here.

    Returns:
        Counts: those of `merged_ledger.counts` and `merged_rows.counts`.
    """
    atomic.recover(workspace.path("tweets"))
    readings = merged_ledger.readings(workspace)
    ledger = Ledger.validate(readings.drop("task"))
    authors = _authors(workspace)
    # The staged parts are removed last. A run that is killed before finds and merges them again.
    with row_tables(workspace) as tables:
        versions, deletions = _edited(workspace, tables)
        tables.write_deletions(deletions, versions)
        on_step(Step.DELETIONS_WRITTEN)
        if versions.height:
            workspace.write("edits", versions)
        on_step(Step.EDITS_WRITTEN)
        row_counts = tables.write_tweets(
            authors, damaged=ledger.filter(merged_ledger.is_not_whole())["member"]
        )
    on_step(Step.TWEETS_WRITTEN)
    ledger = merged_ledger.without_superseded(workspace, ledger, listed=listed or {})
    workspace.write("rejects", _rejects(workspace, readings=readings, ledger=ledger))
    on_step(Step.REJECTS_WRITTEN)
    workspace.write("gone", _gone(workspace))
    on_step(Step.GONE_WRITTEN)
    if authors.height:
        workspace.write("authors", authors)
    workspace.write("ledger", ledger)
    on_step(Step.LEDGER_WRITTEN)
    staging.clear(workspace)
    return merged_ledger.counts(ledger) | row_counts


def _edited(workspace: Workspace, tables: RowTables) -> tuple[dy.DataFrame[Edits], pl.DataFrame]:
    """Return the versions of edited tweets, and the rows of `Deletions` for them."""
    pairs = staging.gathered(workspace, "edits").collect()
    if pairs.is_empty():
        return Edits.create_empty(), Deletions.create_empty()
    named = tables.look_up(pl.concat([pairs["tweet_id"], pairs["current_id"]]).unique())
    versions = edits.resolve(pairs, present=named.present)
    deletions = edits.with_all_versions(named.deletions, versions, present=named.present)
    return edits.with_last_if_deleted(versions, deletions), deletions


def _authors(workspace: Workspace) -> dy.DataFrame[Authors]:
    return (
        staging.gathered(workspace, "authors")
        .group_by("author_id")
        .agg(pl.col("author_name").max())
        .sort("author_id")
        .collect()
        .pipe(Authors.validate)
    )


def _gone(workspace: Workspace) -> pl.DataFrame:
    rows = staging.gathered(workspace, "gone").sort("tweet_id", "reason")
    return rows.unique("tweet_id", keep="first", maintain_order=True).collect()


def _rejects(workspace: Workspace, *, readings: pl.DataFrame, ledger: pl.DataFrame) -> pl.DataFrame:
    """Return the rejects that the ledger counts.

    A member may have been read several times, for example as two formats. Its rejects are those
    of the reading that the ledger has.
    """
    wanted = readings.select("member", "task").join(ledger.select("member"), on="member")
    return (
        staging.gathered(workspace, "rejects", with_task=True)
        .join(wanted.lazy(), on=["member", "task"], how="semi")
        .drop("task")
        .sort("member", "line", "kind", "reason", "excerpt")
        .collect()
    )
