"""Files of trained models: written and read as they are, refused if they do not fit."""

import json

import msgspec
import pytest

from tests.support.prompts import rows
from workbench.classifiers import (
    model_file,
    prompt_classifier,
)
from workbench.embeddings import embedders
from workbench.embeddings.engines import model_files
from workbench.exceptions import ModelError

HASHING = embedders.load("hashing")


class Other(embedders.HashingEmbedder):
    """The same vectors under another name."""

    name, digest = "other", "0" * 64


@pytest.fixture(scope="module")
def trained():
    return prompt_classifier.train(rows(), embedders=[HASHING])


def test_model_comes_back_from_its_file_as_it_was(trained, tmp_path):
    path = tmp_path / "models" / "prompt_classifier.json"
    model_file.save(trained.model, path)
    assert model_file.load(path, kind="prompt_classifier") == trained.model
    assert isinstance(json.loads(path.read_text()), dict)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"kind": "prompt_classifier"', "\x80"])
def test_load_refuses_a_file_that_is_not_a_model(tmp_path, content):
    path = tmp_path / "model.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(ModelError, match="damaged or not a trained model"):
        model_file.load(path, kind="prompt_classifier")


@pytest.mark.parametrize("amount", [1.7e308, -1.7e308, 1.1e6])
@pytest.mark.parametrize("place", ["weights", "vector", "bias", "slope", "shift"])
def test_load_refuses_weights_whose_sum_is_no_number(trained, tmp_path, place, amount):
    stored = json.loads(msgspec.json.encode(trained.model))
    part = stored["both"][HASHING.digest]
    values = {"weights": {next(iter(part["weights"])): amount}, "vector": [amount]}
    part[place] = values.get(place, amount)
    path = tmp_path / "model.json"
    path.write_text(json.dumps(stored))
    with pytest.raises(ModelError, match=rf"1000000\.0 - at `\$\.both\[...\]\.{place}"):
        model_file.load(path, kind="prompt_classifier")


def test_load_refuses_a_version_that_never_was(trained, tmp_path):
    path = tmp_path / "model.json"
    model_file.save(msgspec.structs.replace(trained.model, version=-1), path)
    with pytest.raises(ModelError, match=r"`int` >= 1 - at `\$\.version`"):
        model_file.load(path, kind="prompt_classifier")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (
            "prompt_classifier",
            "255 weights for vectors but needs 256: one for each of 256 numbers.",
        ),
        ("reply_classifier", "256 numbers, and one for the cosine."),
    ],
)
def test_vector_part_says_how_many_weights_are_needed(trained, kind, message):
    part = trained.model.both[HASHING.digest]
    short = msgspec.structs.replace(part, vector=[0.0] * (255 + (kind == "reply_classifier")))
    model = msgspec.structs.replace(trained.model, kind=kind, both={HASHING.digest: short})
    with pytest.raises(ModelError, match=message):
        model_file.vector_part(model, embedder=HASHING, name="mine.json")


def test_load_refuses_another_kind_and_a_missing_file(trained, tmp_path):
    path = tmp_path / "model.json"
    model_file.save(trained.model, path)
    with pytest.raises(ModelError, match="not a `reply_classifier` of version"):
        model_file.load(path, kind="reply_classifier")
    with pytest.raises(ModelError, match="cannot be read"):
        model_file.load(tmp_path / "none.json", kind="prompt_classifier")


def test_own_model_is_refused_where_it_does_not_fit_the_embedder(trained):
    assert model_file.vector_part(trained.model, embedder=HASHING, name="mine.json") is not None
    with pytest.raises(ModelError, match="cannot use those of other"):
        model_file.vector_part(trained.model, embedder=Other(), name="mine.json")


def test_shipped_model_does_without_vectors_that_it_does_not_know(caplog):
    model = model_file.load("starter", kind="prompt_classifier")
    assert model_file.vector_part(model, embedder=HASHING, name="starter") is None
    assert "uses the wording alone" in caplog.text


def test_shipped_models_belong_to_the_packaged_embedder():
    digest = model_files.find(model_files.PACKAGED).digest
    for kind, extra in [("prompt_classifier", 0), ("reply_classifier", 1)]:
        assert len(model_file.load("starter", kind=kind).both[digest].vector) == 384 + extra


def test_model_of_an_earlier_version_is_read_with_its_kind_renamed(trained, tmp_path):
    path = tmp_path / "detector.json"
    model_file.save(msgspec.structs.replace(trained.model, kind="detector", version=1), path)
    made = model_file.load(path, kind=prompt_classifier.KIND)
    assert made == msgspec.structs.replace(trained.model, version=1)
