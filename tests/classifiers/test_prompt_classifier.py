"""The detector: trained, stored as plain data, refused where it does not fit, applied."""

import json

import msgspec
import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from tests.support import chances
from tests.support.kept import turn, turns
from workbench import embeddings, instructions, labels
from workbench.classifiers import (
    evaluation,
    model_file,
    prompt_classifier,
    prompt_features,
    training,
    training_data,
)
from workbench.cli import app
from workbench.embeddings import embedders
from workbench.embeddings.engines import model_files
from workbench.exceptions import LabelError, ModelError
from workbench.recipe import EmbedSettings
from workbench.schemas import Deletions
from workbench.storage import Workspace
from workbench.text import normalize

HASHING = embedders.load("hashing")
ASK = "how do I {} my {}?"
TELL = "just saw the {} of a {} lol"


class Other(embedders.HashingEmbedder):
    """The same vectors under another name."""

    name, digest = "other", "0" * 64


def rows(count=40):
    verbs, things = ["bake", "fix", "clean", "plant", "paint"], ["bread", "bike", "shoes", "roses"]
    made = [(verb, thing) for verb in verbs for thing in things][: count // 2]
    asked = [(ASK.format(*pair), "fits") for pair in made]
    told = [(TELL.format(*pair), "no") for pair in made]
    return pl.DataFrame(asked + told, schema=["text", "label"], orient="row").with_columns(
        source=pl.lit("test"),
        author_id=pl.lit(None, pl.Int64),
        thread_id=pl.lit(None, pl.Int64),
    )


@pytest.fixture(scope="module")
def trained():
    return prompt_classifier.train(rows(), embedders=[HASHING])


def bare(tweets):
    return pl.DataFrame({"text": tweets}).select(normalize.bare("text"))["text"].to_list()


def test_examples_are_written_enough_and_of_every_kind():
    counts = dict(prompt_classifier.examples()["label"].value_counts().rows())
    assert sum(counts.values()) >= 1500
    assert min(counts.values()) >= 300
    assert set(counts) == set(prompt_classifier.TARGETS)


def test_train_judges_on_rows_that_it_did_not_see(trained):
    part = trained.model.both[HASHING.digest]
    assert part.evaluation["yes"]["average_precision"] > 0.95
    assert (trained.held_out[trained.targets == 1] > 0).all()
    assert trained.model.trained_on["sources"] == {"test": 40}


def test_train_leaves_out_weights_of_the_wrong_sign(trained):
    parts = [trained.model.surface, *trained.model.both.values()]
    for part in parts:
        for name, weight in part.weights.items():
            assert weight * prompt_features.SIGNS.get(name, 0) >= 0, name


def test_train_lets_the_last_label_of_a_text_count():
    twice = pl.concat([rows(), rows().head(1).with_columns(label=pl.lit("no"))])
    told = prompt_classifier.train(twice).model.trained_on
    assert (told["yes"], told["no"], told["rows"]) == (19, 21, 40)


def test_train_says_what_is_missing():
    with pytest.raises(ModelError, match="0 different rows of `no`"):
        prompt_classifier.train(rows().filter(label="fits"))


def test_train_calibrates_on_the_labels_that_were_drawn_at_random():
    own = rows().with_columns(source=pl.lit(labels.OWN_AT_RANDOM))
    assert prompt_classifier.train(own).model.surface.share == 0.5
    assert prompt_classifier.train(rows()).model.surface.share == pytest.approx(
        prompt_classifier.PREVALENCE
    )
    # What was chosen because it teaches most is no sample of the data.
    chosen = rows().with_columns(source=pl.lit(labels.OWN))
    assert prompt_classifier.train(chosen).model.surface.share == pytest.approx(
        prompt_classifier.PREVALENCE
    )


def test_grouped_rows_are_held_out_together(monkeypatch):
    seen = []
    monkeypatch.setattr(training, "train", lambda rows, **_: seen.append(rows.groups))
    by_author = rows().with_columns(author_id=pl.int_range(pl.len()) % 4)
    prompt_classifier.train(by_author)
    assert len(np.unique(seen[0])) == 4


def test_model_comes_back_from_its_file_as_it_was(trained, tmp_path):
    path = tmp_path / "models" / "prompt_classifier.json"
    model_file.save(trained.model, path)
    assert model_file.load(path, kind="prompt_classifier") == trained.model
    assert isinstance(json.loads(path.read_text()), dict)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"kind": "prompt_classifier"', "\x80"])
def test_load_refuses_what_is_no_model(tmp_path, content):
    path = tmp_path / "model.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(ModelError, match="damaged or none"):
        model_file.load(path, kind="prompt_classifier")


@pytest.mark.parametrize("amount", [1.7e308, -1.7e308, 1.1e6])
@pytest.mark.parametrize("place", ["weights", "vector", "bias", "slope", "shift"])
def test_load_refuses_weights_whose_sum_is_no_number(trained, tmp_path, place, amount):
    found = json.loads(msgspec.json.encode(trained.model))
    part = found["both"][HASHING.digest]
    values = {"weights": {next(iter(part["weights"])): amount}, "vector": [amount]}
    part[place] = values.get(place, amount)
    path = tmp_path / "model.json"
    path.write_text(json.dumps(found))
    with pytest.raises(ModelError, match=rf"1000000\.0 - at `\$\.both\[...\]\.{place}"):
        model_file.load(path, kind="prompt_classifier")


def test_load_refuses_a_version_that_never_was(trained, tmp_path):
    path = tmp_path / "model.json"
    model_file.save(msgspec.structs.replace(trained.model, version=-1), path)
    with pytest.raises(ModelError, match=r"`int` >= 1 - at `\$\.version`"):
        model_file.load(path, kind="prompt_classifier")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (
            "prompt_classifier",
            "255 weights for vectors where 256 are needed: one for each of 256 numbers.",
        ),
        ("reply_classifier", "256 numbers, and one for the cosine."),
    ],
)
def test_vector_part_says_how_many_weights_are_needed(trained, kind, told):
    part = trained.model.both[HASHING.digest]
    short = msgspec.structs.replace(part, vector=[0.0] * (255 + (kind == "reply_classifier")))
    model = msgspec.structs.replace(trained.model, kind=kind, both={HASHING.digest: short})
    with pytest.raises(ModelError, match=told):
        model_file.vector_part(model, embedder=HASHING, name="mine.json")


def test_load_refuses_another_kind_and_a_missing_file(trained, tmp_path):
    path = tmp_path / "model.json"
    model_file.save(trained.model, path)
    with pytest.raises(ModelError, match="needs one for `reply_classifier`"):
        model_file.load(path, kind="reply_classifier")
    with pytest.raises(ModelError, match="cannot be read"):
        model_file.load(tmp_path / "none.json", kind="prompt_classifier")


def test_own_model_is_refused_where_it_does_not_fit_the_embedder(trained):
    assert model_file.vector_part(trained.model, embedder=HASHING, name="mine.json") is not None
    with pytest.raises(ModelError, match="means nothing for those of other"):
        model_file.vector_part(trained.model, embedder=Other(), name="mine.json")


def test_shipped_model_does_without_vectors_that_it_does_not_know(caplog):
    model = model_file.load("starter", kind="prompt_classifier")
    assert model_file.vector_part(model, embedder=HASHING, name="starter") is None
    assert "uses the wording alone" in caplog.text


def test_shipped_models_belong_to_the_packaged_embedder():
    digest = model_files.find(model_files.PACKAGED).digest
    for kind, extra in [("prompt_classifier", 0), ("reply_classifier", 1)]:
        assert len(model_file.load("starter", kind=kind).both[digest].vector) == 384 + extra


def test_shipped_detector_was_trained_on_what_ships():
    found = (
        prompt_classifier.examples()
        .with_columns(bare=normalize.bare("text"))
        .filter(pl.col("bare") != "")
    )
    told = model_file.load("starter", kind="prompt_classifier").trained_on
    assert told["rows"] == found["bare"].n_unique()


def test_shipped_detector_tells_requests_from_talk():
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
    found = chances.suitability(part, asked + talk, vectors=vectors)
    assert found[:3].min() > 0.1 > found[3:].max()
    alone = chances.suitability(model.surface, asked + talk)
    assert alone[:3].min() > alone[3:].max()


def judged(trained, made, path, *, embedder=HASHING, part=True):
    roots = made.lazy().filter(pl.col("position") == 0).select("text", root_id="tweet_id")
    model = trained.model
    chosen = model.both[HASHING.digest] if part else None
    return prompt_classifier.from_threads(
        roots, path=path, embedder=embedder, model=model, part=chosen
    )


def test_from_threads_gives_what_each_text_gets(trained, tmp_path):
    asked = [ASK.format("mend", "coat"), TELL.format("top", "hill"), "@a https://t.co/x", "oh no"]
    made = turns(*[[turn(n + 1, None, 7, text)] for n, text in enumerate(asked)])
    path = tmp_path / "3_embeddings.lance"
    settings = EmbedSettings()
    embeddings.from_threads(made.head(3), embedder=HASHING, path=path, settings=settings)
    found = dict(judged(trained, made, path).rows())
    model = trained.model
    both = chances.suitability(
        model.both[HASHING.digest], asked[:2], vectors=HASHING.encode(bare(asked[:2]))
    )
    alone = chances.suitability(model.surface, asked)
    assert found == {
        1: pytest.approx(both[0]),
        2: pytest.approx(both[1]),
        4: pytest.approx(alone[3]),
    }
    found = dict(judged(trained, made, path, part=False).rows())
    assert found == {n: pytest.approx(alone[n - 1]) for n in [1, 2, 4]}


def test_own_reads_labelled_texts_and_instructions(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text('{"text": "a b?", "label": "no"}\n{"text": "c d?", "label": "fits"}\n')
    assert prompt_classifier.own(path)["label"].to_list() == ["no", "fits"]
    path.write_text('{"instruction": "Name a fruit."}\n')
    found = prompt_classifier.own(path).select("text", "label", "source")
    assert found.row(0) == ("Name a fruit.", "fits", training_data.OWN_INSTRUCTIONS)
    path.write_text('{"text": "a b?", "label": "great"}\n')
    with pytest.raises(LabelError, match="such as `great`"):
        prompt_classifier.own(path)


def test_own_takes_a_label_wherever_the_text_stands(tmp_path):
    path = tmp_path / "mine.jsonl"
    records = [
        {"instruction": "Name a fruit.", "label": "fits"},
        {"prompt": "lol", "label": "no"},
        {"instruction": "Name a cheese.", "label": "open_qa"},
    ]
    path.write_text("\n".join(map(json.dumps, records)))
    found = prompt_classifier.own(path).select("text", "label", "source")
    assert found.rows() == [
        ("Name a fruit.", "fits", "mine.jsonl"),
        ("lol", "no", "mine.jsonl"),
    ]
    # Where `label` says something else, the file is one of instructions.
    path.write_text(json.dumps(records[2]))
    assert prompt_classifier.own(path)["source"].to_list() == [training_data.OWN_INSTRUCTIONS]


def test_own_counts_the_records_that_it_leaves_out(tmp_path, caplog):
    path = tmp_path / "mine.jsonl"
    records = [
        {"text": "a b?", "label": "fits"},
        {"text": "e f?"},
        {"text": "g h?", "label": ""},
        {"label": "fits"},
        {"text": "because", "label": "no", "parent_id": 5, "parent_text": "why?"},
    ]
    path.write_text("\n".join([*map(json.dumps, records), '{"text": "cut o']))
    assert prompt_classifier.own(path)["text"].to_list() == ["a b?"]
    assert "mine.jsonl: 5 of 6 records left out" in caplog.text


@pytest.mark.parametrize("label", [1, 0, True])
def test_own_takes_no_number_for_a_missing_label(tmp_path, label):
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps({"text": "a b?", "label": label}))
    with pytest.raises(LabelError, match=f"such as `{label}`"):
        prompt_classifier.own(path)


def test_instructed_lets_labels_overrule_instructions_of_the_same_words(tmp_path, monkeypatch):
    monkeypatch.setattr(training_data, "MOST_INSTRUCTIONS", 2)
    workspace = Workspace.create(tmp_path / "ws")
    instructions.add(workspace, ["Name a fruit.", "Name a nut."], source="food")
    asked, judged = tmp_path / "asked.txt", tmp_path / "judged.jsonl"
    asked.write_text("name a FRUIT.\nName a berry.")
    texts_judged = ["Name a fruit.", "Name a cake.", "Name a soup."]
    rows_judged = [json.dumps({"text": text, "label": "no"}) for text in texts_judged]
    judged.write_text("\n".join(rows_judged))
    found = prompt_classifier.instructed(workspace, files=[judged, asked])
    assert found["source"].to_list() == [training_data.OWN_INSTRUCTIONS] * 2 + ["judged.jsonl"] * 3
    assert found["text"].tail(3).to_list() == texts_judged


def test_train_is_not_judged_by_instructions_of_ones_own():
    own = pl.DataFrame({"text": [f"Please list {n} zibbles." for n in range(200)]})
    given = training_data.frame(
        own.with_columns(label=pl.lit("fits"), source=pl.lit(training_data.OWN_INSTRUCTIONS))
    )
    both = prompt_classifier.train(pl.concat([rows(), given]))
    found = both.model.surface.evaluation["yes"]
    assert (found["rows"], found["positives"]) == (40, 20)
    assert both.held_out.shape == both.targets.shape == (240,)
    counted = both.held_out[both.counts]
    assert counted.shape == (40,)
    alone = evaluation.average_precision(both.targets[both.counts] == 1, counted)
    assert found["average_precision"] == pytest.approx(alone, abs=1e-4)
    # The calibration supposes a share of requests among tweets, whatever else was learned from.
    assert both.model.surface.share == pytest.approx(prompt_classifier.PREVALENCE)


def test_train_is_judged_by_all_where_nothing_else_fits():
    given = rows().with_columns(
        source=pl.when(pl.col("label") == "fits")
        .then(pl.lit(training_data.OWN_INSTRUCTIONS))
        .otherwise("source")
    )
    found = prompt_classifier.train(given).model.surface.evaluation["yes"]
    assert (found["rows"], found["positives"]) == (40, 20)


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


def test_instructed_takes_the_tweets_first_and_only_so_many(tmp_path, monkeypatch):
    monkeypatch.setattr(training_data, "MOST_INSTRUCTIONS", 3)
    workspace = Workspace.create(tmp_path / "ws")
    assert prompt_classifier.instructed(workspace).is_empty()
    asked = [f"List {n} uses of a spoon." for n in range(8)]
    instructions.add(workspace, asked, source="spoons")
    tweets = pl.DataFrame({"text": ["how do u get wax off a spoon??"], "tweet_id": [77]})
    instructions.add(workspace, tweets, source="read")
    found = prompt_classifier.instructed(workspace)
    assert found["source"].to_list() == [
        training_data.OWN_TWEETS,
        *[training_data.OWN_INSTRUCTIONS] * 2,
    ]
    assert found["text"][0] == tweets["text"][0]
    assert set(found["text"][1:]) < set(asked)
    assert set(found["label"]) == {"fits"}
    assert found.equals(prompt_classifier.instructed(workspace))
    deleted = pl.DataFrame({"tweet_id": [77], "had_row": [True]})
    workspace.write("deletions", Deletions.validate(deleted, cast=True))
    assert set(prompt_classifier.instructed(workspace)["source"]) == {
        training_data.OWN_INSTRUCTIONS
    }


def test_train_command_learns_from_the_instructions_of_the_workspace(tmp_path, monkeypatch):
    monkeypatch.setattr(prompt_classifier, "examples", rows)
    workspace = Workspace.create(tmp_path / "ws")
    (tmp_path / "fast.toml").write_text('[embed]\nmodel = "hashing"\n')
    asked = [f"kindly outline zibble number {n}" for n in range(30)]
    own = ["-w", str(workspace.root), "-r", str(tmp_path / "fast.toml")]
    found = {}
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
        found[source] = chances.suitability(part, new, vectors=HASHING.encode(new))[0]
    assert model.trained_on["sources"] == {"test": 40, training_data.OWN_INSTRUCTIONS: 30}
    assert "30 own-instructions" in " ".join(result.output.split())
    assert found["zibbles"] > found[None]


def test_model_of_an_earlier_version_is_read_with_its_kind_renamed(trained, tmp_path):
    path = tmp_path / "detector.json"
    model_file.save(msgspec.structs.replace(trained.model, kind="detector", version=1), path)
    made = model_file.load(path, kind=prompt_classifier.KIND)
    assert made == msgspec.structs.replace(trained.model, version=1)
