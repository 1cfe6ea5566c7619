"""Merge the two tables of a row per tweet: tweets and deletions; `merge` calls this module.

The functions look at the rows of some tweets, all of which they get. So they also work on a range
of ids, as `workbench.cluster` calls them.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import dataframely as dy
import polars as pl

from workbench.ingest import edits, staging, tweet_table
from workbench.ingest.tweet_table import Known
from workbench.schemas import Authors, Deletions, Edits
from workbench.storage import Workspace, atomic


@dataclass(frozen=True)
class Named:
    """What is known of some ids.

    Args:
        present: Those that dumps contain, as `tweet_id`.
        deletions: Those that were deleted, rows of `Deletions`.
    """

    present: pl.DataFrame
    deletions: pl.DataFrame


class RowTables(Protocol):
    """Write the tables of a row per tweet. The methods are called in this order, once each."""

    def look_up(self, ids: pl.Series) -> Named:
        """Return what is known of some ids: the versions of edited tweets."""

    def write_deletions(self, of_edited: pl.DataFrame, versions: dy.DataFrame[Edits]) -> None:
        """Write the table of deletions.

        Args:
            of_edited: All rows for versions of edited tweets.
            versions: The versions of edited tweets.
        """

    def write_tweets(self, authors: dy.DataFrame[Authors], damaged: pl.Series) -> dict[str, int]:
        """Write the table of tweets.

        Args:
            authors: Names of authors that were listed apart from their tweets.
            damaged: Keys of the members that were not read to their end.

        Returns:
            Counts, see `counts`.
        """


#: Opens the tables of a workspace for one merge.
OpenTables = Callable[[Workspace], AbstractContextManager[RowTables]]


def local_tables(workspace: Workspace) -> AbstractContextManager[RowTables]:
    """Let this process write the tables."""
    return nullcontext(LocalTables(workspace))


class LocalTables:
    """The tables of a workspace, written by this process.

    Memory is bounded by one part and 12 bytes per tweet.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._raw = staging.gathered(workspace, "tweets")
        self._ids = ids_of(self._raw)
        self._deleted = pl.DataFrame()
        self._versions = Edits.create_empty()

    def look_up(self, ids: pl.Series) -> Named:
        """See `RowTables`."""
        notices = staging.gathered(self._workspace, "deletions")
        notices = notices.filter(pl.col("tweet_id").is_in(ids.implode()))
        return Named(
            present=self._ids.filter(pl.col("tweet_id").is_in(ids.implode())),
            deletions=merged_deletions(notices, ids=self._ids),
        )

    def write_deletions(self, of_edited: pl.DataFrame, versions: dy.DataFrame[Edits]) -> None:
        """See `RowTables`."""
        notices = staging.gathered(self._workspace, "deletions")
        deletions = merged_deletions(notices, ids=self._ids, of_edited=of_edited)
        self._workspace.write("deletions", deletions)
        self._deleted = deletions.filter("had_row")
        self._versions = versions

    def write_tweets(self, authors: dy.DataFrame[Authors], damaged: pl.Series) -> dict[str, int]:
        """See `RowTables`."""
        known = Known(
            deleted=self._deleted, versions=self._versions, authors=authors, damaged=damaged
        )
        # The ids of all tweets are in memory only once.
        self._ids = kept_of(self._ids, known)
        with atomic.replacing(self._workspace.path("tweets")) as aside:
            aside.mkdir()
            tweet_table.write(self._raw, kept=self._ids, known=known, stem=aside / "part")
        return counts(self._ids, known)


def ids_of(raw: pl.LazyFrame) -> pl.DataFrame:
    """Return the ids of raw rows, ascending: `tweet_id`, and `seen`, the number of their rows."""
    rows = raw.group_by("tweet_id").agg(seen=pl.len()).sort("tweet_id")
    return rows.collect(engine="streaming")


def merged_deletions(
    notices: pl.LazyFrame, *, ids: pl.DataFrame, of_edited: pl.DataFrame | None = None
) -> dy.DataFrame[Deletions]:
    """Return one row per deleted tweet, sorted by id.

    Args:
        notices: Rows of `Deletions`, in any order, any number per tweet.
        ids: Ids that dumps contain, as `tweet_id`.
        of_edited: Rows of `Deletions` for the versions of edited tweets, which count instead.
    """
    present = ids.lazy().select("tweet_id", present=pl.lit(value=True))
    rows = (
        notices.group_by("tweet_id")
        .agg(pl.col("had_row").any())
        .join(present, on="tweet_id", how="left")
        .select("tweet_id", had_row=pl.col("had_row") | pl.col("present").fill_null(value=False))
        .collect()
    )
    if of_edited is not None and of_edited.height:
        rows = pl.concat([rows.join(of_edited, on="tweet_id", how="anti"), of_edited])
    return rows.sort("tweet_id").pipe(Deletions.validate)


def kept_of(ids: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Return the ids that become rows: those of tweets that are not deleted, in their last version.

    Args:
        ids: Result of `ids_of`.
        known: What else is known of the tweets.
    """
    kept = ids.join(known.deleted, on="tweet_id", how="anti", maintain_order="left")
    return edits.without_replaced(kept, known.versions)


def counts(kept: pl.DataFrame, known: Known) -> dict[str, int]:
    """Count the rows.

    Args:
        kept: Result of `kept_of`.
        known: What else is known of the tweets.

    Returns:
        `rows` (distinct tweets), `deleted` (of them), `tweets` (kept), and those of
            `edits.counts`. The counts of ranges of ids add up.
    """
    # If an edited tweet is deleted, all of its versions are.
    deleted = edits.without_replaced(known.deleted, known.versions).height
    return {
        "rows": kept.height + deleted,
        "deleted": deleted,
        "tweets": kept.height,
        **edits.counts(known.versions, kept=kept),
    }
