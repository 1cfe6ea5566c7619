"""Agreement of people on what both have labelled alone, and what is left to settle."""

import polars as pl
import pytest
from sklearn.metrics import cohen_kappa_score

from workbench import labels
from workbench.labels import agreement
from workbench.storage import Workspace


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "ws")


def label(workspace, name, values, *, method=None, first=1):
    rows = [
        {"tweet_id": first + place, "text": f"text {first + place}", "label": value}
        for place, value in enumerate(values)
    ]
    frame = pl.DataFrame(rows).with_columns(method=pl.lit(method, pl.String))
    labels.add(workspace, frame, labeller=name)


def test_kappa_is_that_of_scikit_learn(workspace):
    ann = ["fits", "no", "no", "borderline", "fits", "no", "no", "no", "fits", "borderline", "no"]
    bob = ["fits", "no", "fits", "no", "fits", "no", "no", "no", "borderline", "borderline", "no"]
    label(workspace, "ann", ann)
    label(workspace, "bob", [*bob, "fits"])
    label(workspace, "cem", ["fits"], first=12)
    known = labels.load(workspace)
    first, second = agreement.pairs(known, replies=False)
    assert (first.first, first.second, first.rows, first.same) == ("ann", "bob", 11, 8)
    assert first.kappa == pytest.approx(cohen_kappa_score(ann, bob))
    assert (second.second, second.rows, second.kappa) == ("cem", 1, None)
    assert agreement.pairs(known, replies=True) == []


def test_one_label_only_says_nothing_about_agreement(workspace):
    for name in ("ann", "bob"):
        label(workspace, name, ["no"] * 12)
    (both,) = agreement.pairs(labels.load(workspace), replies=False)
    assert (both.rows, both.same, both.kappa) == (12, 12, None)


def test_settled_disagreement_leaves_the_list_and_decides_the_training(workspace):
    label(workspace, "ann", ["fits", "no", "fits"])
    label(workspace, "bob", ["no", "no", "no"])
    known = labels.load(workspace)
    left = agreement.disagreements(known, replies=False)
    assert sorted(left["tweet_id"]) == [1, 3]
    votes = {vote["labeller"]: vote["label"] for vote in left["votes"][0]}
    assert votes == {"ann": "fits", "bob": "no"}
    label(workspace, "ann", ["no"], method=labels.SETTLED)
    label(workspace, "bob", ["fits"])
    known = labels.load(workspace)
    assert agreement.disagreements(known, replies=False)["tweet_id"].to_list() == [3]
    # What each person thought alone stays, and so does their agreement.
    (both,) = agreement.pairs(known, replies=False)
    assert (both.rows, both.same) == (3, 2)
    decided = labels.latest(known).filter(tweet_id=1)
    assert decided["label"].to_list()[-1] == "no"


def test_bulk_labels_count_for_no_agreement(workspace):
    label(workspace, "ann", ["no"] * 12, method=labels.BULK)
    label(workspace, "bob", ["fits"] * 12)
    known = labels.load(workspace)
    assert agreement.pairs(known, replies=False) == []
    assert agreement.disagreements(known, replies=False).is_empty()
