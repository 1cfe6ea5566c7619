"""Training data: shipped examples, labelled files and instructions."""

import json

import polars as pl
import pytest

from workbench import instructions
from workbench.classifiers import (
    prompt_classifier,
    training_data,
)
from workbench.exceptions import LabelError
from workbench.schemas import Deletions
from workbench.storage import Workspace


def test_examples_are_written_enough_and_of_every_kind():
    counts = dict(prompt_classifier.examples()["label"].value_counts().rows())
    assert sum(counts.values()) >= 1500
    assert min(counts.values()) >= 300
    assert set(counts) == set(prompt_classifier.TARGETS)


def test_own_reads_labelled_texts_and_instructions(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text('{"text": "a b?", "label": "no"}\n{"text": "c d?", "label": "fits"}\n')
    assert prompt_classifier.own(path)["label"].to_list() == ["no", "fits"]
    path.write_text('{"instruction": "Name a fruit."}\n')
    rows = prompt_classifier.own(path).select("text", "label", "source")
    assert rows.row(0) == ("Name a fruit.", "fits", training_data.OWN_INSTRUCTIONS)
    path.write_text('{"text": "a b?", "label": "great"}\n')
    with pytest.raises(LabelError, match="for example `great`"):
        prompt_classifier.own(path)


def test_own_takes_a_label_wherever_the_text_stands(tmp_path):
    path = tmp_path / "mine.jsonl"
    records = [
        {"instruction": "Name a fruit.", "label": "fits"},
        {"prompt": "lol", "label": "no"},
        {"instruction": "Name a cheese.", "label": "open_qa"},
    ]
    path.write_text("\n".join(map(json.dumps, records)))
    rows = prompt_classifier.own(path).select("text", "label", "source")
    assert rows.rows() == [
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
    with pytest.raises(LabelError, match=f"for example `{label}`"):
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
    texts = prompt_classifier.instructed(workspace, files=[judged, asked])
    assert texts["source"].to_list() == [training_data.OWN_INSTRUCTIONS] * 2 + ["judged.jsonl"] * 3
    assert texts["text"].tail(3).to_list() == texts_judged


def test_instructed_takes_the_tweets_first_and_only_so_many(tmp_path, monkeypatch):
    monkeypatch.setattr(training_data, "MOST_INSTRUCTIONS", 3)
    workspace = Workspace.create(tmp_path / "ws")
    assert prompt_classifier.instructed(workspace).is_empty()
    asked = [f"List {n} uses of a spoon." for n in range(8)]
    instructions.add(workspace, asked, source="spoons")
    tweets = pl.DataFrame({"text": ["how do u get wax off a spoon??"], "tweet_id": [77]})
    instructions.add(workspace, tweets, source="read")
    texts = prompt_classifier.instructed(workspace)
    assert texts["source"].to_list() == [
        training_data.OWN_TWEETS,
        *[training_data.OWN_INSTRUCTIONS] * 2,
    ]
    assert texts["text"][0] == tweets["text"][0]
    assert set(texts["text"][1:]) < set(asked)
    assert set(texts["label"]) == {"fits"}
    assert texts.equals(prompt_classifier.instructed(workspace))
    deleted = pl.DataFrame({"tweet_id": [77], "had_row": [True]})
    workspace.write("deletions", Deletions.validate(deleted, cast=True))
    assert set(prompt_classifier.instructed(workspace)["source"]) == {
        training_data.OWN_INSTRUCTIONS
    }
