"""Agreement on the page: kappa with its number, or why there is none."""

import polars as pl
import pytest

from workbench import labels
from workbench.classifiers import prompt_classifier
from workbench.dashboard.label import people
from workbench.storage import Workspace


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "ws")


def add(workspace, name, values):
    rows = [{"tweet_id": n, "text": str(n), "label": v} for n, v in enumerate(values, start=1)]
    labels.add(workspace, pl.DataFrame(rows), labeller=name)


def shown(workspace):
    return people.table(workspace, kind=prompt_classifier.KIND).text


def test_table_shows_kappa_with_the_number_of_labels(workspace):
    assert "Nobody else has labelled" in shown(workspace)
    add(workspace, "ann", ["fits", "no"] * 6)
    add(workspace, "<b>bob", ["fits", "no"] * 5 + ["no", "no"])
    text = shown(workspace)
    assert "<td>12</td><td>91.7%</td><td>0.83</td>" in text
    assert "<b>bob" not in text


def test_table_says_how_many_are_missing_or_that_kappa_is_not_defined(workspace):
    add(workspace, "ann", ["no"] * 12)
    add(workspace, "bob", ["no"] * 4)
    add(workspace, "cem", ["no"] * 12)
    text = shown(workspace)
    assert "too few to tell: needs 6 more" in text
    assert "not defined" in text
