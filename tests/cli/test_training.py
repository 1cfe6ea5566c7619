"""The command `train`: what it learns from, and what it tells of the judges that it made."""

import polars as pl
import pytest
from rich.console import Console
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
from workbench.cli.reports import training as reports
from workbench.storage import Workspace


@pytest.fixture(autouse=True)
def few_examples(monkeypatch):
    """Train on few examples: it is not them that is tested."""
    pairs = reply_classifier.examples().gather_every(7)
    monkeypatch.setattr(prompt_classifier, "examples", rows)
    monkeypatch.setattr(reply_classifier, "examples", lambda: pairs)


@pytest.fixture
def workspace(tmp_path):
    """Give a workspace with vectors, and scores by chance, as no judge would give them."""
    made = fakes.workspace(tmp_path / "ws", threads=60)
    fakes.embed(made)
    return made


def train(workspace, *options):
    """Train, and give the words that were told, one space between them."""
    done = CliRunner().invoke(app, ["train", "-w", str(workspace.root), *map(str, options)])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def model_of(workspace, kind=prompt_classifier.KIND):
    return model_file.load(workspace.root / "models" / f"{kind}.json", kind=kind)


def test_train_tells_the_thresholds_of_the_judges_that_it_made(workspace):
    told = train(workspace)
    for kind, column in experiments.COLUMNS.items():
        judged = experiments.judge(workspace, model_of(workspace, kind), embedder=HASHING)["after"]
        lines = []
        for scores in (judged, workspace.read("scores")[column]):
            row = evaluation.expected(scores).row(30, named=True)
            shares = f"{row['share_kept']:.1%} {row['expected_precision'] or 0:.0%}"
            lines.append(f"0.30 {row['kept']} {shares} {row['expected_yield']:,.0f}")
        new, old = lines
        assert new != old
        assert f"the new `{kind}` says of 60 threads" in told
        assert new in told
        assert old not in told


def test_train_says_why_there_are_no_thresholds(tmp_path):
    workspace = Workspace.create(tmp_path / "ws")
    workspace.write_text("recipe.toml", '[embed]\nmodel = "hashing"\n')
    told = train(workspace)
    for kind in experiments.COLUMNS:
        assert f"No thresholds of the new `{kind}`: {workspace.root} has no threads yet" in told
    assert "expected yield" not in told


def test_train_judges_by_the_wording_where_there_are_no_vectors(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=60)
    workspace.write_text("recipe.toml", '[embed]\nmodel = "hashing"\n')
    told = train(workspace)
    assert told.count("has no vectors: it is judged by the wording alone") == len(
        experiments.COLUMNS
    )
    for kind in experiments.COLUMNS:
        assert f"the new `{kind}` says of 60 threads" in told


def test_labels_list_counts_by_person_and_tells_what_is_out_of_date(workspace):
    first, second = workspace.read("turns").head(2).iter_rows(named=True)
    rows = [
        {"tweet_id": first["tweet_id"], "text": first["text"], "label": "fits", "is_random": True},
        {"tweet_id": second["tweet_id"], "text": "cut o…", "label": "no", "is_random": False},
        {"tweet_id": 5, "text": "elsewhere", "label": "no", "is_random": True},
    ]
    for row in rows:
        labels.add(workspace, pl.DataFrame([row]), labeller="ann")
    done = CliRunner().invoke(app, ["labels", "list", "-w", str(workspace.root)])
    assert done.exit_code == 0, done.output
    assert "3 labels" in done.output
    (line,) = (line.split() for line in done.output.splitlines() if "ann " in line)
    assert line == ["ann", "prompts", "1", "0", "2", "0", "2", "1", "1"]


def test_train_says_that_the_vectors_are_of_another_embedder(workspace, monkeypatch):
    monkeypatch.setattr("workbench.embeddings.embedders.HashingEmbedder.digest", "0" * 64)
    told = train(workspace)
    assert told.count("were made by hashing and cannot be compared") == len(experiments.COLUMNS)


def test_train_names_the_models_so_that_any_folder_finds_them(workspace, monkeypatch):
    monkeypatch.chdir(workspace.root.parent)
    told = train(workspace, "--out", "mo dels")
    for kind in experiments.COLUMNS:
        assert f'{kind} = "{workspace.root.parent / "mo dels" / kind}.json"' in told


def test_train_counts_instructions_alike_added_or_in_a_file(
    workspace, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(training_data, "MOST_INSTRUCTIONS", 25)
    asked = [f"kindly outline zibble number {n}" for n in range(40)]
    path = tmp_path / "zibbles.txt"
    path.write_text("\n".join(asked))
    told = [train(workspace, "--own", path)]
    from_file = model_of(workspace)
    instructions.add(workspace, asked[::-1], source="zibbles")
    told.append(train(workspace))
    assert model_of(workspace) == from_file
    told.append(train(workspace, "--own", path))
    assert model_of(workspace) == from_file
    assert from_file.trained_on["sources"] == {"test": 40, training_data.OWN_INSTRUCTIONS: 25}
    assert from_file.surface.evaluation["yes"]["rows"] == 40
    assert all("25 own-instructions, 40 test); judged by 40 of them" in each for each in told)
    assert caplog.messages.count("25 of 40 instructions are learned from") == 3


@pytest.mark.parametrize(("spread", "is_flat"), [(0.001, True), (0.1, False)])
def test_thresholds_warn_of_a_judge_that_says_the_same_of_all(spread, is_flat):
    console = Console(width=100, record=True)
    scores = pl.Series([0.5, 0.5 + spread, 0.5 - spread, None])
    model = model_file.load("starter", kind=prompt_classifier.KIND)
    with console.capture() as shown:
        console.print(reports.thresholds(scores, model=model))
    assert (evaluation.IS_FLAT in shown.get()) == is_flat
    assert "0.30 3 75.0% 50% 2" in " ".join(shown.get().split())
