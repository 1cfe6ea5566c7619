"""Read and write the table of labels of a workspace."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import dataframely as dy
import polars as pl

from workbench.exceptions import LabelError
from workbench.schemas import Labels
from workbench.storage import Workspace, locks
from workbench.text import sanitize

#: Labels of a tweet, and of a reply.
OF_TWEETS = ("fits", "borderline", "no")
OF_REPLIES = ("answers", "no")

#: Methods of labels, see `Labels.method`.
BULK, SETTLED = "bulk", "settled"

#: Source of labels as training data. The second is a fair sample of the workspace. The third is
#: trained on, but nobody read each text, so nothing is measured on it.
OWN, OWN_AT_RANDOM, OWN_IN_BULK = "own labels", "own labels, at random", "own labels, in bulk"

#: Maximum number of characters of the name of a labeller.
LONGEST_NAME = 40

#: Columns of `Labels` and their types.
SCHEMA = {name: column.dtype for name, column in Labels.columns().items()}

#: Seconds to wait for somebody else who changes the labels, which takes a moment.
_PATIENCE = 30.0

_IDS = ["tweet_id", "parent_id"]
_KEY = [*_IDS, "labeller", "text_version", "method"]


def load(workspace: Workspace) -> dy.DataFrame[Labels]:
    """Read the labels of a workspace, oldest first, without those of deleted tweets."""
    if not workspace.has("labels"):
        return Labels.create_empty()
    # Labels that an earlier version wrote lack the columns added since.
    rows = _with_every_column(workspace.read("labels")).select(*SCHEMA)
    return Labels.validate(workspace.without_deleted(rows, ids=_IDS))


def source() -> pl.Expr:
    """Return the source of each label as training data, an expression over `Labels`."""
    is_fair = pl.col("is_random").fill_null(value=False)
    return (
        pl.when(pl.col("method").eq_missing(pl.lit(BULK)))
        .then(pl.lit(OWN_IN_BULK))
        .when(is_fair)
        .then(pl.lit(OWN_AT_RANDOM))
        .otherwise(pl.lit(OWN))
        .alias("source")
    )


def _with_every_column(rows: pl.DataFrame) -> pl.DataFrame:
    missing = {name: pl.lit(None, kind) for name, kind in SCHEMA.items() if name not in rows}
    return rows.with_columns(**missing)


def add(workspace: Workspace, rows: pl.DataFrame, *, labeller: str) -> int:
    """Write labels, and keep the newest label of each person for the same texts.

    Args:
        workspace: Workspace to write to.
        rows: `tweet_id`, `label`, `text` and, if known, `thread_id` and `author_id`. Replies also
            have `parent_id` and `parent_text`. `is_random` marks tweets drawn at random, `method`
            those labelled in bulk or settled. `labelled_at` is now by default.
        labeller: The person who set the labels.

    Returns:
        Number of labels that are new or newer. Labels of deleted tweets are dropped.

    Raises:
        LabelError: If a label is not one of `OF_TWEETS`, or for a reply of `OF_REPLIES`, or if the
            name is refused, see `check_name`.
    """
    complete = _with_every_column(rows).with_columns(
        labeller=pl.lit(labeller.strip()),
        labelled_at=pl.coalesce(pl.col("labelled_at"), pl.lit(datetime.now(UTC))),
    )
    return put(workspace, complete)


def put(workspace: Workspace, rows: pl.DataFrame) -> int:
    """Write labels of any person that have every column of `Labels`; see `add`.

    Returns:
        Number of labels that are new or newer.

    Raises:
        LabelError: See `add`.
    """
    _check(rows)
    for name in rows["labeller"].unique():
        check_name(name)
    versioned = rows.with_columns(text_version=_text_versions(rows)).select(
        pl.col(name).cast(kind) for name, kind in SCHEMA.items()
    )
    with _locked(workspace):
        before = load(workspace)
        new = workspace.without_deleted(versioned, ids=_IDS)
        after = (
            pl.concat([before, new])
            .sort("labelled_at", maintain_order=True)
            .unique(_KEY, keep="last", maintain_order=True)
        )
        workspace.write("labels", Labels.validate(after))
    return after.join(
        before, on=[*_KEY, "labelled_at", "label"], how="anti", nulls_equal=True
    ).height


def check_name(name: str) -> None:
    """Check the name of a labeller: it is shown in tables, terminals and exports.

    Raises:
        LabelError: If it is empty, longer than `LONGEST_NAME`, or has control characters, line
            breaks or characters that are invisible or change the direction of a text.
    """
    if not name.strip():
        msg = "A label needs the name of the person who sets it."
    elif len(name) > LONGEST_NAME:
        msg = f"The name of a labeller has {len(name):,} characters, not at most {LONGEST_NAME}."
    elif sanitize.visible(name) != name or set(name) & set("\n\t"):
        msg = f"The name of a labeller has invisible characters: {sanitize.visible(name)!r}."
    else:
        return
    raise LabelError(msg, hint="use a name or initials.")


def _check(rows: pl.DataFrame) -> None:
    is_reply = pl.col("parent_id").is_not_null()
    is_reply_label, is_tweet_label = (
        pl.col("label").is_in(names).fill_null(value=False) for names in (OF_REPLIES, OF_TWEETS)
    )
    is_known = pl.when(is_reply).then(is_reply_label).otherwise(is_tweet_label)
    if (unknown := rows.filter(~is_known)).height:
        known = OF_REPLIES if unknown["parent_id"][0] is not None else OF_TWEETS
        msg = f"{unknown.height:,} of {rows.height:,} labels are unknown, for example "
        msg += f"`{unknown['label'][0]}` of tweet {unknown['tweet_id'][0]}."
        raise LabelError(msg, hint=f"use {', '.join(known)}.")


def take_back(
    workspace: Workspace, *, tweet_id: int, parent_id: int | None = None, labeller: str
) -> int:
    """Erase the newest label of a person on a tweet, or on a reply to one, and return the count."""
    with _locked(workspace):
        before = load(workspace)
        is_same = (
            (pl.col("tweet_id") == tweet_id)
            & pl.col("parent_id").eq_missing(pl.lit(parent_id, pl.Int64))
            & (pl.col("labeller") == labeller.strip())
        )
        newest = pl.col("labelled_at").filter(is_same).max()
        is_newest = is_same & (pl.col("labelled_at") == newest)
        after = before.filter(~is_newest.fill_null(value=False))
        if after.height < before.height:
            workspace.write("labels", after)
    return before.height - after.height


def take_back_bulk(workspace: Workspace, *, labelled_at: datetime, labeller: str) -> int:
    """Erase the labels that a person set in bulk at one time, and return how many there were."""
    with _locked(workspace):
        before = load(workspace)
        is_same = (
            (pl.col("labeller") == labeller.strip())
            & pl.col("method").eq_missing(pl.lit(BULK))
            & (pl.col("labelled_at") == labelled_at)
        )
        after = before.filter(~is_same)
        if after.height < before.height:
            workspace.write("labels", after)
    return before.height - after.height


def forget_deleted(workspace: Workspace) -> int:
    """Erase the labels of deleted tweets with their texts and return how many there were.

    The label of a reply is erased if either of its two tweets was deleted.
    """
    if not workspace.has("labels"):
        return 0
    with _locked(workspace):
        before = workspace.read("labels")
        after = workspace.without_deleted(before, ids=_IDS)
        if after.height < before.height:
            workspace.write("labels", after)
    return before.height - after.height


@contextmanager
def _locked(workspace: Workspace) -> Iterator[None]:
    """Wait until nobody else changes the labels, because two people may label at once.

    Labels have a lock of their own: a stage may hold the lock of the workspace for hours.
    """
    path = workspace.path("labels").with_name(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    what = f"the table of labels of {workspace.root}"
    with locks.exclusive(path, what=what, patience=_PATIENCE):
        yield


def _text_versions(rows: pl.DataFrame) -> pl.Series:
    """Hash the text and the parent's text of each row."""
    texts = zip(rows["text"].to_list(), rows["parent_text"].to_list(), strict=True)
    return pl.Series(
        [
            hashlib.blake2b(f"{text}\0{parent_text or ''}".encode(), digest_size=8).hexdigest()
            for text, parent_text in texts
        ],
        dtype=pl.String,
    )


def current(labels: pl.DataFrame, turns: pl.LazyFrame) -> pl.DataFrame:
    """Find the labels whose texts have not changed since they were set.

    Returns:
        The labels with `is_current`: false if a text has changed because a longer one was read,
        null if the tweet is not in `turns`.
    """
    ids = labels.lazy().select(pl.concat([pl.col("tweet_id"), pl.col("parent_id")]).unique())
    texts = turns.join(ids, on="tweet_id", how="semi").select("tweet_id", text_now="text")
    joined = (
        labels.lazy()
        .join(texts, on="tweet_id", how="left", maintain_order="left")
        .join(
            texts.rename({"text_now": "parent_text_now"}),
            left_on="parent_id",
            right_on="tweet_id",
            how="left",
            maintain_order="left",
        )
    )
    is_same = pl.col("text") == pl.col("text_now")
    has_same_parent = pl.col("parent_id").is_null() | (
        pl.col("parent_text") == pl.col("parent_text_now")
    )
    return (
        joined.with_columns(is_current=is_same & has_same_parent)
        .drop("text_now", "parent_text_now")
        .collect()
    )


def latest(labels: pl.DataFrame) -> pl.DataFrame:
    """Return the newest label of each person on each tweet or reply.

    The oldest come first, but labels that settle a disagreement come last: where one label of a
    text counts, as in training, it is the last.
    """
    newest = labels.sort("labelled_at", maintain_order=True).unique(
        [*_IDS, "labeller"], keep="last", maintain_order=True
    )
    is_settled = pl.col("method").eq_missing(pl.lit(SETTLED))
    return newest.sort(is_settled, maintain_order=True)
