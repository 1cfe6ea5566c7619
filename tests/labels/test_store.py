"""Labels: who, when, what, on which words; they outlive the tables, but not the tweet."""

import json
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from workbench import labels
from workbench.classifiers import active_learning
from workbench.cli import app
from workbench.exceptions import LabelError
from workbench.schemas import Deletions
from workbench.storage import Workspace

EARLY, LATE = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "ws")


def judged(tweet_id, label, text, **more):
    return pl.DataFrame([{"tweet_id": tweet_id, "label": label, "text": text} | more])


def delete(workspace, *ids):
    rows = pl.DataFrame({"tweet_id": ids, "had_row": [True] * len(ids)})
    workspace.write("deletions", Deletions.validate(rows, cast=True))


def test_add_keeps_who_when_what_and_on_which_words(workspace):
    assert labels.add(workspace, judged(1, "fits", "why?", author_id=7), labeller=" ann ") == 1
    row = labels.load(workspace).row(0, named=True)
    assert (row["tweet_id"], row["label"], row["labeller"], row["text"], row["author_id"]) == (
        *(1, "fits", "ann", "why?"),
        7,
    )
    assert (datetime.now(UTC) - row["labelled_at"]).total_seconds() < 60


def test_add_keeps_the_newest_of_a_person_on_the_same_words(workspace):
    labels.add(workspace, judged(1, "fits", "why?", labelled_at=LATE), labeller="ann")
    labels.add(workspace, judged(1, "no", "why?", labelled_at=EARLY), labeller="ann")
    labels.add(workspace, judged(1, "no", "why?", labelled_at=EARLY), labeller="bob")
    labels.add(workspace, judged(1, "no", "why so?", labelled_at=EARLY), labeller="ann")
    found = labels.load(workspace).select("labeller", "text", "label").rows()
    assert sorted(found) == [
        ("ann", "why so?", "no"),
        ("ann", "why?", "fits"),
        ("bob", "why?", "no"),
    ]
    assert sorted(labels.latest(labels.load(workspace))["label"]) == ["fits", "no"]


@pytest.mark.parametrize(
    ("label", "more"),
    [("good", {}), ("answers", {}), ("fits", {"parent_id": 2, "parent_text": "x"})],
)
def test_add_refuses_what_is_no_label_for_it(workspace, label, more):
    with pytest.raises(LabelError, match=f"`{label}` of tweet 1"):
        labels.add(workspace, judged(1, label, "why?", **more), labeller="ann")
    assert labels.load(workspace).is_empty()


def test_labels_of_deleted_tweets_go_with_their_texts(workspace):
    labels.add(workspace, judged(1, "fits", "why?"), labeller="ann")
    labels.add(workspace, judged(2, "no", "so what"), labeller="ann")
    pair = judged(3, "answers", "because", parent_id=1, parent_text="why?")
    labels.add(workspace, pair, labeller="ann")
    delete(workspace, 1)
    assert labels.load(workspace)["tweet_id"].to_list() == [2]
    assert labels.forget_deleted(workspace) == 2
    assert b"why?" not in workspace.path("labels").read_bytes()
    assert labels.add(workspace, judged(1, "fits", "why?"), labeller="ann") == 0


def test_current_tells_which_words_have_changed(workspace):
    for tweet_id, text in [(1, "why?"), (2, "cut o…"), (3, "gone")]:
        labels.add(workspace, judged(tweet_id, "no", text), labeller="ann")
    turns = pl.LazyFrame({"tweet_id": [1, 2], "text": ["why?", "cut off no more"]})
    found = labels.current(labels.load(workspace), turns)
    assert dict(found.select("tweet_id", "is_current").rows()) == {1: True, 2: False, 3: None}


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
def test_import_tells_the_line_that_is_no_label(workspace, tmp_path, line):
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
        ({"labeller": " "}, "the name of who judged is empty"),
        ({"text": None}, r"`str`, got `null` - at `\$\.text`"),
        ({"text": "\ud800"}, "surrogates not allowed"),
        ({"is_random": 1}, r"got `int` - at `\$\.is_random`"),
        ({"labelled_at": "9999-12-31T23:59:59-12:00"}, "date value out of range"),
        ({"labelled_at": "0001-01-01T00:00:00+12:00"}, "date value out of range"),
    ],
)
def test_import_says_why_a_line_is_no_label(workspace, tmp_path, changed, reason):
    path = tmp_path / "labels.jsonl"
    given = {"tweet_id": 1, "label": "no", "labeller": "a", "text": "t", "labelled_at": "20240101"}
    path.write_text(json.dumps(given) + "\n" + json.dumps(given | changed))
    with pytest.raises(LabelError, match=f"Line 2 of .*labels.jsonl is no label: .*{reason}"):
        labels.import_file(workspace, path)
    assert not workspace.has("labels")


def test_import_takes_times_of_any_zone_in_one_file(workspace, tmp_path):
    path = tmp_path / "labels.jsonl"
    times = ["2024-01-01", "2024-01-01T00:00:00Z", "2024-01-01T05:00:00+05:00"]
    given = {"label": "no", "labeller": " ann ", "text": "t"}
    rows = [given | {"tweet_id": n, "labelled_at": at} for n, at in enumerate(times, start=1)]
    path.write_text("\n".join(map(json.dumps, rows)))
    assert labels.import_file(workspace, path) == {"read": 3, "new": 3}
    found = labels.load(workspace)
    assert found["labelled_at"].to_list() == [EARLY] * 3
    assert found["labeller"].to_list() == ["ann"] * 3


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
    for command, told in [("export", "1 labels in"), ("import", "1 labels read, 0 of them new")]:
        result = CliRunner().invoke(app, ["labels", command, path, "-w", root])
        assert result.exit_code == 0, result.output
        assert told in result.output


def test_suggest_mixes_doubt_coverage_and_chance():
    draw = np.random.default_rng(0)
    spots = np.repeat(np.eye(8, dtype=np.float32), 40, axis=0)
    scores = pl.DataFrame({"thread_id": range(320), "suitability": draw.random(320)})
    known = pl.Series(range(280))
    found = active_learning.suggest(scores, spots, labelled=known, limit=20)
    assert found["thread_id"].n_unique() == 20
    assert not found["thread_id"].is_in(known.implode()).any()
    assert dict(found["why"].value_counts().rows()) == {"uncertain": 8, "rare": 8, "random": 4}


def test_suggest_asks_of_every_cluster_before_it_asks_twice():
    spots = np.repeat(np.eye(6, dtype=np.float32), 10, axis=0)
    scores = pl.DataFrame({"thread_id": range(60), "suitability": np.linspace(0, 1, 60)})
    found = active_learning.suggest(scores, spots, labelled=pl.Series([], dtype=pl.Int64), limit=15)
    rare = found.filter(why="rare")
    assert rare["cluster"].n_unique() == min(6, rare.height)


def test_suggest_leaves_out_what_has_no_score_and_takes_all_there_is():
    scores = pl.DataFrame({"thread_id": [1, 2, 3], "suitability": [0.5, None, 0.9]})
    vectors = np.eye(3, dtype=np.float32)
    found = active_learning.suggest(scores, vectors, labelled=pl.Series([3]), limit=9)
    assert found["thread_id"].to_list() == [1]


def test_labels_of_an_earlier_version_are_read_and_kept(workspace):
    labels.add(workspace, judged(1, "fits", "why?", is_random=True), labeller="ann")
    workspace.write("labels", workspace.read("labels").drop("is_random"))
    assert labels.load(workspace)["is_random"].to_list() == [None]
    labels.add(workspace, judged(2, "no", "so what", is_random=True), labeller="ann")
    known = labels.load(workspace).with_columns(labels.source())
    assert known["source"].to_list() == [labels.OWN, labels.OWN_AT_RANDOM]
