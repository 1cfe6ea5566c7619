"""The goals of the fair sample, and the count of labels by person."""

import polars as pl
import pytest

from workbench import labels
from workbench.classifiers import prompt_classifier, reply_classifier
from workbench.dashboard.label import goals
from workbench.storage import Workspace


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "ws")


def add(workspace, label, numbers, *, labeller="ann", **more):
    rows = [{"tweet_id": n, "text": f"text {n}", "label": label} | more for n in numbers]
    labels.add(workspace, pl.DataFrame(rows), labeller=labeller)


def progress(workspace, share=0.05):
    known = goals.of_kind(labels.load(workspace), prompt_classifier.KIND)
    return goals.progress(known, share=share)


def test_progress_counts_the_fair_sample_only_and_each_text_once(workspace):
    add(workspace, "no", range(1, 7), is_random=True)
    add(workspace, "no", range(1, 4), is_random=True, labeller="bob")
    add(workspace, "fits", [7], is_random=True)
    add(workspace, "borderline", [8], is_random=True)
    add(workspace, "fits", range(20, 60))
    add(workspace, "no", range(60, 80), is_random=True, method="bulk")
    now = progress(workspace)
    assert (now["yes"], now["no"], now["goal"], now["all"]) == (1, 6, 10, 71)
    assert now["text"].startswith("About 180 more, if 5% are yes.")


def test_progress_guesses_by_the_share_in_the_labels_and_ends(workspace):
    add(workspace, "no", range(1, 9), is_random=True)
    add(workspace, "fits", range(9, 11), is_random=True)
    assert progress(workspace)["text"].startswith("About 40 more, if 20% are yes.")
    add(workspace, "fits", range(20, 28), is_random=True)
    add(workspace, "no", range(30, 32), is_random=True)
    assert progress(workspace)["text"].startswith("Enough to tell")
    assert progress(Workspace.create(workspace.root / "2"), share=None)["yes"] == 0


def test_tally_counts_by_person_label_and_method(workspace):
    add(workspace, "fits", [1, 2], is_random=True)
    add(workspace, "no", [3], method="bulk")
    names = ["fits", "borderline", "no"]
    shown = goals.tally(workspace, kind=prompt_classifier.KIND, names=names).text
    cells = "".join(f"<td>{count}</td>" for count in (2, 0, 1, 3, 1, 2))
    assert cells in shown
    replies = goals.tally(workspace, kind=reply_classifier.KIND, names=["answers", "no"]).text
    assert ">0<" in replies
