"""Files of labels: exported, imported, and refused line by line."""

import json
import os
from datetime import UTC, datetime

import polars as pl
import pytest
from typer.testing import CliRunner

from workbench import labels
from workbench.cli import app
from workbench.exceptions import LabelError
from workbench.storage import Workspace

EARLY, LATE = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "ws")


def judged(tweet_id, label, text, **more):
    return pl.DataFrame([{"tweet_id": tweet_id, "label": label, "text": text} | more])


def test_export_and_import_give_the_same_labels(workspace, tmp_path):
    labels.add(workspace, judged(2**60 + 1, "fits", "line\u2028break\n?"), labeller="ann")
    pair = judged(3, "no", "lol", parent_id=1, parent_text="why?", thread_id=1)
    labels.add(workspace, pair, labeller="bob")
    path, other = tmp_path / "labels.jsonl", Workspace.create(tmp_path / "other")
    assert labels.export_file(workspace, path) == 2
    assert labels.import_file(other, path) == {"read": 2, "new": 2}
    assert labels.load(other).equals(labels.load(workspace))
    assert labels.import_file(other, path) == {"read": 2, "new": 0}


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "7",
        '{"tweet_id": 1}',
        '{"tweet_id": "x", "label": "no", "labeller": "a", "text": "t", "labelled_at": "20240101"}',
        '{"tweet_id": 1, "label": "no", "labeller": "a", "text": "t", "labelled_at": "soon"}',
        '{"tweet_id": 1, "more": ' + "[" * 100_000,
    ],
)
def test_import_names_the_line_that_is_not_a_label(workspace, tmp_path, line):
    path = tmp_path / "labels.jsonl"
    path.write_text(f"\n{line}\n")
    with pytest.raises(LabelError, match="Line 2 of"):
        labels.import_file(workspace, path)
    assert not workspace.has("labels")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"tweet_id": 0}, r"`int` >= 1 - at `\$\.tweet_id`"),
        ({"tweet_id": -5}, r"`int` >= 1 - at `\$\.tweet_id`"),
        ({"tweet_id": 1.5}, r"`int`, got `float` - at `\$\.tweet_id`"),
        ({"tweet_id": 1.0}, r"`int`, got `float` - at `\$\.tweet_id`"),
        ({"tweet_id": True}, r"`int`, got `bool` - at `\$\.tweet_id`"),
        ({"tweet_id": 2**63}, r"`int` <= 9223372036854775807"),
        ({"parent_id": -1, "label": "answers"}, r">= 1 - at `\$\.parent_id`"),
        ({"author_id": 0.5}, r"got `float` - at `\$\.author_id`"),
        ({"text_version": -1}, r"got `int` - at `\$\.text_version`"),
        ({"text_version": "v1"}, r"at `\$\.text_version`"),
        ({"labeller": " "}, "needs the name of the person"),
        ({"text": None}, r"`str`, got `null` - at `\$\.text`"),
        ({"text": "\ud800"}, "surrogates not allowed"),
        ({"is_random": 1}, r"got `int` - at `\$\.is_random`"),
        ({"labelled_at": "9999-12-31T23:59:59-12:00"}, "date value out of range"),
        ({"labelled_at": "0001-01-01T00:00:00+12:00"}, "date value out of range"),
    ],
)
def test_import_says_why_a_line_is_not_a_label(workspace, tmp_path, changed, reason):
    path = tmp_path / "labels.jsonl"
    row = {"tweet_id": 1, "label": "no", "labeller": "a", "text": "t", "labelled_at": "20240101"}
    path.write_text(json.dumps(row) + "\n" + json.dumps(row | changed))
    with pytest.raises(LabelError, match=f"Line 2 of .*labels.jsonl is not a label: .*{reason}"):
        labels.import_file(workspace, path)
    assert not workspace.has("labels")


def test_import_takes_times_of_any_zone_in_one_file(workspace, tmp_path):
    path = tmp_path / "labels.jsonl"
    times = ["2024-01-01", "2024-01-01T00:00:00Z", "2024-01-01T05:00:00+05:00"]
    row = {"label": "no", "labeller": " ann ", "text": "t"}
    rows = [row | {"tweet_id": n, "labelled_at": at} for n, at in enumerate(times, start=1)]
    path.write_text("\n".join(map(json.dumps, rows)))
    assert labels.import_file(workspace, path) == {"read": 3, "new": 3}
    loaded = labels.load(workspace)
    assert loaded["labelled_at"].to_list() == [EARLY] * 3
    assert loaded["labeller"].to_list() == ["ann"] * 3


@pytest.mark.parametrize("place", ["", "file/labels.jsonl"])
def test_export_says_where_it_cannot_write(workspace, tmp_path, place):
    (tmp_path / "file").touch()
    labels.add(workspace, judged(1, "fits", "why?"), labeller="ann")
    with pytest.raises(LabelError, match="cannot be written to"):
        labels.export_file(workspace, tmp_path / place)


def test_texts_of_makes_texts_storable(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text(r'{"text": "\ud800 how\u0000 do I?", "label": "fits\udfff"}')
    assert labels.texts_of(path).rows() == [("\ufffd how  do I?", "fits\ufffd")]


def test_commands_carry_labels_out_and_in(workspace, tmp_path):
    labels.add(workspace, judged(1, "fits", "why?"), labeller="ann")
    path, root = str(tmp_path / "mine.jsonl"), str(workspace.root)
    for command, expected in [
        ("export", "1 label in"),
        ("import", "1 label read, 0 of them new"),
    ]:
        result = CliRunner().invoke(app, ["labels", command, path, "-w", root])
        assert result.exit_code == 0, result.output
        assert expected in result.output


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"labeller": "\u202ebob"}, "invisible characters"),
        ({"labeller": "x" * 500}, "500 characters"),
        ({"labelled_at": "2999-01-01T00:00:00Z"}, "in the future"),
        ({"method": "guessed"}, "guessed"),
        ({"text": "x" * 100_001}, "more than 100,000 characters"),
    ],
)
def test_hostile_labels_are_refused_by_line(tmp_path, changes, reason):
    workspace = Workspace.create(tmp_path / "ws")
    row = {"tweet_id": 1, "label": "no", "labeller": "ann", "text": "why?"}
    row["labelled_at"] = "2024-01-01T00:00:00Z"
    path = tmp_path / "theirs.jsonl"
    path.write_text(f"{json.dumps(row)}\n{json.dumps(row | changes)}\n")
    with pytest.raises(LabelError, match=r"Line 2 of .*: .*" + reason):
        labels.import_file(workspace, path)
    assert labels.load(workspace).is_empty()


def test_a_pipe_or_a_huge_file_is_refused_before_it_is_read(tmp_path, monkeypatch):
    workspace = Workspace.create(tmp_path / "ws")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LabelError, match="is not a file"):
        labels.import_file(workspace, tmp_path / "pipe")
    monkeypatch.setattr("workbench.labels.files.MOST_BYTES", 10)
    (tmp_path / "big.jsonl").write_text("x" * 11)
    with pytest.raises(LabelError, match="11 bytes"):
        labels.import_file(workspace, tmp_path / "big.jsonl")
