"""The prompt classifier: trained, shipped, applied to threads, and retrained by a command."""

import polars as pl
import pytest
from typer.testing import CliRunner

from tests.support import chances
from tests.support.kept import turn, turns
from tests.support.prompts import ASK, TELL, rows
from workbench import embeddings, instructions, labels
from workbench.classifiers import (
    model_file,
    prompt_classifier,
    training_data,
)
from workbench.cli import app
from workbench.embeddings import embedders
from workbench.embeddings.engines import model_files
from workbench.recipe import EmbedSettings
from workbench.storage import Workspace
from workbench.text import normalize

HASHING = embedders.load("hashing")


@pytest.fixture(scope="module")
def trained():
    return prompt_classifier.train(rows(), embedders=[HASHING])


def bare(tweets):
    return pl.DataFrame({"text": tweets}).select(normalize.bare("text"))["text"].to_list()


def test_train_lets_the_last_label_of_a_text_count():
    twice = pl.concat([rows(), rows().head(1).with_columns(label=pl.lit("no"))])
    trained_on = prompt_classifier.train(twice).model.trained_on
    assert (trained_on["yes"], trained_on["no"], trained_on["rows"]) == (19, 21, 40)


def test_shipped_classifier_was_trained_on_what_ships():
    shipped = (
        prompt_classifier.examples()
        .with_columns(bare=normalize.bare("text"))
        .filter(pl.col("bare") != "")
    )
    trained_on = model_file.load("starter", kind="prompt_classifier").trained_on
    assert trained_on["rows"] == shipped["bare"].n_unique()


@pytest.mark.slow
def test_shipped_classifier_separates_requests_from_talk():
    asked = [
        "any tips for keeping basil alive on a windowsill?",
        "what's the difference between a latte and a flat white",
        "Can someone explain how mortgages work? first time buyer here",
    ]
    talk = [
        "why is everyone on this train shouting",
        "who else is watching the final tonight?? 😭 https://t.co/x",
        "RT to win a signed shirt! ends friday",
    ]
    model, embedder = (
        model_file.load("starter", kind="prompt_classifier"),
        embedders.load(model_files.PACKAGED),
    )
    part = model_file.vector_part(model, embedder=embedder, name="starter")
    vectors = embedder.encode(bare(asked + talk))
    chances_of = chances.suitability(part, asked + talk, vectors=vectors)
    assert chances_of[:3].min() > 0.1 > chances_of[3:].max()
    alone = chances.suitability(model.surface, asked + talk)
    assert alone[:3].min() > alone[3:].max()


def judged(trained, made, path, *, embedder=HASHING, part=True):
    roots = (
        made.lazy().filter(pl.col("position") == 0).select("text", "has_media", root_id="tweet_id")
    )
    model = trained.model
    chosen = model.both[HASHING.digest] if part else None
    return prompt_classifier.from_threads(
        roots, path=path, embedder=embedder, model=model, part=chosen
    )


def test_from_threads_returns_the_probability_of_each_text(trained, tmp_path):
    asked = [ASK.format("mend", "coat"), TELL.format("top", "hill"), "@a https://t.co/x", "oh no"]
    made = turns(*[[turn(n + 1, None, 7, text)] for n, text in enumerate(asked)])
    path = tmp_path / "3_embeddings.lance"
    settings = EmbedSettings()
    embeddings.from_threads(made.head(3), embedder=HASHING, path=path, settings=settings)
    suitability = dict(judged(trained, made, path).rows())
    model = trained.model
    both = chances.suitability(
        model.both[HASHING.digest], asked[:2], vectors=HASHING.encode(bare(asked[:2]))
    )
    alone = chances.suitability(model.surface, asked)
    assert suitability == {
        1: pytest.approx(both[0]),
        2: pytest.approx(both[1]),
        4: pytest.approx(alone[3]),
    }
    suitability = dict(judged(trained, made, path, part=False).rows())
    assert suitability == {n: pytest.approx(alone[n - 1]) for n in [1, 2, 4]}


@pytest.mark.slow
def test_train_command_takes_in_labels_and_writes_models(tmp_path, monkeypatch):
    monkeypatch.setattr(prompt_classifier, "examples", rows)
    workspace = Workspace.create(tmp_path / "ws")
    (tmp_path / "fast.toml").write_text('[embed]\nmodel = "hashing"\n')
    judged_by_hand = pl.DataFrame({"tweet_id": [5], "label": ["fits"], "text": ["which wax?"]})
    labels.add(workspace, judged_by_hand, labeller="ann")
    result = CliRunner().invoke(
        app, ["train", "-w", str(workspace.root), "-r", str(tmp_path / "fast.toml")]
    )
    assert result.exit_code == 0, result.output
    assert "1 own labels" in result.output
    made = model_file.load(
        workspace.root / "models" / "prompt_classifier.json", kind="prompt_classifier"
    )
    assert made.embedders == {HASHING.digest: "hashing"}


@pytest.mark.slow
def test_train_command_learns_from_the_instructions_of_the_workspace(tmp_path, monkeypatch):
    monkeypatch.setattr(prompt_classifier, "examples", rows)
    workspace = Workspace.create(tmp_path / "ws")
    (tmp_path / "fast.toml").write_text('[embed]\nmodel = "hashing"\n')
    asked = [f"kindly outline zibble number {n}" for n in range(30)]
    own = ["-w", str(workspace.root), "-r", str(tmp_path / "fast.toml")]
    suitability = {}
    for source in [None, "zibbles"]:
        if source:
            instructions.add(workspace, asked, source=source)
        result = CliRunner().invoke(app, ["train", *own])
        assert result.exit_code == 0, result.output
        model = model_file.load(
            workspace.root / "models" / "prompt_classifier.json", kind="prompt_classifier"
        )
        part = model.both[HASHING.digest]
        new = ["kindly outline zibble number 99"]
        suitability[source] = chances.suitability(part, new, vectors=HASHING.encode(new))[0]
    assert model.trained_on["sources"] == {"test": 40, training_data.OWN_INSTRUCTIONS: 30}
    assert "30 own-instructions" in " ".join(result.output.split())
    assert suitability["zibbles"] > suitability[None]
