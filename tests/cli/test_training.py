"""Train classifiers and list labels from the command line."""

import polars as pl
import pytest
from typer.testing import CliRunner

from tests.classifiers.test_prompt_classifier import HASHING, rows
from tests.support import fakes
from workbench import instructions, labels
from workbench.classifiers import (
    evaluation,
    experiments,
    model_file,
    prompt_classifier,
    reply_classifier,
    training_data,
)
from workbench.cli import app
from workbench.storage import Workspace

pytestmark = pytest.mark.slow  # trains classifiers


@pytest.fixture(autouse=True)
def few_examples(monkeypatch):
    """Train on few examples, because the tests are not about them."""
    pairs = reply_classifier.examples().gather_every(7)
    monkeypatch.setattr(prompt_classifier, "examples", rows)
    monkeypatch.setattr(reply_classifier, "examples", lambda: pairs)


@pytest.fixture
def workspace(tmp_path):
    """A workspace with vectors, and random scores that no classifier would predict."""
    made = fakes.workspace(tmp_path / "ws", threads=60)
    fakes.embed(made)
    return made


def train(workspace, *options):
    """Train, and return the output with single spaces."""
    result = CliRunner().invoke(app, ["train", "-w", str(workspace.root), *map(str, options)])
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def model_of(workspace, kind=prompt_classifier.KIND):
    return model_file.load(workspace.root / "models" / f"{kind}.json", kind=kind)


def test_train_shows_thresholds_of_the_new_classifiers(workspace):
    output = train(workspace)
    for kind, column in experiments.COLUMNS.items():
        judged = experiments.classify(workspace, model_of(workspace, kind), embedder=HASHING)[
            "after"
        ]
        lines = []
        for scores in (judged, workspace.read("scores")[column]):
            row = evaluation.expected(scores).row(30, named=True)
            shares = f"{row['share_kept']:.1%} {row['expected_precision'] or 0:.0%}"
            lines.append(f"0.30 {row['kept']} {shares} {row['expected_yield']:,.0f}")
        new, old = lines
        assert new != old
        assert f"the new `{kind}` for 60 threads" in output
        assert new in output
        assert old not in output


def test_train_without_threads_says_why_there_are_no_thresholds(tmp_path):
    workspace = Workspace.create(tmp_path / "ws")
    workspace.write_text("recipe.toml", '[embed]\nmodel = "hashing"\n')
    output = train(workspace)
    for kind in experiments.COLUMNS:
        assert f"No thresholds of the new `{kind}`: {workspace.root} has no threads yet" in output
    assert "expected yield" not in output


def test_train_without_vectors_uses_the_wording(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=60)
    workspace.write_text("recipe.toml", '[embed]\nmodel = "hashing"\n')
    output = train(workspace)
    assert output.count("has no vectors, so the classifier used the wording alone") == len(
        experiments.COLUMNS
    )
    for kind in experiments.COLUMNS:
        assert f"the new `{kind}` for 60 threads" in output


def test_labels_list_counts_by_person_and_out_of_date(workspace):
    first, second = workspace.read("turns").head(2).iter_rows(named=True)
    rows = [
        {"tweet_id": first["tweet_id"], "text": first["text"], "label": "fits", "is_random": True},
        {"tweet_id": second["tweet_id"], "text": "cut o…", "label": "no", "is_random": False},
        {"tweet_id": 5, "text": "elsewhere", "label": "no", "is_random": True},
    ]
    for row in rows:
        labels.add(workspace, pl.DataFrame([row]), labeller="ann")
    result = CliRunner().invoke(app, ["labels", "list", "-w", str(workspace.root)])
    assert result.exit_code == 0, result.output
    assert "3 labels" in result.output
    (line,) = (line.split() for line in result.output.splitlines() if "ann " in line)
    assert line == ["ann", "prompts", "1", "0", "2", "0", "2", "1", "1"]


def test_train_reports_vectors_of_another_embedder(workspace, monkeypatch):
    monkeypatch.setattr("workbench.embeddings.engines.hashing.HashingEmbedder.digest", "0" * 64)
    output = train(workspace)
    assert output.count("were made by hashing and cannot be compared") == len(experiments.COLUMNS)


def test_train_prints_absolute_paths_of_the_models(workspace, monkeypatch):
    monkeypatch.chdir(workspace.root.parent)
    output = train(workspace, "--out", "mo dels")
    for kind in experiments.COLUMNS:
        assert f'{kind} = "{workspace.root.parent / "mo dels" / kind}.json"' in output


def test_train_treats_added_instructions_like_those_in_a_file(
    workspace, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(training_data, "MOST_INSTRUCTIONS", 25)
    asked = [f"kindly outline zibble number {n}" for n in range(40)]
    path = tmp_path / "zibbles.txt"
    path.write_text("\n".join(asked))
    outputs = [train(workspace, "--own", path)]
    from_file = model_of(workspace)
    instructions.add(workspace, asked[::-1], source="zibbles")
    outputs.append(train(workspace))
    assert model_of(workspace) == from_file
    outputs.append(train(workspace, "--own", path))
    assert model_of(workspace) == from_file
    assert from_file.trained_on["sources"] == {"test": 40, training_data.OWN_INSTRUCTIONS: 25}
    assert from_file.surface.evaluation["yes"]["rows"] == 40
    summary = "25 own-instructions, 40 test); evaluated on 40 of them"
    assert all(summary in output for output in outputs)
    assert caplog.messages.count("training on 25 of 40 instructions") == 3
