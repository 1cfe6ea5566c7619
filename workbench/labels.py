"""Labels: what people judge by hand, kept apart from the data; who, when, what, on which words."""

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from workbench import textfiles
from workbench.exceptions import LabelError
from workbench.schemas import Labels
from workbench.workspace import Workspace

#: Labels of a tweet, and of a reply.
OF_TWEETS = ("fits", "borderline", "no")
OF_REPLIES = ("answers", "no")

#: Sources of examples that are labels of one's own; the second is a fair sample of the data.
OWN, OWN_AT_RANDOM = "own labels", "own labels, at random"

_KEY = ["tweet_id", "parent_id", "labeller", "text_version"]
_SCHEMA = {name: column.dtype for name, column in Labels.columns().items()}


def load(workspace: Workspace) -> dy.DataFrame[Labels]:
    """Read the labels of a workspace, oldest first; those of deleted tweets are not given."""
    if not workspace.has("labels"):
        return Labels.create_empty()
    # Labels that an earlier version wrote lack the columns that came since.
    known = _complete(workspace.read("labels")).select(*_SCHEMA)
    return Labels.validate(_without_deleted(known, workspace))


def source() -> pl.Expr:
    """Name the source of labels as examples to train on, as an expression over `Labels`."""
    is_fair = pl.col("is_random").fill_null(value=False)
    return pl.when(is_fair).then(pl.lit(OWN_AT_RANDOM)).otherwise(pl.lit(OWN)).alias("source")


def _complete(rows: pl.DataFrame) -> pl.DataFrame:
    missing = {name: pl.lit(None, kind) for name, kind in _SCHEMA.items() if name not in rows}
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
    return _put(workspace, made)


def _put(workspace: Workspace, made: pl.DataFrame) -> int:
    pair = pl.col("parent_id").is_not_null()
    of_its_kind = pl.when(pair).then(pl.col("label").is_in(OF_REPLIES))
    fits = of_its_kind.otherwise(pl.col("label").is_in(OF_TWEETS)).fill_null(value=False)
    if (wrong := made.filter(~fits)).height:
        of = OF_REPLIES if wrong["parent_id"][0] is not None else OF_TWEETS
        msg = f"{wrong.height:,} of {made.height:,} labels are unknown, such as "
        msg += f"`{wrong['label'][0]}` of tweet {wrong['tweet_id'][0]}."
        raise LabelError(msg, hint=f"use {', '.join(of)}.")
    versioned = made.with_columns(text_version=_versions(made)).select(
        pl.col(name).cast(kind) for name, kind in _SCHEMA.items()
    )
    with _alone(workspace):
        before = load(workspace)
        fresh = _without_deleted(versioned, workspace)
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
        after = _without_deleted(before, workspace)
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


def _without_deleted(found: pl.DataFrame, workspace: Workspace) -> pl.DataFrame:
    if not workspace.has("deletions") or found.is_empty():
        return found
    # There may be millions of deletions, and labels are few.
    ids = pl.concat([found["tweet_id"], found["parent_id"]]).drop_nulls().unique()
    asked = ids.alias("tweet_id").to_frame().lazy()
    near = pl.col("tweet_id").is_between(ids.min(), ids.max())
    deleted = (
        workspace.scan("deletions")
        .select("tweet_id")
        .filter(near)
        .join(asked, on="tweet_id", how="semi")
        .collect(engine="streaming")["tweet_id"]
        .implode()
    )
    is_deleted = pl.col("tweet_id").is_in(deleted) | pl.col("parent_id").is_in(deleted)
    return found.filter(~is_deleted.fill_null(value=False))


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
        ["tweet_id", "parent_id", "labeller"], keep="last", maintain_order=True
    )


def export_file(workspace: Workspace, path: Path) -> int:
    """Write all labels as JSON lines, with texts; count them."""
    rows = load(workspace)
    shown = rows.with_columns(
        pl.col("labelled_at").dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    shown.write_ndjson(path)
    return rows.height


def import_file(workspace: Workspace, path: Path) -> dict[str, int]:
    """Read labels that `export_file` wrote, here or elsewhere.

    Returns:
        Counts: `read`, and `new` (not known here, or newer than what is known).

    Raises:
        LabelError: If the file cannot be read or a line is no label; nothing is written then.
    """
    wanted = {name for name, column in Labels.columns().items() if not column.nullable}
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            row = {name: record.get(name) for name in _SCHEMA}
            row["labelled_at"] = datetime.fromisoformat(record["labelled_at"])
            absent = {name for name in wanted - {"text_version"} if row[name] is None}
            if absent:
                raise ValueError(f"{', '.join(sorted(absent))} missing")  # noqa: TRY301, EM102
            pl.DataFrame([row], schema=_SCHEMA)
        except (
            ValueError,
            TypeError,
            AttributeError,
            KeyError,
            pl.exceptions.PolarsError,
        ) as error:
            msg = f"Line {number} of {path} is no label: {error}."
            raise LabelError(msg, hint="`workbench labels export` writes such files.") from error
        rows.append(row)
    count = _put(workspace, pl.DataFrame(rows, schema=_SCHEMA)) if rows else 0
    return {"read": len(rows), "new": count}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}."
        raise LabelError(msg, hint="name a file of JSON lines.") from error


def texts_of(path: Path) -> pl.DataFrame | None:
    """Read `text` and `label` of a file of labelled texts; None where no record has a label.

    Raises:
        InstructionError: If the file cannot be read.
    """
    rows = [
        (record["text"], record["label"])
        for record in textfiles.records(textfiles.text_of(path), path)
        if isinstance(record, dict)
        and isinstance(record.get("text"), str)
        and isinstance(record.get("label"), str)
        and record.get("parent_id") is None
    ]
    return pl.DataFrame(rows, schema=["text", "label"], orient="row") if rows else None
