"""Labels: who, when, what, on which text. They outlive the tables, but not their tweets."""

from datetime import UTC, datetime

import polars as pl
import pytest

from workbench import labels
from workbench.exceptions import LabelError
from workbench.schemas import Deletions
from workbench.storage import Workspace

EARLY, LATE = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "ws")


def judged(tweet_id, label, text, **more):
    return pl.DataFrame([{"tweet_id": tweet_id, "label": label, "text": text} | more])


def delete(workspace, *ids):
    rows = pl.DataFrame({"tweet_id": ids, "had_row": [True] * len(ids)})
    workspace.write("deletions", Deletions.validate(rows, cast=True))


def test_add_stores_labeller_time_label_and_text(workspace):
    assert labels.add(workspace, judged(1, "fits", "why?", author_id=7), labeller=" ann ") == 1
    row = labels.load(workspace).row(0, named=True)
    assert (row["tweet_id"], row["label"], row["labeller"], row["text"], row["author_id"]) == (
        *(1, "fits", "ann", "why?"),
        7,
    )
    assert (datetime.now(UTC) - row["labelled_at"]).total_seconds() < 60


def test_add_keeps_the_newest_label_of_a_person_for_the_same_text(workspace):
    labels.add(workspace, judged(1, "fits", "why?", labelled_at=LATE), labeller="ann")
    labels.add(workspace, judged(1, "no", "why?", labelled_at=EARLY), labeller="ann")
    labels.add(workspace, judged(1, "no", "why?", labelled_at=EARLY), labeller="bob")
    labels.add(workspace, judged(1, "no", "why so?", labelled_at=EARLY), labeller="ann")
    rows = labels.load(workspace).select("labeller", "text", "label").rows()
    assert sorted(rows) == [
        ("ann", "why so?", "no"),
        ("ann", "why?", "fits"),
        ("bob", "why?", "no"),
    ]
    assert sorted(labels.latest(labels.load(workspace))["label"]) == ["fits", "no"]


@pytest.mark.parametrize(
    ("label", "more"),
    [("good", {}), ("answers", {}), ("fits", {"parent_id": 2, "parent_text": "x"})],
)
def test_add_refuses_a_label_that_does_not_suit_the_tweet(workspace, label, more):
    with pytest.raises(LabelError, match=f"`{label}` of tweet 1"):
        labels.add(workspace, judged(1, label, "why?", **more), labeller="ann")
    assert labels.load(workspace).is_empty()


def test_labels_of_deleted_tweets_are_erased_with_their_texts(workspace):
    labels.add(workspace, judged(1, "fits", "why?"), labeller="ann")
    labels.add(workspace, judged(2, "no", "so what"), labeller="ann")
    pair = judged(3, "answers", "because", parent_id=1, parent_text="why?")
    labels.add(workspace, pair, labeller="ann")
    delete(workspace, 1)
    assert labels.load(workspace)["tweet_id"].to_list() == [2]
    assert labels.forget_deleted(workspace) == 2
    assert b"why?" not in workspace.path("labels").read_bytes()
    assert labels.add(workspace, judged(1, "fits", "why?"), labeller="ann") == 0


def test_current_finds_changed_texts(workspace):
    for tweet_id, text in [(1, "why?"), (2, "cut o…"), (3, "gone")]:
        labels.add(workspace, judged(tweet_id, "no", text), labeller="ann")
    turns = pl.LazyFrame({"tweet_id": [1, 2], "text": ["why?", "cut off no more"]})
    current = labels.current(labels.load(workspace), turns)
    assert dict(current.select("tweet_id", "is_current").rows()) == {1: True, 2: False, 3: None}


def test_labels_of_an_earlier_version_are_read_and_kept(workspace):
    labels.add(workspace, judged(1, "fits", "why?", is_random=True), labeller="ann")
    workspace.write("labels", workspace.read("labels").drop("is_random"))
    assert labels.load(workspace)["is_random"].to_list() == [None]
    labels.add(workspace, judged(2, "no", "so what", is_random=True), labeller="ann")
    known = labels.load(workspace).with_columns(labels.source())
    assert known["source"].to_list() == [labels.OWN, labels.OWN_AT_RANDOM]


def test_bulk_labels_are_marked_and_taken_back_together(workspace):
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    rows = pl.concat([judged(number, "no", f"text {number}") for number in range(1, 6)])
    labels.add(workspace, judged(9, "fits", "alone"), labeller="ann")
    labels.add(workspace, rows.with_columns(method=pl.lit("bulk"), labelled_at=at), labeller="ann")
    labels.add(workspace, judged(1, "fits", "text 1"), labeller="ann")
    known = labels.load(workspace)
    sources = known.with_columns(labels.source()).filter(method="bulk")["source"].unique()
    assert sources.to_list() == [labels.OWN_IN_BULK]
    # A label of a tweet that somebody has read replaces the one in bulk.
    assert labels.latest(known).filter(tweet_id=1)["label"].to_list() == ["fits"]
    assert labels.take_back_bulk(workspace, labelled_at=at, labeller="bob") == 0
    assert labels.take_back_bulk(workspace, labelled_at=at, labeller="ann") == 5
    assert sorted(labels.load(workspace)["tweet_id"]) == [1, 9]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("  ", "needs the name"),
        ("a" * 41, "41 characters"),
        ("ann\x1b[31m", "invisible characters"),
        ("ann\nbob", "invisible characters"),
        ("\u202ebob", "invisible characters"),
    ],
)
def test_hostile_names_are_refused(workspace, name, reason):
    with pytest.raises(LabelError, match=reason):
        labels.add(workspace, judged(1, "no", "why?"), labeller=name)
    assert labels.load(workspace).is_empty()
