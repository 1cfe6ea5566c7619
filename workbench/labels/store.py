"""Store: the table of labels of a workspace."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import dataframely as dy
import polars as pl

from workbench.exceptions import LabelError
from workbench.schemas import Labels
from workbench.storage import Workspace

#: Labels of a tweet, and of a reply.
OF_TWEETS = ("fits", "borderline", "no")
OF_REPLIES = ("answers", "no")

#: Sources of examples that are labels of one's own; the second is a fair sample of the data.
OWN, OWN_AT_RANDOM = "own labels", "own labels, at random"

_IDS = ["tweet_id", "parent_id"]
_KEY = [*_IDS, "labeller", "text_version"]
#: Columns of `Labels` and their types.
SCHEMA = {name: column.dtype for name, column in Labels.columns().items()}


def load(workspace: Workspace) -> dy.DataFrame[Labels]:
    """Read the labels of a workspace, oldest first; those of deleted tweets are not given."""
    if not workspace.has("labels"):
        return Labels.create_empty()
    # Labels that an earlier version wrote lack the columns that came since.
    known = _complete(workspace.read("labels")).select(*SCHEMA)
    return Labels.validate(workspace.without_deleted(known, ids=_IDS))


def source() -> pl.Expr:
    """Name the source of labels as examples to train on, as an expression over `Labels`."""
    is_fair = pl.col("is_random").fill_null(value=False)
    return pl.when(is_fair).then(pl.lit(OWN_AT_RANDOM)).otherwise(pl.lit(OWN)).alias("source")


def _complete(rows: pl.DataFrame) -> pl.DataFrame:
    missing = {name: pl.lit(None, kind) for name, kind in SCHEMA.items() if name not in rows}
    return rows.with_columns(**missing)


def add(workspace: Workspace, rows: pl.DataFrame, *, labeller: str) -> int:
    """Write down judgements; of the same person on the same words the newest stays.

    Args:
        workspace: Where they are kept.
        rows: `tweet_id`, `label`, `text`, and where known `thread_id`, `author_id`; of replies also
            `parent_id` and `parent_text`; `is_random` where it was drawn at random.
            `labelled_at` is now where it is not given.
        labeller: Who judged.

    Returns:
        Number of judgements that are new or newer; those of deleted tweets are dropped.

    Raises:
        LabelError: If a label is not one for what is judged.
    """
    if not labeller.strip():
        msg = "A label needs the name of who judged."
        raise LabelError(msg, hint="give a name, or initials.")
    made = _complete(rows).with_columns(
        labeller=pl.lit(labeller.strip()),
        labelled_at=pl.coalesce(pl.col("labelled_at"), pl.lit(datetime.now(UTC))),
    )
    return put(workspace, made)


def put(workspace: Workspace, made: pl.DataFrame) -> int:
    """Write down judgements of anybody that have every column of `Labels`; count as `add` does.

    Raises:
        LabelError: If a label is not one for what is judged.
    """
    pair = pl.col("parent_id").is_not_null()
    of_its_kind = pl.when(pair).then(pl.col("label").is_in(OF_REPLIES))
    fits = of_its_kind.otherwise(pl.col("label").is_in(OF_TWEETS)).fill_null(value=False)
    if (wrong := made.filter(~fits)).height:
        of = OF_REPLIES if wrong["parent_id"][0] is not None else OF_TWEETS
        msg = f"{wrong.height:,} of {made.height:,} labels are unknown, such as "
        msg += f"`{wrong['label'][0]}` of tweet {wrong['tweet_id'][0]}."
        raise LabelError(msg, hint=f"use {', '.join(of)}.")
    versioned = made.with_columns(text_version=_versions(made)).select(
        pl.col(name).cast(kind) for name, kind in SCHEMA.items()
    )
    with _alone(workspace):
        before = load(workspace)
        fresh = workspace.without_deleted(versioned, ids=_IDS)
        after = (
            pl.concat([before, fresh])
            .sort("labelled_at", maintain_order=True)
            .unique(_KEY, keep="last", maintain_order=True)
        )
        workspace.write("labels", Labels.validate(after))
    return after.join(
        before, on=[*_KEY, "labelled_at", "label"], how="anti", nulls_equal=True
    ).height


def take_back(
    workspace: Workspace, *, tweet_id: int, parent_id: int | None = None, labeller: str
) -> int:
    """Erase the newest judgement of a person on a tweet, or on a reply to one; count it."""
    with _alone(workspace):
        before = load(workspace)
        same = (
            (pl.col("tweet_id") == tweet_id)
            & pl.col("parent_id").eq_missing(pl.lit(parent_id, pl.Int64))
            & (pl.col("labeller") == labeller.strip())
        )
        is_newest = same & (pl.col("labelled_at") == pl.col("labelled_at").filter(same).max())
        after = before.filter(~is_newest.fill_null(value=False))
        if after.height < before.height:
            workspace.write("labels", after)
    return before.height - after.height


def forget_deleted(workspace: Workspace) -> int:
    """Erase the labels of tweets that were deleted, texts and all; count them.

    A label of a reply goes with either of its two tweets.
    """
    if not workspace.has("labels"):
        return 0
    with _alone(workspace):
        before = workspace.read("labels")
        after = workspace.without_deleted(before, ids=_IDS)
        if after.height < before.height:
            workspace.write("labels", after)
    return before.height - after.height


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """Wait until nobody else changes the labels: two people may judge at once.

    A lock of its own, as stages hold that of the workspace for hours.
    """
    path = workspace.path("labels").with_name(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _versions(rows: pl.DataFrame) -> pl.Series:
    texts = zip(rows["text"].to_list(), rows["parent_text"].to_list(), strict=True)
    return pl.Series(
        [
            hashlib.blake2b(f"{text}\0{above or ''}".encode(), digest_size=8).hexdigest()
            for text, above in texts
        ],
        dtype=pl.String,
    )


def current(labels: pl.DataFrame, turns: pl.LazyFrame) -> pl.DataFrame:
    """Tell which labels still speak of the words that the tweets have now.

    Returns:
        The labels with `is_current`: false where the text has changed (a longer one was read), null
        where the tweet is not in the data.
    """
    wanted = labels.lazy().select(pl.concat([pl.col("tweet_id"), pl.col("parent_id")]).unique())
    now = turns.join(wanted, on="tweet_id", how="semi").select("tweet_id", now="text")
    said = (
        labels.lazy()
        .join(now, on="tweet_id", how="left", maintain_order="left")
        .join(
            now.rename({"now": "above"}),
            left_on="parent_id",
            right_on="tweet_id",
            how="left",
            maintain_order="left",
        )
    )
    same = pl.col("text") == pl.col("now")
    same_above = pl.col("parent_id").is_null() | (pl.col("parent_text") == pl.col("above"))
    return said.with_columns(is_current=same & same_above).drop("now", "above").collect()


def latest(labels: pl.DataFrame) -> pl.DataFrame:
    """Give the newest judgement of each person on each tweet or pair, oldest first."""
    return labels.sort("labelled_at", maintain_order=True).unique(
        [*_IDS, "labeller"], keep="last", maintain_order=True
    )
