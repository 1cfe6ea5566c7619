"""Merge the parts that ingest has staged into the tables of the workspace: one row per tweet."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum, auto

import dataframely as dy
import polars as pl

from workbench.ingest import edits, merged_ledger, staging, tweet_table
from workbench.ingest.tweet_table import Known
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
    on_step: Callable[[Step], None] = lambda _: None,
) -> dict[str, int]:
    """Merge the staged parts into the tables of the workspace.

    The table of tweets is cut at ids and sorted by id, so its files do not depend on the order in
    which rows arrived. Memory is bounded by one part and 12 bytes per tweet. Damaged members that
    have since been read whole leave the ledger.

    Args:
        workspace: Where the tables are.
        listed: Archive -> keys of the members that stand for its unreadable rest, for every
            archive that was just listed to its end.
        on_step: Called after each step; tests crash the merge here.

    Returns:
        Counts: those of `merged_ledger.counts`, `rows` (distinct tweets), `deleted` (of them),
            `tweets` (kept), and those of `edits.counts`.
    """
    atomic.recover(workspace.path("tweets"))
    readings = merged_ledger.readings(workspace)
    ledger = Ledger.validate(readings.drop("task"))
    raw = staging.gathered(workspace, "tweets")
    rows = _resolve(workspace, raw)
    # The staged parts are removed last. A run that is killed before finds and merges them again.
    workspace.write("deletions", rows.deletions)
    on_step(Step.DELETIONS_WRITTEN)
    if rows.versions.height:
        workspace.write("edits", rows.versions)
    on_step(Step.EDITS_WRITTEN)
    authors = _authors(workspace)
    known = Known(
        deleted=rows.deleted,
        versions=rows.versions,
        authors=authors,
        damaged=ledger.filter(merged_ledger.is_not_whole())["member"],
    )
    tweet_table.write(workspace, raw, kept=rows.kept, known=known)
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
    return merged_ledger.counts(ledger) | rows.counts()


@dataclass(frozen=True)
class _Rows:
    """Which tweets become rows.

    Args:
        kept: Ids of the rows, as `tweet_id`.
        deletions: Every tweet that a record reports as deleted.
        deleted: Those of them that had a row. Most deletion notices are about other tweets.
        versions: The versions of edited tweets.
    """

    kept: pl.DataFrame
    deletions: dy.DataFrame[Deletions]
    deleted: pl.DataFrame
    versions: dy.DataFrame[Edits]

    def counts(self) -> dict[str, int]:
        """Count the rows, see `merge`."""
        deleted = edits.tweets_of(self.deleted, self.versions)
        return {
            "rows": self.kept.height + deleted,
            "deleted": deleted,
            "tweets": self.kept.height,
            **edits.counts(self.versions, kept=self.kept),
        }


def _resolve(workspace: Workspace, raw: pl.LazyFrame) -> _Rows:
    ids = raw.group_by("tweet_id").agg(seen=pl.len()).sort("tweet_id").collect(engine="streaming")
    versions = edits.resolve(staging.gathered(workspace, "edits").collect(), present=ids)
    deletions = _deletions(workspace, ids=ids, versions=versions)
    versions = edits.with_last_if_deleted(versions, deletions)
    deleted = deletions.filter("had_row")
    kept = ids.join(deleted, on="tweet_id", how="anti", maintain_order="left")
    kept = edits.without_replaced(kept, versions)
    return _Rows(kept=kept, deletions=deletions, deleted=deleted, versions=versions)


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


def _deletions(
    workspace: Workspace, *, ids: pl.DataFrame, versions: pl.DataFrame
) -> dy.DataFrame[Deletions]:
    present = ids.lazy().with_columns(present=pl.lit(value=True))
    return (
        staging.gathered(workspace, "deletions")
        .group_by("tweet_id")
        .agg(pl.col("had_row").any())
        .join(present, on="tweet_id", how="left")
        .select("tweet_id", had_row=pl.col("had_row") | pl.col("present").fill_null(value=False))
        .collect()
        .pipe(edits.with_all_versions, versions, present=ids)
        .sort("tweet_id")
        .pipe(Deletions.validate)
    )
